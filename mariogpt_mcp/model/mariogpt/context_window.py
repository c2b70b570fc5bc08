"""The part of a long level that MarioGPT sees while it writes the next column; its context has 700 tiles."""

from __future__ import annotations

from collections.abc import Callable

CONTEXT = 700
"""Tiles of a training sample (`context_len` in `mario_gpt/dataset.py`)."""

PREVIOUS_COLUMNS = 48
"""Columns before the present one that MarioGPT's sampler shows the model: 700 less 28 tiles, in columns of 14.

See `mario_gpt/sampler.py`.
"""

MAX_COLUMNS = 50
"""Columns in the context, including the present one."""

KEPT_COLUMNS = 36
"""Columns that the sliding window starts again from. Fewer would move it less often and show less of the level."""

Window = Callable[[int], int]
"""Returns the first visible column while the column with a given number, counted from 0, is written."""


def exact(column: int) -> int:
    """The window of MarioGPT's sampler: the last 672 tiles and those of the present column.

    Once full, it moves with every column, and with it every position: nothing cached remains valid.
    """
    return max(0, column - PREVIOUS_COLUMNS)


def sliding(column: int) -> int:
    """A window that fills up, then starts again from its last columns; the KV cache remains valid in between.

    Positions are used as in training, from 0 on, but up to 12 fewer previous columns are visible than in `exact`.
    """
    if column < MAX_COLUMNS:
        return 0
    return column - KEPT_COLUMNS - (column - MAX_COLUMNS) % (MAX_COLUMNS - KEPT_COLUMNS)


WINDOWS: dict[str, Window] = {"exact": exact, "sliding": sliding}
"""By the names that settings have for them."""
