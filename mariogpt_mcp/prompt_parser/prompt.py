"""Words to `PromptSpec` and back.

Understands MarioGPT's own prompts ("many pipes, some enemies, little blocks, high elevation"), plain numbers,
any order, missing parts, and everyday English by the vocabulary in `resources/words.json`. What it does not
understand it returns, so that the answer can say so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mariogpt_mcp.prompt_parser.interpreter import Reader
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.prompt_parser.tokenizer import Sentence

MAX_LENGTH = 500
"""Characters of a prompt that are read."""

MAX_RAW = 20_000
"""Characters of a text that are looked at before it is cleaned."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt read: its cleaned text, what it asks for, what was not understood, and remarks on the rest.

    `cut` says whether the cleaned text was longer than `MAX_LENGTH`.
    """

    text: str
    spec: PromptSpec
    not_understood: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cut: bool = False


# Bullets, numbering and "pipes: ..." lines are items of a list, which folding would run together.
_LIST_ITEM = re.compile(r"(?<=[^\s,.;:!?{])[ \t]*\n\s*(?:[-*\u2022]\s+|\d{1,2}[.)]\s+|(?=\w+ ?[:=]))")
_FIRST_ITEM = re.compile(r"^\s*\d{1,2}[.)]\s+(?=\S)(?=.*\n\s*\d{1,2}[.)]\s)")
# "1) flat 2) no pipes" and "1. flat 2. no pipes" in one line.
_NUMBERED = re.compile(r"(?:^|(?<=\s))(?:\d{1,2}|[a-e])[.)]\s+(?=\S)")
_FIRST = re.compile(r"(?:^|\s)(?:1|a)[.)]\s")
_SECOND = re.compile(r"\s(?:2|b)[.)]\s")


def clean_prompt(text: str) -> str:
    """The text without control characters, white space folded, cut to `MAX_LENGTH` characters."""
    return _clean(text)[0]


def _clean(text: str) -> tuple[str, bool]:
    """The cleaned text, and whether some of it was cut off."""
    raw = _LIST_ITEM.sub(", ", _FIRST_ITEM.sub("", text[:MAX_RAW]))
    first = _FIRST.search(raw)
    if first and _SECOND.search(raw, first.end()):
        raw = _NUMBERED.sub(", ", raw).removeprefix(", ")
    kept = "".join(" " if unicodedata.category(ch).startswith("C") else ch for ch in raw)
    folded = " ".join(kept.split())
    return folded[:MAX_LENGTH].rstrip(), len(folded) > MAX_LENGTH or bool(text[MAX_RAW:].strip())


def parse_prompt(text: str) -> Prompt:
    """Read a prompt; never fails: what is not understood is in the result."""
    cleaned, cut = _clean(text)
    reader = Reader(Sentence(cleaned))
    reader.read()
    notes = tuple(dict.fromkeys(reader.wishes.notes))
    return Prompt(cleaned, reader.wishes.merged, reader.not_understood(), notes, cut)
