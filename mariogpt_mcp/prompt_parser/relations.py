"""Relations between two counts in a prompt: "more pipes than enemies", "twice as many pipes as enemies"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mariogpt_mcp.level.features import COUNTABLES, Countable
from mariogpt_mcp.prompt_parser.lexicon import Item

TOLERANCE = 0.1
"""A multiple counts as met within this share of it, and within one piece."""

_MORE, _FEWER = ("more",), ("fewer", "less")
_ENDS = ("stop", "contrast")


@dataclass(frozen=True, slots=True)
class Relation:
    """What the count of one attribute has to be beside that of another.

    `kind` is "more" or "fewer", or "times" for `factor` times as many; `words` are those of the prompt.
    """

    name: Countable
    other: Countable
    kind: Literal["more", "fewer", "times"]
    words: str
    factor: float = 1.0

    def distance(self, count: int, other: int) -> float:
        """How far two counts are from the relation, as a share; 0 if they meet it."""
        if self.kind == "more":
            return max(0, other + 1 - count) / max(other, 1)
        if self.kind == "fewer":
            return max(0, count + 1 - other) / max(other, 1)
        wanted = self.factor * other
        return max(0.0, abs(count - wanted) - max(1.0, TOLERANCE * wanted)) / max(wanted, 1.0)


def relations_in(items: Sequence[Item]) -> tuple[Relation, ...]:
    """The relations of a prompt, from its items."""
    found = []
    for i, item in enumerate(items):
        clause = clause_after(items, i)
        named = [j for j, one in enumerate(clause) if one.kind == "noun" and one.value in COUNTABLES]
        if len(named) < 2 or clause[named[0]].value == clause[named[1]].value:
            continue
        between = {one.text for one in clause[named[0] + 1 : named[1]]}
        kind, factor = _kind(items, i, between)
        if kind is not None and named[0] <= 1:
            words = " ".join(one.text for one in (item, *clause[: named[1] + 1]) if one.text)
            name, other = clause[named[0]].value, clause[named[1]].value
            found.append(Relation(name, other, kind, words, factor))  # type: ignore[arg-type]
    return tuple(found)


def clause_after(items: Sequence[Item], i: int) -> Sequence[Item]:
    """The items after the one at `i`, up to the end of its clause."""
    end = next((j for j in range(i + 1, len(items)) if items[j].kind in _ENDS), len(items))
    return items[i + 1 : end]


def _kind(items: Sequence[Item], i: int, between: set[str]) -> tuple[Literal["more", "fewer", "times"] | None, float]:
    """The kind of relation that an amount begins, with the words between its noun and the next one."""
    item = items[i]
    if item.kind == "ratio" and between & {"as", "and", "than"}:
        return "times", float(item.value)
    if item.kind == "quantity" and "than" in between:
        if item.text.endswith(_MORE):
            return "more", 1.0
        if item.text.endswith(_FEWER):
            return "fewer", 1.0
    if item.kind == "quantity" and item.text == "many" and "as" in between and i and items[i - 1].text == "as":
        return "times", 1.0
    return None, 1.0
