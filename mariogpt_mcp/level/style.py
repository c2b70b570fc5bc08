"""The style of a level, read from its tiles: the levels of the Video Game Level Corpus are of three kinds.

Underground levels are built of brick (1-2, 4-2 and similar ones of the Lost Levels: 1.7 to 2.8 bricks a column, all
others 0.5 at most). Athletic levels lead over the void (1-3, 3-3, ...: 4 to 39 % of their columns have ground, in the
others 47 % or more). All others are overworld. The corpus has no castles, water or sky levels.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import ColumnCounts

Style = Literal["overworld", "underground", "athletic"]
STYLES: tuple[Style, ...] = ("overworld", "underground", "athletic")

UNDERGROUND_FROM = 1.0
"""Bricks a column that make a level underground."""

ATHLETIC_BELOW = 0.45
"""Share of columns with ground in their lowest row under which a level is athletic."""

DEEP_FROM = 0.5
"""Share of columns with ground two rows deep that make a level's ground deep."""

AROUND = 25
"""Columns to each side that decide the style, and the depth of the ground, at a place."""


def style_of(bricks: int, ground: int, columns: int) -> Style:
    """The style of `columns` columns with `bricks` bricks, `ground` of them with ground in the lowest row."""
    if bricks >= UNDERGROUND_FROM * columns:
        return "underground"
    return "athletic" if ground < ATHLETIC_BELOW * columns else "overworld"


def is_deep(deep: int, columns: int) -> bool:
    """Whether ground is deep, with `deep` of `columns` columns two rows deep."""
    return deep >= DEEP_FROM * columns


def column_styles(counts: ColumnCounts) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The style around each column of one level, as an index into `STYLES`, and whether the ground is deep there.

    Both have the shape (columns,).
    """
    columns = len(counts.bricks)
    here = np.arange(columns)
    start, end = np.maximum(here - AROUND, 0), np.minimum(here + AROUND, columns)
    sums = (np.concatenate([[0], np.cumsum(part)]) for part in (counts.bricks, counts.ground, counts.deep))
    bricks, ground, deep = (total[end] - total[start] for total in sums)
    widths = end - start
    styles = [STYLES.index(style_of(*map(int, place))) for place in zip(bricks, ground, widths, strict=True)]
    depths = [is_deep(*map(int, place)) for place in zip(deep, widths, strict=True)]
    return np.array(styles, dtype=np.int64), np.array(depths, dtype=bool)
