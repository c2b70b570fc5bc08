"""Corrects the spelling of single words: plurals, drawn-out letters, compounds and typing errors.

Typing errors are corrected by `rapidfuzz`, to the words of the lexicon that carry meaning.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from mariogpt_mcp.prompt_parser.lexicon import aliases, phrases, section

MIN_LENGTH = 6
"""Letters of the shortest word that is corrected. Shorter ones are too often another word."""

MIN_LENGTH_SWAPPED = 5
"""Letters of the shortest word in which two swapped letters are corrected."""

MIN_SIMILARITY = 0.82
"""Smallest similarity of a correction: one error in words of up to 11 letters, two in longer ones."""

_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_CORRECTED_TO = ("quantity", "noun", "elevation", "style", "mood")


@lru_cache(maxsize=4096)
def correct(word: str) -> tuple[str, ...]:
    """The word of the lexicon that was meant, or the word itself; three tokens for a compound like "pipeless"."""
    if word in known_words():
        return (word,)
    for candidate in (
        word.removesuffix("'s"),
        _DRAWN_OUT.sub(r"\1", word),
        _DRAWN_OUT.sub(r"\1\1", word),
        word.removesuffix("s"),
    ):
        if candidate != word and len(candidate) > 1 and candidate in known_words():
            return (candidate,)
    if word.endswith(("load", "loads")):
        return ("loads",)  # "a lorryload of"
    for suffix in _compound_suffixes():
        noun = word.removesuffix(suffix)
        if noun != word and noun in _nouns():
            return (noun, "-", suffix)
    return (_most_similar(word.removesuffix("'s")),)


@cache
def known_words() -> frozenset[str]:
    """Every word of the lexicon."""
    tables = (*phrases(), *aliases())
    return frozenset(word for phrase in tables for word in phrase) | section("negations")


def _most_similar(word: str) -> str:
    """The most similar word of the lexicon with the same first letter, or the word itself if none is similar enough."""
    if len(word) < MIN_LENGTH_SWAPPED or word in section("never_corrected") or not word.isalpha():
        return word
    # Imported with the first misspelled word: a start of the server without one is 10 ms faster.
    from rapidfuzz.distance import OSA  # edits: a letter added, missing or wrong, or two neighbours swapped
    from rapidfuzz.process import extractOne

    candidates = _candidates().get(word[0], ())
    if len(word) < MIN_LENGTH:
        swapped = (other for other in candidates if sorted(other) == sorted(word) and OSA.distance(other, word) == 1)
        return next(swapped, word)
    found = extractOne(word, candidates, scorer=OSA.normalized_similarity, score_cutoff=MIN_SIMILARITY)
    return found[0] if found else word


@cache
def _candidates() -> dict[str, tuple[str, ...]]:
    """The words that a misspelled one may be corrected to, by first letter."""
    words = sorted(phrase[0] for phrase, (kind, _) in phrases().items() if kind in _CORRECTED_TO and len(phrase) == 1)
    table: dict[str, list[str]] = {}
    for word in words:
        if len(word) >= MIN_LENGTH_SWAPPED and word.isalpha():
            table.setdefault(word[0], []).append(word)
    return {letter: tuple(listed) for letter, listed in table.items()}


@cache
def _nouns() -> frozenset[str]:
    return frozenset(phrase[0] for phrase, (kind, _) in phrases().items() if kind == "noun" and len(phrase) == 1)


@cache
def _compound_suffixes() -> tuple[str, ...]:
    """What makes a compound of a noun: "pipeless", "goombafree"."""
    found = {"".join(phrase).lstrip("-") for phrase, (kind, _) in phrases().items() if kind == "suffix"}
    return tuple(sorted(suffix for suffix in found | {"less"} if len(suffix) > 3))
