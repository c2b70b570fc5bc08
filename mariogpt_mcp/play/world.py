"""A level in the form that the simulator uses: what is solid, the start, the enemies, the cannons and the goal."""

from __future__ import annotations

from copy import copy
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.floor import lowest_floor
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.play.cannons import Cannon, Flight
from mariogpt_mcp.play.cells import SKY_ROWS, STRIDE
from mariogpt_mcp.play.enemies import Sleeper, Walk
from mariogpt_mcp.play.physics import PHYSICS, TILE

_ENEMY = PHYSICS.enemy


class World:
    """The data of a level that a run needs.

    `solid` has one byte for each cell, column by column, `STRIDE` cells each, with the level's top row at `SKY_ROWS`.
    `goal` is the x to pass: by default the last column. `start` is `None` if the first column has nothing to stand on.
    """

    def __init__(
        self,
        ids: npt.NDArray[np.integer],
        *,
        goal: int | None = None,
        peaceful: bool = False,
        roof: bool = False,
        run: int = PHYSICS.mario.run,
    ) -> None:
        """Read a level's ids, (columns, 14), bottom tile first.

        Args:
            ids: the tiles.
            goal: the column to reach, from 0; the last one if left out.
            peaceful: without enemies and bullets.
            roof: close the top row and the sky above it, so that no run leads over the level's ceiling.
            run: Mario's acceleration when he runs; a lower one finds runs with room to spare.
        """
        self.ids = ids
        self.columns = len(ids)
        cells = np.zeros((len(ids), STRIDE), dtype=np.uint8)
        cells[:, SKY_ROWS : SKY_ROWS + HEIGHT] = IS_SOLID[ids][:, ::-1]
        cells[:, : SKY_ROWS + 1] |= roof
        self.solid = cells.tobytes()
        floor = lowest_floor(IS_SOLID[ids[0]])
        self.start = None if floor is None else (TILE // 2, floor * TILE - 1)
        self.goal = (self.columns - 1 if goal is None else goal) * TILE
        self.peaceful = peaceful
        self.run = run

    def with_goal(self, goal: int) -> World:
        """The same world with another goal, an x in hundredths of a pixel."""
        other = copy(self)
        other.goal = goal
        return other

    @cached_property
    def sleepers(self) -> tuple[Sleeper, ...]:
        """The enemies, from the left."""
        found = []
        for c, x, y in self._places("E"):
            found.append(Sleeper(_seen_from(c), x, Walk(self.solid, x, y, -1), Walk(self.solid, x, y, 1)))
        return tuple(found)

    @cached_property
    def cannons(self) -> tuple[Cannon, ...]:
        """The cannons, from the left."""
        found = []
        for c, x, y in self._places("B"):
            left, right = (Flight(x + side * TILE // 2, y, side) for side in (-1, 1))
            # The screen does not scroll past the end of the level, so a cannon near the end stays on it.
            at_end = c >= self.columns - PHYSICS.screen_columns - 1
            behind = (c + 1 + PHYSICS.screen_columns // 2) * TILE + _ENEMY.wakes_beyond_screen
            found.append(Cannon(x, _seen_from(c), self.columns * TILE if at_end else behind, left, right))
        return tuple(found)

    def _places(self, symbol: str) -> list[tuple[int, int, int]]:
        """(column, x, y) of each tile with a symbol, from the left; at x, y its enemy or bullet starts."""
        if self.peaceful:
            return []
        cells = np.argwhere(self.ids == tile(symbol).id).tolist()
        return [(c, c * TILE + TILE // 2, (HEIGHT - r) * TILE - 1) for c, r in cells]


def _seen_from(column: int) -> int:
    """Mario's x from which a column is on the screen or at most `wakes_beyond_screen` ahead of it.

    Mario is in the middle of the screen, except at the start of the level.
    """
    screen = PHYSICS.screen_columns * TILE
    if column * TILE <= screen + _ENEMY.wakes_beyond_screen:
        return 0
    return column * TILE - screen // 2 - _ENEMY.wakes_beyond_screen
