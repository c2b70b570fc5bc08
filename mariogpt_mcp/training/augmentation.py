"""Edits that keep a level whole and change how much it holds, so that counts are heeded in every company.

In the corpus 23 of the 96 combinations of classes never occur, and some others in one place only. A crop that
has lost some of its pipes, or got some enemies, shows the network the same surroundings under other counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import IS_ENEMY, IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import tile

Ids = npt.NDArray[np.int64]

PIPE_HEIGHTS = (2, 4)
"""Rows of a pipe that is put in, least and most: what can be jumped onto from the ground."""

MAX_PIPES, MAX_ENEMIES = 0.16, 0.3
"""Most pipes and enemies put in, a column."""

MAX_RAISE = 3
"""Most rows that the ground is raised by."""

_SKY, _GROUND, _ENEMY = tile("-").id, tile("X").id, tile("E").id
_PIPE = np.array([tile(s).id for s in "<>[]"])
_TOP_L, _TOP_R, _BODY_L, _BODY_R = _PIPE
_LOOSE = np.array([tile(s).id for s in "SQ?o"])


def edited(ids: Ids, rng: np.random.Generator) -> Ids:
    """A level with a random share of its pipes, enemies and loose blocks gone, and others put in."""
    ids = ids.copy()
    if rng.random() < 0.5:
        _remove_pipes(ids, rng.random(), rng)
    if rng.random() < 0.5:
        goes = (ids == _ENEMY) & (rng.random(ids.shape) < rng.random())
        ids[goes] = _SKY
    if rng.random() < 0.2:
        _remove_blocks(ids, rng.random(), rng)
    lands = np.zeros(ids.shape, dtype=bool)
    lands[:, 1:] = np.logical_or.accumulate(IS_SOLID[ids], axis=1)[:, :-1]
    ids[(ids == _ENEMY) & ~lands] = _SKY
    if rng.random() < 0.5:
        _add_pipes(ids, int(rng.random() ** 2 * MAX_PIPES * len(ids)), rng)
    if rng.random() < 0.5:
        _add_enemies(ids, int(rng.random() ** 2 * MAX_ENEMIES * len(ids)), rng)
    return ids


def raised(ids: Ids, rows: int) -> Ids:
    """A level some rows higher, its lowest row repeated; as it was where that would cost it tiles or footing.

    Below a pipe's mouth in the lowest row goes its body.
    """
    if rows == 0 or ids[:, HEIGHT - rows :].any() or IS_ENEMY[ids[:, 0]].any():
        return ids
    lowest = ids[:, :1].copy()
    lowest[lowest == _TOP_L] = _BODY_L
    lowest[lowest == _TOP_R] = _BODY_R
    return np.concatenate([np.repeat(lowest, rows, axis=1), ids[:, :-rows]], axis=1)


def _remove_pipes(ids: Ids, share: float, rng: np.random.Generator) -> None:
    for column, top in np.argwhere(ids == _TOP_L):
        if rng.random() < share and column + 1 < len(ids):
            both = ids[column : column + 2]
            foot = row = top
            while foot > 0 and both[0, foot - 1] == _BODY_L:
                foot -= 1
            while row + 1 < HEIGHT and both[0, row + 1] == _BODY_L:  # one that hangs from the ceiling
                row += 1
            both[:, foot : row + 1] = _SKY
            if row + 1 < HEIGHT:  # who stood on it goes with it
                both[:, row + 1][both[:, row + 1] == _ENEMY] = _SKY


def _remove_blocks(ids: Ids, share: float, rng: np.random.Generator) -> None:
    loose = np.isin(ids, _LOOSE)
    loose[:, :-1] &= ids[:, 1:] == _SKY  # nothing stands on it
    loose[:, 1:] &= ~np.isin(ids[:, :-1], _PIPE)  # and no pipe hangs from it
    ids[loose & (rng.random(ids.shape) < share)] = _SKY


def _surface(ids: Ids, column: int) -> int | None:
    """The lowest row to stand on in a column of ground, `None` where there is none."""
    rows = np.flatnonzero(ids[column] != _GROUND)
    return int(rows[0]) if len(rows) and rows[0] > 0 else None


def _add_pipes(ids: Ids, count: int, rng: np.random.Generator) -> None:
    for column in rng.integers(1, max(2, len(ids) - 2), count * 3):
        if count <= 0 or column + 2 >= len(ids):
            break
        foot = _surface(ids, column)
        height = int(rng.integers(PIPE_HEIGHTS[0], PIPE_HEIGHTS[1] + 1))
        if foot is None or foot != _surface(ids, column + 1) or foot + height + 2 > HEIGHT:
            continue
        around = ids[column - 1 : column + 3, foot : foot + height + 2]
        if (around != _SKY).any():
            continue
        ids[column : column + 2, foot : foot + height - 1] = _PIPE[2:, None]
        ids[column : column + 2, foot + height - 1] = _PIPE[:2]
        count -= 1


def _add_enemies(ids: Ids, count: int, rng: np.random.Generator) -> None:
    stands = np.zeros(ids.shape, dtype=bool)
    stands[:, 1:-1] = IS_SOLID[ids[:, :-2]] & (ids[:, 1:-1] == _SKY) & (ids[:, 2:] == _SKY)
    stands &= ~np.isin(np.pad(ids, ((0, 0), (1, 0)))[:, :-1], _PIPE)  # not where a piranha would be
    walled = np.pad(IS_SOLID[ids], ((1, 1), (0, 0)), constant_values=True)
    stands &= ~(walled[:-2] & walled[2:])
    places = np.argwhere(stands)
    for column, row in places[rng.permutation(len(places))[:count]]:
        ids[column, row] = _ENEMY
