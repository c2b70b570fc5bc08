"""A level as the simulator sees it: what is solid, where Mario starts, enemies' paths, cannons and the goal.

No enemy's movement depends on Mario, but for the direction it sets out in and the moment it wakes. So each one's path
is worked out once a direction, and looked up by its age.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.floor import lowest_floor
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.play.physics import PHYSICS, TILE

SKY_ROWS = 16
"""Free rows above the level. No jump leads higher: from the top row's upper side one rises five tiles."""

STRIDE = SKY_ROWS + HEIGHT + 6
"""Cells a column, with free rows above and below the level."""

_ENEMY, _MARIO = PHYSICS.enemy, PHYSICS.mario
_LOST = HEIGHT * TILE + PHYSICS.lost_below
_TALL = (0, _ENEMY.height // 2, _ENEMY.height)


class Path(Protocol):
    """Where something is by its age in frames; `None` once it is gone."""

    def at(self, age: int) -> tuple[int, int] | None:
        """(x, y) of the middle of its feet."""


class Walk:
    """The path of an enemy: it falls, walks, turns at walls, walks off cliffs and out of the level."""

    def __init__(self, world: World, x: int, y: int, direction: int) -> None:
        self._solid = world.solid
        self._columns = world.columns
        self._speed, self._fall = direction * _ENEMY.speed, 0
        self._known: list[tuple[int, int] | None] = [(x, y)]

    def at(self, age: int) -> tuple[int, int] | None:
        """(x, y) at an age in frames; `None` once it has left the level."""
        known = self._known
        while len(known) <= age:
            if known[-1] is None:
                return None
            self._walk(*known[-1])
        return known[age]

    def _walk(self, x: int, y: int) -> None:
        to = x + self._speed
        lead = to + (_ENEMY.half_width if self._speed > 0 else -_ENEMY.half_width)
        if any(self._is_solid(lead, y - tall) for tall in _TALL):
            self._speed = -self._speed
        else:
            x = to
        landed = False
        for row in range((y + 1) // TILE, (y + self._fall + 1) // TILE + 1):
            edge = row * TILE
            if self._is_solid(x - _ENEMY.half_width, edge) or self._is_solid(x + _ENEMY.half_width, edge):
                y, self._fall, landed = edge - 1, 0, True
                break
        if not landed:
            y += self._fall
            self._fall = self._fall * _ENEMY.fall_percent // 100 + _ENEMY.gravity
        inside = y <= _LOST and -TILE <= x <= (self._columns + 1) * TILE
        self._known.append((x, y) if inside else None)

    def _is_solid(self, x: int, y: int) -> int:
        column = min(max(x // TILE, 0), self._columns - 1)
        return self._solid[column * STRIDE + y // TILE + SKY_ROWS]


@dataclass(frozen=True, slots=True)
class Flight:
    """The path of a bullet: straight on, through everything."""

    x: int
    y: int
    direction: int

    def at(self, age: int) -> tuple[int, int] | None:
        """(x, y) at an age in frames."""
        return self.x + self.direction * PHYSICS.bullet.speed * age, self.y


@dataclass(frozen=True, slots=True)
class Sleeper:
    """An enemy that has not been on the screen yet: it wakes when Mario's x reaches `wakes_at`."""

    wakes_at: int
    x: int
    left: Path
    right: Path


@dataclass(frozen=True, slots=True)
class Cannon:
    """A cannon: it fires while Mario's x is between `sees_from` and `sees_to`."""

    x: int
    sees_from: int
    sees_to: int
    left: Path
    right: Path


class World:
    """What a run needs to know of a level.

    `solid` has a byte a cell, column by column, `STRIDE` cells each, the level's top row at `SKY_ROWS`. `goal` is the x
    to pass: the last column. `start` is `None` where nothing in the first column can be stood on.
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
            roof: close the top row and the sky above it, so that nobody walks over the level's ceiling.
            run: Mario's acceleration when he runs; a lower one shows what can be done with room to spare.
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
        """The same with another x to pass."""
        other = copy(self)
        other.goal = goal
        return other

    @cached_property
    def sleepers(self) -> tuple[Sleeper, ...]:
        """The enemies, from the left."""
        found = []
        for c, x, y in self._places("E"):
            found.append(Sleeper(_seen_from(c), x, Walk(self, x, y, -1), Walk(self, x, y, 1)))
        return tuple(found)

    @cached_property
    def cannons(self) -> tuple[Cannon, ...]:
        """The cannons, from the left."""
        found = []
        for c, x, y in self._places("B"):
            left, right = (Flight(x + side * TILE // 2, y, side) for side in (-1, 1))
            # The screen stops at the end of the level, where a cannon stays on it.
            at_end = c >= self.columns - PHYSICS.screen_columns - 1
            behind = (c + 1 + PHYSICS.screen_columns // 2) * TILE + _ENEMY.wakes_beyond_screen
            found.append(Cannon(x, _seen_from(c), self.columns * TILE if at_end else behind, left, right))
        return tuple(found)

    def _places(self, symbol: str) -> list[tuple[int, int, int]]:
        """(column, x, y) of each tile with a symbol, from the left, where what it stands for sets out."""
        if self.peaceful:
            return []
        cells = np.argwhere(self.ids == tile(symbol).id).tolist()
        return [(c, c * TILE + TILE // 2, (HEIGHT - r) * TILE - 1) for c, r in cells]


def _seen_from(column: int) -> int:
    """The x of Mario from which a column is within one of the screen, whose middle he is in but for its ends."""
    screen = PHYSICS.screen_columns * TILE
    if column * TILE <= screen + _ENEMY.wakes_beyond_screen:
        return 0
    return column * TILE - screen // 2 - _ENEMY.wakes_beyond_screen
