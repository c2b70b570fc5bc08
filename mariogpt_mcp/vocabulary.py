"""The vocabulary of prompts: everyday words and phrases, each of a kind, from `resources/words.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from mariogpt_mcp.features import COUNTABLES

Kind = Literal[
    "quantity", "number", "noun", "elevation", "gauge", "mood", "suffix", "loose", "negation", "swap", "pronoun",
    "verdict", "wish", "head", "join", "break", "opening", "filler", "stop", "colon", "unknown",
]  # fmt: skip

RAISED = ("elevation", "hills")
"""Nouns that stand for the elevation."""


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase found in a text: its kind, what it stands for, and its words."""

    kind: Kind
    value: str
    text: str


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


def listed() -> Iterator[tuple[str, Kind, str]]:
    """Every phrase of `words.json` with its kind and value; none is listed twice."""
    words = _words()
    valued: dict[str, Kind] = {
        "quantities": "quantity", "numbers": "number", "nouns": "noun", "elevations": "elevation",
        "gauges": "gauge", "suffixes": "suffix",
    }  # fmt: skip
    plain: dict[str, Kind] = {
        "loose": "loose", "negations": "negation", "swaps": "swap", "pronouns": "pronoun", "verdicts": "verdict",
        "wishes": "wish", "heads": "head", "joins": "join", "breaks": "break", "openings": "opening",
        "fillers": "filler",
    }  # fmt: skip
    for section, kind in valued.items():
        for value, phrases in words[section].items():
            yield from ((phrase, kind, value) for phrase in phrases)
    for value, mood in words["moods"].items():
        yield from ((phrase, "mood", value) for phrase in mood["words"])
    for section, kind in plain.items():
        yield from ((phrase, kind, "no" if kind == "swap" else "") for phrase in words[section])
    # "a huge number of": any measure with any of its nouns.
    for value, measures in words["measures"].items():
        if value != "of":
            yield from (
                (f"{measure} {noun}", "quantity", value) for measure in measures for noun in words["measures"]["of"]
            )


@cache
def _phrases() -> dict[tuple[str, ...], tuple[Kind, str]]:
    """Every phrase, split into words, with its kind and value."""
    return {tuple(phrase.split()): (kind, value) for phrase, kind, value in listed()}


@cache
def _negations() -> frozenset[str]:
    return frozenset(_words()["negations"])


# A number with its separators, a word, or one of the few signs that mean something; all else is passed over.
_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[,.;:=!?/&+-]", re.UNICODE)


def _tokens(text: str) -> list[str]:
    known = {word for phrase in _phrases() for word in phrase}
    tokens = []
    for token in _TOKEN.findall(text.lower().replace("\u2019", "'")):
        if token.replace("'", "") in _negations():
            token = "not"  # so that "not many" is also "aren't many"
        elif token not in known:
            token = token.removesuffix("'s")
        tokens.append(token)
    return tokens


def read_items(text: str) -> list[Item]:
    """The phrases of a text from left to right, the longest that fit; words of no phrase are "unknown"."""
    tokens, table = _tokens(text), _phrases()
    longest = max(map(len, table))
    items: list[Item] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        used = 1
        if token[0].isdecimal():
            items.append(Item("number", _whole(token), token))
        elif token in ":=":
            items.append(Item("colon", "", token))
        elif token == "-":
            suffix = "-" + tokens[i + 1] if i + 1 < len(tokens) else ""
            if (suffix,) in table:
                items.append(Item(*table[(suffix,)], suffix))
                used = 2
        else:
            for size in range(min(longest, len(tokens) - i), 0, -1):
                # A hyphen joins words as a space does: "enemy-free", "low-lying".
                words, taken = _take(tokens, i, size)
                if words in table:
                    items.append(Item(*table[words], " ".join(words)))
                    used = taken
                    break
            else:
                items.append(Item("unknown" if token[0].isalnum() else "stop", "", token))
        i += used
    return list(_combined(items))


