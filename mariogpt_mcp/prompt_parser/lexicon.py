"""The words the parser knows. To add a word or a phrase, edit `resources/lexicon.json`; no code changes.

`lexicon.json` has one section for each kind of phrase. In a section, a phrase stands in the list of what it means: the
section `nouns` has `"pipes": ["pipe", "tube", ...]`. A phrase may have several words, and each phrase is listed once.

Section | Contains
`quantities` | amounts before or after a noun: "lots of", "hardly any", "without"; `open` means no preference
`measures` | adjectives that make a quantity with the nouns in `of`: "a huge number of"
`numbers` | number words: "three", "a couple of"; larger ones are composed by `numerals`
`number_multipliers` | number words that multiply: "two dozen"
`nouns` | what can be counted or set: "goomba" is one of the `enemies`
`elevations` | adjectives and phrases for the elevation: "flat", "mountainous"
`degrees` | "high" and "low", which describe an amount or the elevation
`styles` | phrases for the style: "in a cave"
`moods` | phrases that set several attributes: "easy"; a `fallback` mood counts if nothing else is requested
`opposites` | what "not" makes of a value: "many" becomes "little"
`suffixes` | amounts after a noun: "pipe-free", "brick heavy"
`negations` | "not", "don't"
`replacements` | "instead of": the noun that follows is not wanted
`pronouns` | "them": the noun before
`predicates` | what a negation may end with: "pipes are not allowed"
`requests` | "I want", "make", "please add"
`level_words` | nouns for the level or its parts, which set nothing: "stage", "terrain"
`conjunctions` | "and", "or", "as well as"
`contrasts` | "but", "however": a new clause about the same nouns
`clause_starts` | "with", "which has": a new clause
`fillers` | words without effect: "please", "the"
`adjectives` | adjectives without effect: "big", "green"
`link_words` | words without effect that separate a number from a noun: "5 for", "3 is"
`adjustments` | verbs that contain an amount: "crank up", "leave out"
`separable_verbs` | first words of adjustments that may be separated: "leave the pipes out"
`bounds` | limits of a number: "at least", "up to"
`ratios` | "twice as many": one amount as a multiple of another
`everything` | "everything", "of each": all countable attributes
`aliases` | other spellings and phrases, replaced by the key before parsing: "w/o" is "without"
`earlier_levels` | "last time": the clause describes another level
`number_units` | words after a number that is not an amount of tiles: "7 years"
`number_labels` | words before a number that is not an amount of tiles: "world 8"
`idioms` | phrases that only look like the ones above: "high school"
`never_corrected` | English words that the spelling correction would change
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal[
    "quantity", "adjustment", "number", "noun", "everything", "elevation", "degree", "style", "mood", "suffix",
    "bound", "ratio", "negation", "replacement", "pronoun", "predicate", "request", "level_word", "conjunction",
    "contrast", "clause_start", "filler", "earlier_level", "stop", "colon", "unknown",
]  # fmt: skip
"""What a phrase does. "stop" and "colon" are punctuation; "unknown" is everything not in the vocabulary."""

ELEVATION_NOUNS = ("elevation", "hills")
"""Values of nouns whose amount sets the elevation."""

_KINDS_WITH_VALUES: dict[str, Kind] = {
    "quantities": "quantity", "adjustments": "adjustment", "numbers": "number", "nouns": "noun",
    "elevations": "elevation", "degrees": "degree", "suffixes": "suffix", "styles": "style", "bounds": "bound",
    "ratios": "ratio",
}  # fmt: skip
_KINDS_WITHOUT_VALUES: dict[str, Kind] = {
    "everything": "everything", "negations": "negation", "replacements": "replacement", "pronouns": "pronoun",
    "predicates": "predicate", "requests": "request", "level_words": "level_word", "conjunctions": "conjunction",
    "contrasts": "contrast", "clause_starts": "clause_start", "fillers": "filler", "adjectives": "filler",
    "link_words": "filler", "earlier_levels": "earlier_level", "idioms": "unknown",
}  # fmt: skip
_FIXED_VALUES = {"replacements": "no", "adjectives": "adjective", "link_words": "link"}


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase found in a prompt.

    `value` is what it means, such as "many", "pipes" or "3"; `text` is its words; `note` is a remark for the user.
    A `soft` amount is replaced by a later one without a note: "fill it with pipes, but only a few".
    """

    kind: Kind
    value: str
    text: str
    note: str = ""
    soft: bool = False


@cache
def _words() -> dict[str, Any]:
    text = files("mariogpt_mcp.resources").joinpath("lexicon.json").read_text(encoding="utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


def opposites() -> dict[str, str]:
    """The value that "not" turns a value into: "many" becomes "little"."""
    table: dict[str, str] = _words()["opposites"]
    return table


@cache
def moods() -> dict[str, dict[str, str]]:
    """What each mood sets, by attribute: "easy" sets few enemies and a low elevation."""
    return {name: mood["sets"] for name, mood in _words()["moods"].items()}


@cache
def fallback_moods() -> frozenset[str]:
    """Moods that count only if nothing else is requested, such as "for my kids"."""
    return frozenset(name for name, mood in _words()["moods"].items() if mood.get("fallback"))


@cache
def section(name: str) -> frozenset[str]:
    """The phrases of a section of `lexicon.json` that is a plain list."""
    return frozenset(_words()[name])


def entries() -> Iterator[tuple[str, Kind, str]]:
    """Every phrase of `lexicon.json` with its kind and value, except the aliases."""
    words = _words()
    for name, kind in _KINDS_WITH_VALUES.items():
        for value, listed in words[name].items():
            yield from ((phrase, kind, value) for phrase in listed)
    for value, mood in words["moods"].items():
        yield from ((phrase, "mood", value) for phrase in mood["words"])
    for name, kind in _KINDS_WITHOUT_VALUES.items():
        yield from ((phrase, kind, _FIXED_VALUES.get(name, "")) for phrase in words[name])
    measured = words["measures"]["of"]
    for value, adjectives in words["measures"].items():
        if value != "of":
            yield from ((f"{adjective} {noun}", "quantity", value) for adjective in adjectives for noun in measured)


@cache
def phrases() -> dict[tuple[str, ...], tuple[Kind, str]]:
    """Every phrase, split into words, with its kind and value."""
    return {tuple(phrase.split()): (kind, value) for phrase, kind, value in entries()}


@cache
def aliases() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every alias, split into words, with the words that replace it."""
    return {
        tuple(alias.split()): tuple(phrase.split())
        for phrase, listed in _words()["aliases"].items()
        for alias in listed
    }


@cache
def longest_phrase() -> int:
    """Words of the longest phrase."""
    return max(map(len, phrases()))


@cache
def longest_alias() -> int:
    """Words of the longest alias."""
    return max(map(len, aliases()))


@cache
def verb_particles() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The rest of each separable verb, the longest first: "leave" has "out of here", "out", ..."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase, (kind, _) in phrases().items():
        if kind == "adjustment" and len(phrase) > 1 and phrase[0] in section("separable_verbs"):
            table.setdefault(phrase[0], []).append(phrase[1:])
    return {verb: tuple(sorted(rests, key=len, reverse=True)) for verb, rests in table.items()}
