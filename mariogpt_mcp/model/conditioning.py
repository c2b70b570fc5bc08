"""What a column's model input says about the level around it.

A level is steered window by window. Before each column the model is told how much of each attribute the
window still lacks, how many columns are left to place it in, at what pace that is, how near the start and the
end of the level are, of what style it is and how deep its ground, and how wide the gap is that stands open.
Because these count down, a level of any length is steered however short the model's context is. Each entry may
be unknown (0), so that a prompt may leave things open; training hides entries at random for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import ColumnCounts
from mariogpt_mcp.level.style import STYLES, Style, column_styles

UNKNOWN = 0

MAX_PIPES = 10
MAX_ENEMIES = 16
MAX_WINDOW = 64
"""Longest window a countdown can express, in columns."""

EDGE = 24
"""How many columns from the start and from the end of a level are told apart."""

DENSITY_EDGES = np.array([0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0])
"""Bounds of the classes of blocks still to place, per column left."""


PACE_EDGES = np.array([0.02, 0.03, 0.045, 0.065, 0.09, 0.125, 0.175, 0.25, 0.35, 0.5, 0.75])
"""Bounds of the classes of pipes (or enemies) still to place, per column left; none left is a class of its own."""


RISE_EDGES = np.array([2, 4, 7, 11, 16, 24, 35])
"""Bounds of the classes of columns left in a window that is still to rise."""

MAX_GAP = 12
"""How many columns of a gap are told apart; the widest in the corpus has 12."""


class High(IntEnum):
    """Elevation of a window: must stay low, has risen, or is still to rise, with more time the larger the value."""

    UNKNOWN = 0
    LOW = 1
    DONE = 2
    DUE = 3


class Origin(IntEnum):
    """Whether a level is as its makers left it, or mirrored or edited to hold what levels seldom hold."""

    UNKNOWN = 0
    NATURAL = 1
    EDITED = 2


CONDITION_SIZES: dict[str, int] = {
    "pipes_left": MAX_PIPES + 2,
    "enemies_left": MAX_ENEMIES + 2,
    "block_density_left": len(DENSITY_EDGES) + 2,
    "elevation": len(High) + len(RISE_EDGES),
    "columns_left": MAX_WINDOW + 1,
    "from_start": EDGE + 2,
    "to_end": EDGE + 2,
    "pipes_pace": len(PACE_EDGES) + 3,
    "enemies_pace": len(PACE_EDGES) + 3,
    "style": len(STYLES) + 1,
    "origin": len(Origin),
    "gap": MAX_GAP + 2,
    "deep": 3,
}
"""Entries of a condition and how many values each takes; value 0 is "unknown"."""

CONDITION_NAMES = tuple(CONDITION_SIZES)

Conditions = npt.NDArray[np.int64]
"""Shape (..., 13), in the order of `CONDITION_SIZES`."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one window shall hold: `columns` wide; `None` leaves an attribute open.

    `natural` is false for what levels seldom hold together.
    """

    columns: int
    pipes: int | None = None
    enemies: int | None = None
    blocks: int | None = None
    high: bool | None = None
    style: Style | None = None
    deep: bool | None = None
    natural: bool = True


class Countdown:
    """Where one level stands on its way through its targets, window by window."""

    def __init__(self, targets: Sequence[Target]) -> None:
        """Start before the first column; `targets` cover the level from left to right."""
        if not targets or any(not 1 <= t.columns <= MAX_WINDOW for t in targets):
            raise ValueError(f"targets cover 1 to {MAX_WINDOW} columns each")
        self._targets = tuple(targets)
        self.columns = sum(t.columns for t in targets)
        self.column = self.gap = 0
        self._window = 0
        self._start_window()

    def _start_window(self) -> None:
        self.target = self._targets[self._window]
        self.columns_left = self.target.columns
        self.pipes = self.enemies = self.blocks = 0
        self.risen = False

    def add(self, pipes: int, enemies: int, blocks: int, high: bool, solid: bool) -> None:
        """Count one finished column."""
        self.gap = 0 if solid else self.gap + 1
        self.pipes += pipes
        self.enemies += enemies
        self.blocks += blocks
        self.risen = self.risen or high
        self.columns_left -= 1
        self.column += 1
        if self.columns_left == 0 and self._window + 1 < len(self._targets):
            self._window += 1
            self._start_window()

    def conditions(self) -> Conditions:
        """The condition of the next column, shape (13,)."""
        t = self.target
        return np.array(
            [
                _left(t.pipes, self.pipes, MAX_PIPES),
                _left(t.enemies, self.enemies, MAX_ENEMIES),
                UNKNOWN if t.blocks is None else density_class(t.blocks - self.blocks, self.columns_left),
                High.UNKNOWN if t.high is None else _high(t.high, self.risen, self.columns_left),
                self.columns_left,
                1 + min(self.column, EDGE),
                1 + min(self.columns - 1 - self.column, EDGE),
                UNKNOWN if t.pipes is None else pace_class(t.pipes - self.pipes, self.columns_left),
                UNKNOWN if t.enemies is None else pace_class(t.enemies - self.enemies, self.columns_left),
                UNKNOWN if t.style is None else 1 + STYLES.index(t.style),
                Origin.NATURAL if t.natural else Origin.EDITED,
                1 + min(self.gap, MAX_GAP),
                UNKNOWN if t.deep is None else 1 + t.deep,
            ],
            dtype=np.int64,
        )


def _left(target: int | None, placed: int, most: int) -> int:
    return UNKNOWN if target is None else 1 + min(max(target - placed, 0), most)


def _high(target: bool, risen: bool, columns: int) -> int:
    if not target:
        return High.LOW
    return High.DONE if risen else High.DUE + int(np.digitize(columns, RISE_EDGES))


def density_class(blocks: int, columns: int) -> int:
    """Class of so many blocks in so many columns, 1 and up."""
    return 1 + int(np.digitize(max(blocks, 0) / columns, DENSITY_EDGES))


def pace_class(left: int, columns: int) -> int:
    """Class of so many pipes or enemies still to place in so many columns, 1 and up."""
    return 1 if left <= 0 else 2 + int(np.digitize(left / columns, PACE_EDGES))


def describe(counts: ColumnCounts, windows: Sequence[int], natural: bool = True) -> Conditions:
    """Conditions of every column of a finished level, for training.

    Args:
        counts: per column, each of shape (columns,).
        windows: widths of the windows it is read in, together `columns`.
        natural: whether it is as its makers left it.

    Returns:
        Shape (columns, 13); what a `Countdown` towards the level's own counts would say, with the style
        around each column.
    """
    targets, start = [], 0
    for width in windows:
        part = slice(start, start + width)
        targets.append(
            Target(
                width,
                int(counts.pipes[part].sum()),
                int(counts.enemies[part].sum()),
                int(counts.blocks[part].sum()),
                bool(counts.high[part].any()),
                natural=natural,
            )
        )
        start += width
    countdown, rows = Countdown(targets), []
    for pipes, enemies, blocks, high, solid in zip(*counts[:4], counts.solid, strict=True):
        rows.append(countdown.conditions())
        countdown.add(int(pipes), int(enemies), int(blocks), bool(high), bool(solid))
    conditions = np.stack(rows)
    styles, deep = column_styles(counts)
    conditions[:, CONDITION_NAMES.index("style")] = 1 + styles
    conditions[:, CONDITION_NAMES.index("deep")] = 1 + deep
    return conditions