def _take(tokens: list[str], start: int, size: int) -> tuple[tuple[str, ...], int]:
    """`size` words from `start`, hyphens between them passed over, and how many tokens that took."""
    words: list[str] = []
    i = start
    while i < len(tokens) and len(words) < size:
        if tokens[i] != "-":
            words.append(tokens[i])
        i += 1
    return tuple(words), i - start


def _whole(token: str) -> str:
    whole, _, rest = token.replace(",", "").partition(".")
    return str(int(whole) + (rest != "" and int(rest[0]) >= 5))


def _combined(items: list[Item]) -> Iterator[Item]:
    """The items with number words put together: "twenty five", "two hundred and ten", "2 dozen"."""
    i = 0
    while i < len(items):
        item = items[i]
        i += 1
        while item.kind == "number" and i < len(items):
            hundreds = int(item.value) >= 100 and int(item.value) % 100 == 0 and not item.text[0].isdecimal()
            joined = hundreds and items[i].text == "and" and i + 1 < len(items)
            following = items[i + joined]
            if following.kind != "number" or following.text[0].isdecimal():
                break
            a, b = int(item.value), int(following.value)
            if following.text in _words()["scales"] and 0 < a < b and not joined:
                total = a * b
            elif (hundreds and 0 < b < 100) or (a in range(20, 100, 10) and b < 10 and not item.text[0].isdecimal()):
                total = a + b
            else:
                break
            item = replace(item, value=str(total), text=f"{item.text} {following.text}")
            i += 1 + joined
        yield item


class Sentence:
    """The items of a text, and what stands around one of them."""

    def __init__(self, text: str) -> None:
        self.items = read_items(text)
        said = [item.kind for item in self.items if item.kind not in ("filler", "head", "wish", "opening", "stop")]
        self.amounts_last = bool(said) and said[0] == "noun" and said[-1] in ("quantity", "number", "gauge")
        """Whether amounts follow their nouns throughout: "pipes 3 enemies 2"."""

    def next(self, i: int) -> Item:
        """The next item that is no filler; at the end a stop."""
        return next((item for item in self.items[i + 1 :] if item.kind != "filler"), Item("stop", "", ""))

    def before(self, i: int) -> Item:
        """The item just before; at the start a stop."""
        return self.items[i - 1] if i else Item("stop", "", "")

    def noun_follows(self, i: int) -> bool:
        """Whether an amount is followed by what it may count."""
        following = self.next(i)
        counts_head = self.items[i].kind == "number" and following.kind == "head"
        return following.kind in ("noun", "unknown", "elevation", "mood", "gauge") or counts_head

    def ends(self, i: int) -> bool:
        """Whether nothing more follows in the clause."""
        return self.next(i).kind in ("stop", "break", "join", "pronoun")

    def qualifies(self, i: int) -> bool:
        """Whether a noun is part of another: "pipe level", "pipe maze", "pipe-free"."""
        return i + 1 < len(self.items) and self.items[i + 1].kind in ("head", "unknown", "suffix")

    def describes(self, i: int, commas: bool = False) -> bool:
        """Whether an adjective says what countable things are like: "scary monsters", not "a scary goomba level".

        With `commas`, other adjectives may come between: "no big, scary monsters".
        """
        adjectives = ("mood", "elevation", "unknown")
        for j in range(i + 1, len(self.items)):
            kind = self.items[j].kind
            if kind == "noun":
                return self.items[j].value in COUNTABLES and not self.qualifies(j)
            listed = kind == "join" or (commas and self.items[j].text == ",")
            if listed and self.next(j).kind in adjectives:
                continue
            if kind not in ("filler", *adjectives):
                return False
        return False

    def single(self, i: int) -> bool:
        """Whether a noun is one by its article: "a pipe", "a scary goomba"."""
        j = i - 1
        while j >= 0 and self.items[j].kind in ("mood", "elevation", "unknown"):
            j -= 1
        article = j >= 0 and self.items[j].text in ("a", "an")
        return article and not self.items[i].text.endswith("s") and not self.qualifies(i)

    def alternative(self, i: int) -> bool:
        """Whether "or" stands before, as in "no pipes or a goomba"."""
        j = i - 2 if self.before(i).text in ("a", "an", "any") else i - 1
        return j >= 0 and self.items[j].text in ("or", "nor")
