"""Edits that keep a level valid and change its counts, so that the network learns counts in every combination.

In the corpus, 23 of the 96 combinations of classes never occur, and others occur in one place only. A crop from which
some pipes are removed, or to which some enemies are added, shows the network the same surroundings with other counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import IS_ENEMY, IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import tile

LevelIds = npt.NDArray[np.int64]
"""Tile ids of a level, (columns, 14), row 0 at the bottom."""

EDIT_CHANCE = 0.5
"""Probability of each of four edits: removing pipes, removing enemies, adding pipes, adding enemies.

Not tuned; the log in `resources/checkpoint/README.md` compares no other value.
"""

BLOCK_EDIT_CHANCE = 0.2
"""Probability of removing loose blocks and coins. Not tuned; lower because they are only removed, never added."""

PIPE_HEIGHTS = (2, 4)
"""Lowest and highest added pipe, in rows: what the player can jump onto from the ground."""

MAX_PIPES, MAX_ENEMIES = 0.16, 0.3
"""Most pipes and enemies added per column of the level: 8 and 15 in a window of 50 columns.

The fullest windows of the bundled model's corpus contain 9 pipes and 14 enemies.
"""

MAX_RAISE = 3
"""Most rows by which the ground is raised."""

_SKY, _GROUND, _ENEMY = tile("-").id, tile("X").id, tile("E").id
_PIPE = np.array([tile(s).id for s in "<>[]"])
_TOP_L, _TOP_R, _BODY_L, _BODY_R = _PIPE
_LOOSE = np.array([tile(s).id for s in "SQ?o"])


def edited(ids: LevelIds, rng: np.random.Generator) -> LevelIds:
    """A copy of a level with random pipes, enemies and loose blocks removed, and with pipes and enemies added."""
    ids = ids.copy()
    if rng.random() < EDIT_CHANCE:
        _remove_pipes(ids, rng.random(), rng)
    if rng.random() < EDIT_CHANCE:
        removed = (ids == _ENEMY) & (rng.random(ids.shape) < rng.random())
        ids[removed] = _SKY
    if rng.random() < BLOCK_EDIT_CHANCE:
        _remove_blocks(ids, rng.random(), rng)
    has_floor = np.zeros(ids.shape, dtype=bool)
    has_floor[:, 1:] = np.logical_or.accumulate(IS_SOLID[ids], axis=1)[:, :-1]
    ids[(ids == _ENEMY) & ~has_floor] = _SKY
    if rng.random() < EDIT_CHANCE:
        _add_pipes(ids, int(rng.random() ** 2 * MAX_PIPES * len(ids)), rng)
    if rng.random() < EDIT_CHANCE:
        _add_enemies(ids, int(rng.random() ** 2 * MAX_ENEMIES * len(ids)), rng)
    return ids


def raised(ids: LevelIds, rows: int) -> LevelIds:
    """A level moved up by some rows, with its lowest row repeated below.

    The level is returned unchanged if it would lose tiles at the top, or if an enemy in the lowest row would be buried.
    Below the mouth of a pipe in the lowest row, the body of the pipe is repeated instead.
    """
    if rows == 0 or ids[:, HEIGHT - rows :].any() or IS_ENEMY[ids[:, 0]].any():
        return ids
    lowest = ids[:, :1].copy()
    lowest[lowest == _TOP_L] = _BODY_L
    lowest[lowest == _TOP_R] = _BODY_R
    return np.concatenate([np.repeat(lowest, rows, axis=1), ids[:, :-rows]], axis=1)


def _remove_pipes(ids: LevelIds, share: float, rng: np.random.Generator) -> None:
    """Remove each pipe with the probability `share`, in place."""
    for column, top in np.argwhere(ids == _TOP_L):
        if rng.random() < share and column + 1 < len(ids):
            both = ids[column : column + 2]
            foot = row = top
            while foot > 0 and both[0, foot - 1] == _BODY_L:
                foot -= 1
            while row + 1 < HEIGHT and both[0, row + 1] == _BODY_L:  # a pipe that hangs from the ceiling
                row += 1
            both[:, foot : row + 1] = _SKY
            if row + 1 < HEIGHT:  # an enemy that stood on it would be left in the air
                both[:, row + 1][both[:, row + 1] == _ENEMY] = _SKY


def _remove_blocks(ids: LevelIds, share: float, rng: np.random.Generator) -> None:
    """Remove loose blocks and coins with the probability `share`, in place, except where something rests on them."""
    loose = np.isin(ids, _LOOSE)
    loose[:, :-1] &= ids[:, 1:] == _SKY  # nothing stands on it
    loose[:, 1:] &= ~np.isin(ids[:, :-1], _PIPE)  # and no pipe hangs from it
    ids[loose & (rng.random(ids.shape) < share)] = _SKY


def _surface(ids: LevelIds, column: int) -> int | None:
    """The row above the ground of a column; `None` if the column has no ground or only ground."""
    rows = np.flatnonzero(ids[column] != _GROUND)
    return int(rows[0]) if len(rows) and rows[0] > 0 else None


def _add_pipes(ids: LevelIds, count: int, rng: np.random.Generator) -> None:
    """Add up to `count` pipes in place, each where the ground is flat and everything around it is sky."""
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


def _add_enemies(ids: LevelIds, count: int, rng: np.random.Generator) -> None:
    """Add up to `count` enemies in place, each on something solid and with room to walk."""
    standing = np.zeros(ids.shape, dtype=bool)
    standing[:, 1:-1] = IS_SOLID[ids[:, :-2]] & (ids[:, 1:-1] == _SKY) & (ids[:, 2:] == _SKY)
    standing &= ~np.isin(np.pad(ids, ((0, 0), (1, 0)))[:, :-1], _PIPE)  # on a pipe it would be a piranha plant
    walled = np.pad(IS_SOLID[ids], ((1, 1), (0, 0)), constant_values=True)
    standing &= ~(walled[:-2] & walled[2:])
    places = np.argwhere(standing)
    for column, row in places[rng.permutation(len(places))[:count]]:
        ids[column, row] = _ENEMY
