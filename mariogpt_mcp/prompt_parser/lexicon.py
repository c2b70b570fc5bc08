"""The vocabulary of prompts: everyday words and phrases, each of a kind, from `resources/words.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal[
    "quantity", "urge", "number", "noun", "all", "elevation", "gauge", "style", "mood", "suffix", "bound", "ratio",
    "negation", "swap", "pronoun", "verdict", "wish", "head", "join", "break", "opening", "filler", "past", "stop",
    "colon", "unknown",
]  # fmt: skip

RAISED = ("elevation", "hills")
"""Nouns that stand for the elevation."""


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase found in a text: its kind, what it stands for, its words, and a remark for whoever wrote it.

    A `soft` amount gives way to one that comes later without more ado: "fill it with pipes, but only a few".
    """

    kind: Kind
    value: str
    text: str
    note: str = ""
    soft: bool = False


@cache
def _words() -> dict[str, Any]:
    text = files("mariogpt_mcp.resources").joinpath("words.json").read_text(encoding="utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


def opposites() -> dict[str, str]:
    """What "not" makes of a value: "many" becomes "little"."""
    table: dict[str, str] = _words()["opposites"]
    return table


@cache
def moods() -> dict[str, dict[str, str]]:
    """What a mood such as "easy" sets, by attribute."""
    return {name: mood["sets"] for name, mood in _words()["moods"].items()}


@cache
def faint_moods() -> frozenset[str]:
    """Moods that count only where nothing else is asked, such as "for my kids"."""
    return frozenset(name for name, mood in _words()["moods"].items() if mood.get("alone"))


@cache
def section(name: str) -> frozenset[str]:
    """A plain list of `words.json` that serves as a set."""
    return frozenset(_words()[name])


def listed() -> Iterator[tuple[str, Kind, str]]:
    """Every phrase of `words.json` with its kind and value; none is listed twice."""
    words = _words()
    valued: dict[str, Kind] = {
        "quantities": "quantity", "urges": "urge", "numbers": "number", "nouns": "noun", "elevations": "elevation",
        "gauges": "gauge", "suffixes": "suffix", "styles": "style", "bounds": "bound", "ratios": "ratio",
    }  # fmt: skip
    plain: dict[str, Kind] = {
        "alls": "all", "negations": "negation", "swaps": "swap", "pronouns": "pronoun", "verdicts": "verdict",
        "wishes": "wish", "heads": "head", "joins": "join", "breaks": "break", "openings": "opening",
        "fillers": "filler", "links": "filler", "past": "past", "idioms": "unknown",
    }  # fmt: skip
    values = {"swap": "no", "links": "link"}
    for name, kind in valued.items():
        for value, phrases in words[name].items():
            yield from ((phrase, kind, value) for phrase in phrases)
    for value, mood in words["moods"].items():
        yield from ((phrase, "mood", value) for phrase in mood["words"])
    for name, kind in plain.items():
        yield from ((phrase, kind, values.get(name, values.get(kind, ""))) for phrase in words[name])
    # "a huge number of": any measure with any of its nouns.
    for value, measures in words["measures"].items():
        if value != "of":
            yield from (
                (f"{measure} {noun}", "quantity", value) for measure in measures for noun in words["measures"]["of"]
            )


@cache
def phrases() -> dict[tuple[str, ...], tuple[Kind, str]]:
    """Every phrase, split into words, with its kind and value."""
    return {tuple(phrase.split()): (kind, value) for phrase, kind, value in listed()}


@cache
def aliases() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Other ways and misspellings, split into words, with the words that stand for them."""
    return {
        tuple(other.split()): tuple(phrase.split())
        for phrase, others in _words()["aliases"].items()
        for other in others
    }


@cache
def particles() -> dict[str, tuple[tuple[str, ...], ...]]:
    """What may stand apart from a verb: "leave the pipes out", "fill the level with pipes"; the longest first."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase, (kind, _) in phrases().items():
        if kind == "urge" and len(phrase) > 1 and phrase[0] in section("separable"):
            table.setdefault(phrase[0], []).append(phrase[1:])
    return {verb: tuple(sorted(rests, key=len, reverse=True)) for verb, rests in table.items()}
