"""The conditions of a column: numbers that describe the level around it to the column model.

A level is steered window by window. Before each column, the model receives how many pipes and enemies the window still
lacks, in total and per remaining column; how many blocks it lacks per remaining column; whether it must be high; how
many columns of it remain; how near the start and the end of the level are; the style and the depth of the ground;
whether the level is edited; and how wide the current gap is. Because these values count down, a level of any length can
be steered although the context of the model is short. A value is unknown (0) if a prompt leaves it open; training hides
random values, so that the model learns to write without them.

This module imports no torch and does not depend on a network.
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
"""Larger counts have the same value as these. Windows of 50 columns in the corpus have at most 9 and 14."""

MAX_WINDOW = 64
"""Longest window, in columns."""

MAX_EDGE_DISTANCE = 24
"""Distance from the start or the end of a level, in columns; larger distances have the same value."""

MAX_OPEN_GAP = 12
"""Width of a gap, in columns; wider gaps have the same value. The widest gap in the corpus has 12 columns."""

# The bounds of the following classes were chosen by hand.
DENSITY_EDGES = np.array([0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 8.0])
"""Bounds of the classes of remaining blocks per remaining column."""

PACE_EDGES = np.array([0.02, 0.03, 0.045, 0.065, 0.09, 0.125, 0.175, 0.25, 0.35, 0.5, 0.75])
"""Bounds of the classes of remaining pipes (or enemies) per remaining column; none remaining is a separate class."""

RISE_EDGES = np.array([2, 4, 7, 11, 16, 24, 35])
"""Bounds of the classes of remaining columns in a window that must have high ground and has none yet."""


class Elevation(IntEnum):
    """Elevation of a window: it must stay low (`LOW`), already has high ground (`DONE`), or still needs it (`DUE`).

    A window that needs high ground has the value `DUE` plus the class of its remaining columns (`RISE_EDGES`).
    """

    UNKNOWN = 0
    LOW = 1
    DONE = 2
    DUE = 3


class Origin(IntEnum):
    """Whether a level is as it was made, or was mirrored or edited to have counts that are rare in levels."""

    UNKNOWN = 0
    NATURAL = 1
    EDITED = 2


CONDITION_SIZES: dict[str, int] = {
    "pipes_left": MAX_PIPES + 2,
    "enemies_left": MAX_ENEMIES + 2,
    "block_density_left": len(DENSITY_EDGES) + 2,
    "elevation": len(Elevation) + len(RISE_EDGES),
    "columns_left": MAX_WINDOW + 1,
    "from_start": MAX_EDGE_DISTANCE + 2,
    "to_end": MAX_EDGE_DISTANCE + 2,
    "pipes_pace": len(PACE_EDGES) + 3,
    "enemies_pace": len(PACE_EDGES) + 3,
    "style": len(STYLES) + 1,
    "origin": len(Origin),
    "gap": MAX_OPEN_GAP + 2,
    "deep": 3,
}
"""The conditions in their order, with the number of values of each; 0 is unknown."""

CONDITION_NAMES = tuple(CONDITION_SIZES)

Conditions = npt.NDArray[np.int64]
"""Shape (..., 13), in the order of `CONDITION_SIZES`."""


@dataclass(frozen=True, slots=True)
class Target:
    """Target counts of one window; `None` leaves a count open.

    Attributes:
        columns: width of the window, 1 to `MAX_WINDOW`.
        pipes, enemies, blocks: how many it must contain.
        high: whether it must have high ground, or must have none.
        style: its style.
        deep: whether its ground is deep.
        natural: false for counts that are rare in levels; the model then receives `Origin.EDITED`.
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
    """Counts what one level still lacks of its targets, window by window."""

    def __init__(self, targets: Sequence[Target]) -> None:
        """Start before the first column.

        Args:
            targets: the targets of the level's windows, from left to right.

        Raises:
            ValueError: there are no targets, or a window is too narrow or too wide.
        """
        if not targets or any(not 1 <= t.columns <= MAX_WINDOW for t in targets):
            raise ValueError(f"targets must cover 1 to {MAX_WINDOW} columns each")
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
        """Count a finished column: its pipes, enemies and blocks, and whether it has high ground and a solid tile."""
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
        """The conditions of the next column, shape (13,)."""
        t = self.target
        return np.array(
            [
                _left(t.pipes, self.pipes, MAX_PIPES),
                _left(t.enemies, self.enemies, MAX_ENEMIES),
                UNKNOWN if t.blocks is None else density_class(t.blocks - self.blocks, self.columns_left),
                Elevation.UNKNOWN if t.high is None else _elevation(t.high, self.risen, self.columns_left),
                self.columns_left,
                1 + min(self.column, MAX_EDGE_DISTANCE),
                1 + min(self.columns - 1 - self.column, MAX_EDGE_DISTANCE),
                UNKNOWN if t.pipes is None else pace_class(t.pipes - self.pipes, self.columns_left),
                UNKNOWN if t.enemies is None else pace_class(t.enemies - self.enemies, self.columns_left),
                UNKNOWN if t.style is None else 1 + STYLES.index(t.style),
                Origin.NATURAL if t.natural else Origin.EDITED,
                1 + min(self.gap, MAX_OPEN_GAP),
                UNKNOWN if t.deep is None else 1 + t.deep,
            ],
            dtype=np.int64,
        )


