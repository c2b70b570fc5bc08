"""Enemies: how they walk, and when they wake.

An enemy's path does not depend on Mario, except for its direction at the start and the moment it wakes. So each path is
computed once for each direction, and looked up by its age.
"""

from __future__ import annotations

from dataclasses import dataclass

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.play.cells import SKY_ROWS, STRIDE, Path
from mariogpt_mcp.play.physics import PHYSICS, TILE

_ENEMY = PHYSICS.enemy
_LOST = HEIGHT * TILE + PHYSICS.lost_below
_TALL = (0, _ENEMY.height // 2, _ENEMY.height)


class Walk:
    """The path of an enemy: it falls, walks, turns at walls, walks off cliffs and out of the level."""

    def __init__(self, solid: bytes, x: int, y: int, direction: int) -> None:
        """Start at (x, y), the middle of its feet, to the left (-1) or right (1); `solid` is `World.solid`."""
        self._solid, self._columns = solid, len(solid) // STRIDE
        self._speed, self._fall = direction * _ENEMY.speed, 0
        self._known: list[tuple[int, int] | None] = [(x, y)]

    def at(self, age: int) -> tuple[int, int] | None:
        """(x, y) at an age in frames; `None` after it has left the level."""
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
class Sleeper:
    """An enemy that has not been on the screen yet: it wakes when Mario's x reaches `wakes_at`."""

    wakes_at: int
    x: int
    left: Path
    right: Path
