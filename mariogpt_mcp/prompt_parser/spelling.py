"""Words as they were meant: plurals, drawn-out letters, compounds and slips of the finger."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import cache, lru_cache

from mariogpt_mcp.prompt_parser.lexicon import aliases, phrases, section

SHORTEST = 6
"""Letters of the shortest word that is corrected; shorter ones are too easily another word."""

ALIKE = 0.82
"""How alike a word must be to one it is corrected to: about one slip in seven letters."""

_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_CONTENT = ("quantity", "noun", "elevation", "style", "mood")


@cache
def known() -> frozenset[str]:
    """Every word of the vocabulary."""
    tables = (*phrases(), *aliases())
    return frozenset(word for phrase in tables for word in phrase) | section("negations")


@cache
def _targets() -> dict[str, list[tuple[str, Counter[str]]]]:
    """The words that a misspelled one is compared with, by first letter."""
    table: dict[str, list[tuple[str, Counter[str]]]] = {}
    for word in sorted(phrase[0] for phrase, (kind, _) in phrases().items() if kind in _CONTENT and len(phrase) == 1):
        if len(word) >= SHORTEST - 1 and word.isalpha():
            table.setdefault(word[0], []).append((word, Counter(word)))
    return table


@cache
def _nouns() -> frozenset[str]:
    return frozenset(phrase[0] for phrase, (kind, _) in phrases().items() if kind == "noun" and len(phrase) == 1)


@cache
def _suffixes() -> tuple[str, ...]:
    """What makes a compound of a noun: "pipeless", "goombafree"."""
    found = {"".join(phrase).lstrip("-") for phrase, (kind, _) in phrases().items() if kind == "suffix"}
    return tuple(sorted(suffix for suffix in found | {"less"} if len(suffix) > 3))


@lru_cache(maxsize=4096)
def spelled(word: str) -> tuple[str, ...]:
    """The word in the vocabulary that is meant, in two for a compound, or the word itself."""
    if word in known():
        return (word,)
    for plainer in (
        word.removesuffix("'s"),
        _DRAWN_OUT.sub(r"\1", word),
        _DRAWN_OUT.sub(r"\1\1", word),
        word.removesuffix("s"),
    ):
        if plainer != word and len(plainer) > 1 and plainer in known():
            return (plainer,)
    if word.endswith(("load", "loads")):
        return ("loads",)  # "a lorryload of"
    for suffix in _suffixes():
        noun = word.removesuffix(suffix)
        if noun != word and noun in _nouns():
            return (noun, "-", suffix)
    return (_corrected(word.removesuffix("'s")),)


def _corrected(word: str) -> str:
    """The one word of the vocabulary that is nearly the same, if it is long enough to tell."""
    if len(word) < SHORTEST - 1 or word in section("distinct") or not word.isalpha():
        return word
    if len(word) < SHORTEST:
        return next((target for target, _ in _targets().get(word[0], ()) if _swapped(word, target)), word)
    letters = Counter(word)
    best, likeness = word, ALIKE
    for target, target_letters in _targets().get(word[0], ()):
        if abs(len(target) - len(word)) > 1 + (len(word) > 8):
            continue
        if sum((letters - target_letters).values()) > 1 + (len(word) > 8):
            continue
        alike = SequenceMatcher(None, word, target, autojunk=False).ratio()
        if alike > likeness:
            best, likeness = target, alike
    return best


def _swapped(word: str, target: str) -> bool:
    """Whether two neighbouring letters changed places."""
    wrong = [i for i, (a, b) in enumerate(zip(word, target, strict=False)) if a != b]
    if len(word) != len(target) or len(wrong) != 2 or wrong[1] != wrong[0] + 1:
        return False
    return word[wrong[0]] == target[wrong[1]] and word[wrong[1]] == target[wrong[0]]
