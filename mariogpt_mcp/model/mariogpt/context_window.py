"""The part of a long level that MarioGPT sees while it writes the next column; its context has 700 tiles."""

from __future__ import annotations

from collections.abc import Callable

CONTEXT = 700
"""Tiles of a training sample (`context_len` in `mario_gpt/dataset.py`)."""

PREVIOUS_COLUMNS = 48
"""Columns before the current one that MarioGPT's sampler gives to the model: 700 - 28 tiles, in columns of 14.

See `mario_gpt/sampler.py`.
"""

MAX_COLUMNS = 50
"""Columns in the context, including the current one."""

KEPT_COLUMNS = 36
"""Previous columns that stay when the sliding window moves. With fewer, it would move less often but show less."""

Window = Callable[[int], int]
"""Returns the first visible column while the column with a given number, counted from 0, is written."""


def exact(column: int) -> int:
    """The window of MarioGPT's sampler: the last 672 tiles and those of the current column.

    Once it is full, it moves with every column. All positions change then, so the KV cache is no longer valid.
    """
    return max(0, column - PREVIOUS_COLUMNS)


def sliding(column: int) -> int:
    """A window that fills up, then starts again from its last columns; the KV cache remains valid in between.

    Positions start at 0, as in training, but up to 12 fewer previous columns are visible than with `exact`.
    """
    if column < MAX_COLUMNS:
        return 0
    return column - KEPT_COLUMNS - (column - MAX_COLUMNS) % (MAX_COLUMNS - KEPT_COLUMNS)


WINDOWS: dict[str, Window] = {"exact": exact, "sliding": sliding}
"""The windows by their names in the settings."""
