"""`parse_prompt`: from a prompt to a `PromptSpec`, notes, and the words that were not understood.

Understands MarioGPT's own prompts ("many pipes, some enemies, little blocks, high elevation"), exact numbers, any
order, missing attributes, and everyday English. The words are in `resources/lexicon.json`: that is where a word is
added, and `lexicon` describes the sections. A prompt goes through `tokenizer` (with `spelling` and `numerals`), which
finds the phrases, and `interpreter`, which fills `slots`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mariogpt_mcp.prompt_parser.context import Context
from mariogpt_mcp.prompt_parser.interpreter import interpret
from mariogpt_mcp.prompt_parser.relations import Relation, relations_in
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.prompt_parser.tokenizer import has_negative_number, tokenize
from mariogpt_mcp.prompt_parser.translation import translate

MAX_LENGTH = 500
"""Characters of a cleaned prompt that are read."""

MAX_RAW_LENGTH = 20_000
"""Characters of a text that are cleaned."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A parsed prompt."""

    text: str
    """The cleaned text."""

    spec: PromptSpec
    not_understood: tuple[str, ...] = ()
    """Words that had no effect, neighbours joined."""

    notes: tuple[str, ...] = ()
    """What was read otherwise than written, for the user."""

    cut: bool = False
    """Whether the cleaned text was longer than `MAX_LENGTH`."""

    relations: tuple[Relation, ...] = ()
    """What the counts have to be beside each other, in addition to the spec."""


# Items of a list ("- few enemies", "2. few enemies", "pipes: many") become separate clauses.
_LIST_ITEM = re.compile(r"(?<=[^\s,.;:!?{])[ \t]*\n\s*(?:[-*\u2022]\s+|\d{1,2}[.)]\s+|(?=\w+ ?[:=]))")
_FIRST_ITEM = re.compile(r"^\s*\d{1,2}[.)]\s+(?=\S)(?=.*\n\s*\d{1,2}[.)]\s)")
# "1) flat 2) no pipes" and "a. flat b. no pipes" on one line.
_INLINE_ITEM = re.compile(r"(?:^|(?<=\s))(?:\d{1,2}|[a-e])[.)]\s+(?=\S)")
_INLINE_FIRST = re.compile(r"(?:^|\s)(?:1|a)[.)]\s")
_INLINE_SECOND = re.compile(r"\s(?:2|b)[.)]\s")


def clean_prompt(text: str) -> str:
    """The text without control characters, with white space folded, cut to `MAX_LENGTH` characters."""
    return _clean(text)[0]


def _clean(text: str) -> tuple[str, bool]:
    """The cleaned text, and whether it was cut."""
    raw = _LIST_ITEM.sub(", ", _FIRST_ITEM.sub("", text[:MAX_RAW_LENGTH]))
    first = _INLINE_FIRST.search(raw)
    if first and _INLINE_SECOND.search(raw, first.end()):
        raw = _INLINE_ITEM.sub(", ", raw).removeprefix(", ")
    kept = "".join(" " if unicodedata.category(ch).startswith("C") else ch for ch in raw)
    folded = " ".join(kept.split())
    return folded[:MAX_LENGTH].rstrip(), len(folded) > MAX_LENGTH or bool(text[MAX_RAW_LENGTH:].strip())


def parse_prompt(text: str) -> Prompt:
    """Parse a prompt. Every text can be parsed: what is not understood is in the result."""
    cleaned, cut = _clean(text)
    items = tokenize(translate(cleaned))
    state = interpret(Context(items))
    notes = ["amounts cannot be negative, so the minus sign was ignored"] if has_negative_number(cleaned) else []
    notes += state.slots.notes
    unique = tuple(dict.fromkeys(notes))
    return Prompt(cleaned, state.slots.spec, state.not_understood(), unique, cut, relations_in(items))
