"""What makes a level valid: which tiles may stand beside and above which.

One set of rules in two forms. `faults` reads a finished level and names what is broken. `ColumnRules` tells the sampler
which tiles may come next, so that no broken level is ever written. It never leads into a dead end: a tile that needs
another one above it is only allowed where that one can follow.

Rules:

- The left half of a pipe has its right half beside it.
- The body of a pipe leads up to a top (or down, if it hangs from the ceiling, which is read but never written).
- A pipe stands on something solid with both halves.
- The stand of a cannon leads up to a cannon, and both stand on something solid.
- An enemy has something solid below it, is not covered, and is not walled in on both sides. It may be in the air: the
  corpus has one symbol for all enemies, and a fifth of them fly; where enemies have no wings, they fall and land.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import IS_BLOCK, IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import TILES, tile

BOTTOM = len(TILES)
"""Stands for what lies under the lowest row, where a tile id is needed."""

_SKY, _ENEMY = tile("-").id, tile("E").id
_TOP_L, _TOP_R, _BODY_L, _BODY_R = (tile(s).id for s in "<>[]")
_CANNON, _STAND = tile("B").id, tile("b").id
_FOOTING = IS_BLOCK
_PASSABLE = ~IS_SOLID


KINDS = (
    "",
    "half a pipe",
    "a pipe without a top",
    "a pipe in the air",
    "a cannon stand without a cannon",
    "a cannon in the air",
    "an enemy over nothing",
    "an enemy walled in",
)
"""What can be broken, by the number that `fault_kinds` gives it. Of several faults in one cell, the first is named."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is broken; row and column count from 1, row 1 on top."""

    kind: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.kind} at row {self.row}, column {self.column}"


def faults(ids: npt.NDArray[np.integer]) -> list[Fault]:
    """Everything broken in a level, (columns, 14), column by column from the left, each from the bottom up."""
    kinds = fault_kinds(ids)
    return [Fault(KINDS[kinds[c, r]], HEIGHT - r, c + 1) for c, r in np.argwhere(kinds).tolist()]


