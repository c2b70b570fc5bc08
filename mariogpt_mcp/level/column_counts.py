"""What each column adds to the four attributes of a prompt.

MarioGPT counts in the text of a window (`mario_gpt/prompter.py`): a pipe is a `<` followed by a `>` in its row,
enemies are `E` and `B`, blocks are `X`, `S`, `?` and `Q`, and a window is high if an `X`, `<` or `>` is in its top six
rows. All four can be counted column by column, so that the sampler can be guided by them. Bricks, and ground in the
lowest row, decide the style. The Lost Levels often have ground two rows deep. A run of columns with nothing solid is a
gap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import TILES, tagged, tile

HIGH_ROWS = 6
"""Rows from the top that make a level high (`Prompter.elevation_prompt`, "elevation 8 and up")."""

HIGH_FROM = HEIGHT - HIGH_ROWS
"""First row from the bottom, counted from 0, that makes a level high."""


def _member(tag: str) -> npt.NDArray[np.bool_]:
    ids = tagged(tag)
    return np.array([t.id in ids for t in TILES])


IS_SOLID = _member("solid")
IS_ENEMY = _member("enemy")
IS_BLOCK = _member("block")
IS_HIGH = _member("high")
PIPE_LEFT, PIPE_RIGHT = tile("<").id, tile(">").id
BRICK = tile("S").id


class ColumnCounts(NamedTuple):
    """Counts a column, each of shape (..., columns)."""

    pipes: npt.NDArray[np.int64]
    enemies: npt.NDArray[np.int64]
    blocks: npt.NDArray[np.int64]
    high: npt.NDArray[np.bool_]
    bricks: npt.NDArray[np.int64]
    ground: npt.NDArray[np.bool_]
    deep: npt.NDArray[np.bool_]
    solid: npt.NDArray[np.bool_]


def column_counts(ids: npt.NDArray[np.integer]) -> ColumnCounts:
    """Count ids of shape (..., columns, 14); a pipe counts in the column of its left half."""
    left = ids == PIPE_LEFT
    pairs = np.zeros_like(left)
    pairs[..., :-1, :] = left[..., :-1, :] & (ids[..., 1:, :] == PIPE_RIGHT)
    return ColumnCounts(
        pipes=pairs.sum(-1),
        enemies=IS_ENEMY[ids].sum(-1),
        blocks=IS_BLOCK[ids].sum(-1),
        high=IS_HIGH[ids[..., HIGH_FROM:]].any(-1),
        bricks=(ids == BRICK).sum(-1),
        ground=IS_SOLID[ids[..., 0]],
        deep=IS_SOLID[ids[..., :2]].all(-1),
        solid=IS_SOLID[ids].any(-1),
    )
