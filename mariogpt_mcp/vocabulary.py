"""The vocabulary of prompts: everyday words and phrases, each of a kind, from `resources/words.json`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal[
    "quantity", "number", "noun", "elevation", "mood", "loose", "negation", "join", "break", "filler",
    "stop", "colon", "unknown",
]  # fmt: skip


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


@cache
def _phrases() -> dict[tuple[str, ...], tuple[Kind, str]]:
    """Every phrase of the vocabulary, split into words, with its kind and value; the first to claim it wins."""
    words = _words()
    table: dict[tuple[str, ...], tuple[Kind, str]] = {}

    def claim(kind: Kind, value: str, phrases: list[str]) -> None:
        for phrase in phrases:
            table.setdefault(tuple(phrase.split()), (kind, value))

    for value, phrases in words["quantities"].items():
        claim("quantity", value, phrases)
    for value, phrases in words["numbers"].items():
        claim("number", value, phrases)
    for value, phrases in words["nouns"].items():
        claim("noun", value, phrases)
    for value, phrases in words["elevations"].items():
        claim("elevation", value, phrases)
    for value, mood in words["moods"].items():
        claim("mood", value, mood["words"])
    claim("loose", "", words["loose"])
    claim("negation", "", words["negations"])
    claim("join", "", words["joins"])
    claim("break", "", words["breaks"])
    claim("filler", "", words["fillers"])
    return table


_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)*|[,.;:=!?()/&+]|[^\s\w]", re.UNICODE)
_NEGATED = {"don't": "not", "dont": "not", "doesn't": "not", "isn't": "not", "aren't": "not", "won't": "not"}


def read_items(text: str) -> list[Item]:
    """The phrases of a text from left to right, the longest that fit; words of no phrase are "unknown"."""
    tokens = [m.group().lower() for m in _TOKEN.finditer(text.replace("\u2019", "'"))]
    tokens = [_NEGATED.get(token, token) for token in tokens]
    table = _phrases()
    longest = max(map(len, table))
    items, i = [], 0
    while i < len(tokens):
        token = tokens[i]
        if token.isdecimal():
            items.append(Item("number", token, token))
        elif token in ":=":
            items.append(Item("colon", "", token))
        elif token == "-":
            i += 1
            continue
        else:
            for size in range(min(longest, len(tokens) - i), 0, -1):
                # A hyphen joins words as a space does: "enemy-free", "low-lying".
                words, used = _take(tokens, i, size)
                if words in table:
                    kind, value = table[words]
                    items.append(Item(kind, value, " ".join(words)))
                    i += used - 1
                    break
            else:
                kind = "unknown" if token[0].isalnum() else "stop"
                items.append(Item(kind, "", token))
        i += 1
    return items


def _take(tokens: list[str], start: int, size: int) -> tuple[tuple[str, ...], int]:
    """`size` words from `start`, hyphens between them passed over, and how many tokens that took."""
    words: list[str] = []
    i = start
    while i < len(tokens) and len(words) < size:
        if tokens[i] != "-":
            words.append(tokens[i])
        i += 1
    return tuple(words), i - start
