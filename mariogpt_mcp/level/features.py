"""The counts of a level, made once and read by classes and reports.

The thresholds are those of `mario_gpt/prompter.py` (its code; the paper's Table 2 states other bounds) for a window of
50 columns, used with `numpy.digitize(..., right=True)`. For other lengths the thresholds are in proportion to the
columns, while MarioGPT applies the 50-column ones to any length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mariogpt_mcp.level.column_counts import IS_SOLID, column_counts
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.style import Style, style_of
from mariogpt_mcp.level.tiles import tile

WINDOW = 50
"""Columns of MarioGPT's counting window: its context of 700 tiles, 14 a column."""

Countable = Literal["pipes", "enemies", "blocks"]
COUNTABLES: tuple[Countable, ...] = ("pipes", "enemies", "blocks")
Elevation = Literal["low", "high"]

THRESHOLDS: dict[Countable, tuple[tuple[str, int], ...]] = {
    # (class, largest count in 50 columns); above the last one it is "many"
    "pipes": (("no", 0), ("little", 2), ("some", 5)),
    "enemies": (("no", 1), ("little", 3), ("some", 7)),
    "blocks": (("little", 75), ("some", 176)),
}
MANY = "many"

CLASSES: dict[Countable, tuple[str, ...]] = {
    name: (*(word for word, _ in bounds), MANY) for name, bounds in THRESHOLDS.items()
}
ELEVATIONS: tuple[Elevation, ...] = ("low", "high")


def class_of(name: Countable, count: int, columns: int) -> str:
    """The class of a count in a number of columns: `class_of("pipes", 3, 50)` is `"some"`."""
    for word, most in THRESHOLDS[name]:
        if count * WINDOW <= most * columns:
            return word
    return MANY


def class_range(name: Countable, word: str, columns: int) -> tuple[int, int | None]:
    """Smallest and largest count of a class in a number of columns; the largest of "many" is `None`.

    The smallest exceeds the largest if the level is too short for the class, as "some pipes" in 7 columns.

    Raises:
        KeyError: the attribute has no such class.
    """
    low = 0
    for candidate, most in THRESHOLDS[name]:
        high = most * columns // WINDOW
        if candidate == word:
            return low, high
        low = high + 1
    if word == MANY:
        return low, None
    raise KeyError(word)


@dataclass(frozen=True, slots=True)
class Features:
    """Counts of one level: `gaps` are runs of columns with nothing solid in them, `widest_gap` in columns.

    `jumps` are the gaps, and the places where the ground or what stands on it rises from one column to the next.
    """

    columns: int
    pipes: int
    enemies: int
    blocks: int
    elevation: Elevation
    style: Style
    coins: int
    cannons: int
    gaps: int
    widest_gap: int
    jumps: int

    @classmethod
    def of(cls, level: Level) -> Features:
        """Count a level."""
        counts, solid = column_counts(level.ids), IS_SOLID[level.ids]
        text = "".join(level.rows)
        runs = "".join(" " if footing else "." for footing in counts.solid).split()
        tops = np.where(solid.all(1), HEIGHT, solid.argmin(1))
        rises = int(((tops[1:] > tops[:-1]) & (tops[:-1] > 0)).sum())
        return cls(
            columns=level.columns,
            pipes=int(counts.pipes.sum()),
            enemies=int(counts.enemies.sum()),
            blocks=int(counts.blocks.sum()),
            elevation="high" if counts.high.any() else "low",
            style=style_of(int(counts.bricks.sum()), int(counts.ground.sum()), level.columns),
            coins=text.count(tile("o").symbol),
            cannons=text.count(tile("B").symbol),
            gaps=len(runs),
            widest_gap=max(map(len, runs), default=0),
            jumps=len(runs) + rises,
        )

    def count(self, name: Countable) -> int:
        """The count of one attribute by its name."""
        value: int = getattr(self, name)
        return value

    def class_of(self, name: Countable) -> str:
        """The class of one attribute."""
        return class_of(name, self.count(name), self.columns)

    @property
    def caption(self) -> str:
        """The prompt that MarioGPT would write for the level, such as "no pipes, some enemies, ..."."""
        words = [f"{self.class_of(name)} {name}" for name in COUNTABLES]
        return ", ".join([*words, f"{self.elevation} elevation"])