def fault_kinds(ids: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """What is broken in each cell of levels, (..., columns, 14), as an index into `KINDS`; 0 where nothing is.

    The kind of a cell depends on its column and on the columns to both sides of it.
    """
    solid = IS_SOLID[ids]
    left, right = np.full_like(ids, _SKY), np.full_like(ids, _SKY)
    left[..., 1:, :], right[..., :-1, :] = ids[..., :-1, :], ids[..., 1:, :]
    above, covered, stands = np.full_like(ids, _SKY), np.zeros_like(solid), np.ones_like(solid)
    above[..., :-1], covered[..., :-1], stands[..., 1:] = ids[..., 1:], solid[..., 1:], solid[..., :-1]
    floor = np.zeros_like(solid)
    floor[..., 1:] = np.logical_or.accumulate(solid, axis=-1)[..., :-1]
    half, topless = np.zeros_like(solid), np.zeros_like(solid)
    for top_left, top_right in ((_TOP_L, _TOP_R), (_BODY_L, _BODY_R)):
        half |= ((ids == top_left) & (right != top_right)) | ((ids == top_right) & (left != top_left))
    for body, top in ((_BODY_L, _TOP_L), (_BODY_R, _TOP_R)):
        topless |= (ids == body) & ~(_leads_to(ids, body, top) | _leads_to(ids[..., ::-1], body, top)[..., ::-1])
    pipe = (ids == _TOP_L) | (ids == _TOP_R) | (ids == _BODY_L) | (ids == _BODY_R)
    enemy, stand = ids == _ENEMY, ids == _STAND
    walls = IS_SOLID[left] & IS_SOLID[right]
    conditions = [
        half,
        topless,
        pipe & ~stands & ~covered,
        stand & (above != _STAND) & (above != _CANNON),
        (stand | (ids == _CANNON)) & ~stands,
        enemy & ~floor,
        enemy & (covered | walls),
    ]
    return np.select(conditions, list(range(1, len(KINDS))), 0)


def _leads_to(ids: npt.NDArray[np.integer], body: int, top: int) -> npt.NDArray[np.bool_]:
    """Where a body of a pipe continues without a break to a top, towards higher indices of the last axis."""
    found: npt.NDArray[np.bool_] = ids == top
    for r in reversed(range(HEIGHT - 1)):
        found[..., r] |= (ids[..., r] == body) & found[..., r + 1]
    return found


class Need(IntEnum):
    """What the columns to the left require of a cell."""

    FREE = 0
    TOP = 1
    BODY = 2
    FOOTING = 3
    PASSABLE = 4


@cache
def _table() -> npt.NDArray[np.bool_]:
    """Allowed tiles by (need here, need above, tile below, something solid below, last column).

    Shape (5, 6, 14, 2, 2, 13).

    The sixth "need above" says that there is no row above.
    """
    no_row = len(Need)
    table = np.zeros((len(Need), len(Need) + 1, BOTTOM + 1, 2, 2, len(TILES)), dtype=bool)
    for need in Need:
        for above in range(no_row + 1):
            for below in range(BOTTOM + 1):
                for lands in (0, 1):
                    for last in (0, 1):
                        table[need, above, below, lands, last] = _allowed(
                            need, above, below, bool(lands), bool(last), no_row
                        )
    return table


def _allowed(need: Need, above: int, below: int, lands: bool, last: bool, no_row: int) -> npt.NDArray[np.bool_]:
    allow = np.zeros(len(TILES), dtype=bool)
    if need == Need.TOP:
        allow[_TOP_R] = True
        return allow
    if need == Need.BODY:
        allow[_BODY_R] = True
        return allow
    if need == Need.FOOTING:
        return _FOOTING.copy()
    if need == Need.PASSABLE:
        allow = _PASSABLE.copy()
    else:
        allow[:] = True
    open_above = above == Need.FREE
    allow[[_TOP_R, _BODY_R]] = False
    if last:
        allow[[_TOP_L, _BODY_L]] = False
    if below == _BODY_L:
        allow[:] = False
        allow[_TOP_L] = True
        allow[_BODY_L] = open_above
    elif below == _STAND:
        allow[:] = False
        allow[_CANNON] = True
        allow[_STAND] = open_above
    else:
        footing = below == BOTTOM or bool(_FOOTING[below])
        allow[[_TOP_L, _CANNON]] &= footing
        allow[[_BODY_L, _STAND]] &= footing and open_above
        # The lowest row has nothing to stand on that could be seen: no enemy there.
        allow[_ENEMY] &= lands and above in (Need.FREE, Need.PASSABLE, no_row)
        if below == _ENEMY:
            allow &= _PASSABLE
            allow[_ENEMY] = False
    return allow


def needs(left: npt.NDArray[np.integer], before: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """What the column to the left, and the one before it, require of the next.

    Args:
        left: ids of shape (batch, 14), bottom first; sky at the start of a level.
        before: the column left of that, same shape.

    Returns:
        `Need` values of shape (batch, 14).
    """
    need = np.full(left.shape, int(Need.FREE), dtype=np.int64)
    # An enemy with a wall to its left must have room to its right.
    need[(left == _ENEMY) & IS_SOLID[before]] = Need.PASSABLE
    pipe = (left == _TOP_L) | (left == _BODY_L)
    foot = pipe.copy()
    foot[:, 1:] &= ~pipe[:, :-1]
    need[:, :-1][foot[:, 1:]] = Need.FOOTING
    need[left == _TOP_L] = Need.TOP
    need[left == _BODY_L] = Need.BODY
    return need


def joins(after: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Tiles that may stand in the column before existing columns.

    Args:
        after: their ids, (columns, 14), bottom first; the first one holds no right half of a pipe.

    Returns:
        Shape (14, 13): no enemy beside a wall, and room beside an enemy who has a wall behind it.
    """
    may = np.ones((HEIGHT, len(TILES)), dtype=bool)
    may[IS_SOLID[after[0]], _ENEMY] = False
    if len(after) > 1:
        room = (after[0] == _ENEMY) & IS_SOLID[after[1]]
        may[room] = _PASSABLE
        may[:-1][room[1:], _STAND] = False  # a cannon would have to stand on it
    return may


class ColumnRules:
    """Allowed tiles for one column of a batch, one row at a time from the bottom."""

    def __init__(
        self, left: npt.NDArray[np.integer], before: npt.NDArray[np.integer], last: npt.NDArray[np.bool_]
    ) -> None:
        """Begin a column: the two columns to the left, (batch, 14), and which levels end with it, (batch,)."""
        self._need = needs(left, before)
        self._last = last.astype(np.int64)
        self._below = np.full(len(left), BOTTOM, dtype=np.int64)
        self._lands = np.zeros(len(left), dtype=np.int64)
        self._row = 0

    def allowed(self) -> npt.NDArray[np.bool_]:
        """Tiles that may stand in the present row, shape (batch, 13); at least one is allowed."""
        r = self._row
        above = self._need[:, r + 1] if r + 1 < HEIGHT else np.full(len(self._last), len(Need))
        mask: npt.NDArray[np.bool_] = _table()[self._need[:, r], above, self._below, self._lands, self._last]
        return mask

    def place(self, tiles: npt.NDArray[np.integer]) -> None:
        """Put one tile, (batch,), into the present row and go one row up."""
        self._below = tiles.astype(np.int64)
        self._lands |= IS_SOLID[tiles]
        self._row += 1