def _left(target: int | None, placed: int, maximum: int) -> int:
    return UNKNOWN if target is None else 1 + min(max(target - placed, 0), maximum)


def _elevation(target: bool, risen: bool, columns: int) -> int:
    if not target:
        return Elevation.LOW
    return Elevation.DONE if risen else Elevation.DUE + int(np.digitize(columns, RISE_EDGES))


def density_class(blocks: int, columns: int) -> int:
    """The class of `blocks` remaining blocks in `columns` remaining columns, 1 or more."""
    return 1 + int(np.digitize(max(blocks, 0) / columns, DENSITY_EDGES))


def pace_class(left: int, columns: int) -> int:
    """The class of `left` remaining pipes or enemies in `columns` remaining columns, 1 or more."""
    return 1 if left <= 0 else 2 + int(np.digitize(left / columns, PACE_EDGES))


def conditions_of(counts: ColumnCounts, windows: Sequence[int], natural: bool = True) -> Conditions:
    """The conditions of every column of a finished level, for training.

    Args:
        counts: the counts of each column of the level.
        windows: widths of the windows that the level is divided into; they must add up to its width.
        natural: false if the level was mirrored or edited.

    Returns:
        Shape (columns, 13): the conditions that a `Countdown` with the level's own counts as targets returns. Style and
        depth are those around each column.
    """
    countdown, rows = Countdown(_own_targets(counts, windows, natural)), []
    for pipes, enemies, blocks, high, solid in zip(*counts[:4], counts.solid, strict=True):
        rows.append(countdown.conditions())
        countdown.add(int(pipes), int(enemies), int(blocks), bool(high), bool(solid))
    conditions = np.stack(rows)
    styles, deep = column_styles(counts)
    conditions[:, CONDITION_NAMES.index("style")] = 1 + styles
    conditions[:, CONDITION_NAMES.index("deep")] = 1 + deep
    return conditions


def _own_targets(counts: ColumnCounts, windows: Sequence[int], natural: bool) -> list[Target]:
    """The counts of a finished level's windows as targets."""
    targets, start = [], 0
    for width in windows:
        part = slice(start, start + width)
        pipes, enemies, blocks = (int(count[part].sum()) for count in (counts.pipes, counts.enemies, counts.blocks))
        targets.append(Target(width, pipes, enemies, blocks, bool(counts.high[part].any()), natural=natural))
        start += width
    return targets
