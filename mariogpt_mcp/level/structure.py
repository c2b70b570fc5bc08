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
    grid = ids.astype(np.int64)
    found: list[Fault] = []
    for c in range(len(grid)):
        for r in range(HEIGHT):
            kind = _fault(grid, c, r)
            if kind is not None:
                found.append(Fault(kind, HEIGHT - r, c + 1))
    return found


def _fault(ids: npt.NDArray[np.int64], c: int, r: int) -> str | None:
    here = int(ids[c, r])
    left = int(ids[c - 1, r]) if c else _SKY
    right = int(ids[c + 1, r]) if c + 1 < len(ids) else _SKY
    below = int(ids[c, r - 1]) if r else BOTTOM
    above = int(ids[c, r + 1]) if r + 1 < HEIGHT else _SKY
    stands = below == BOTTOM or bool(IS_SOLID[below])
    hangs = bool(IS_SOLID[above])
    if here in (_TOP_L, _BODY_L) and right != (_TOP_R if here == _TOP_L else _BODY_R):
        return "half a pipe"
    if here in (_TOP_R, _BODY_R) and left != (_TOP_L if here == _TOP_R else _BODY_L):
        return "half a pipe"
    if here in (_BODY_L, _BODY_R):
        top = _TOP_L if here == _BODY_L else _TOP_R
        if not _run_ends_in(ids[c], r, here, top):
            return "a pipe without a top"
    if here in (_TOP_L, _TOP_R, _BODY_L, _BODY_R) and not (stands or hangs):
        return "a pipe in the air"
    if here == _STAND and above not in (_STAND, _CANNON):
        return "a cannon stand without a cannon"
    if here in (_STAND, _CANNON) and not stands:
        return "a cannon in the air"
    if here == _ENEMY and not IS_SOLID[ids[c, :r]].any():
        return "an enemy over nothing"
    if here == _ENEMY and (hangs or (IS_SOLID[left] and IS_SOLID[right])):
        return "an enemy walled in"
    return None


def _run_ends_in(column: npt.NDArray[np.int64], r: int, body: int, top: int) -> bool:
    up, down = r, r
    while up < HEIGHT and column[up] == body:
        up += 1
    while down >= 0 and column[down] == body:
        down -= 1
    return (up < HEIGHT and int(column[up]) == top) or (down >= 0 and int(column[down]) == top)


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
