"""Which columns a flat model of 700 tiles' context still sees while it writes on."""

from __future__ import annotations

from collections.abc import Callable

CONTEXT = 700
"""Tiles the original was trained on at once."""

SEEN = 48
"""Columns before the present one that its loop shows it: 700 less 28 tiles, in 14s (`mario_gpt/sampler.py`)."""

ROOM = 50
"""Columns that fit its context, the present one among them."""

KEPT = 36
"""Columns that a sliding cache starts again from."""

Window = Callable[[int], int]
"""The first column seen while the column of a number, counted from 0, is written."""


def exact(column: int) -> int:
    """The loop's own window: all up to 672 tiles, then the last 672 and those of the present column.

    It moves on with every column, and every position in it with it: nothing cached stays true.
    """
    return max(0, column - SEEN)


def sliding(column: int) -> int:
    """A window that fills up, then starts again from its last columns: the cache holds in between.

    What is seen is as the model was trained, from a first column on at the first positions, but for up to 12
    columns fewer of the past than the loop shows.
    """
    if column < ROOM:
        return 0
    return column - KEPT - (column - ROOM) % (ROOM - KEPT)


WINDOWS: dict[str, Window] = {"exact": exact, "sliding": sliding}
