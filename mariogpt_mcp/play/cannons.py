"""Cannons, and what their bullets do: they fly straight on, through everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mariogpt_mcp.play.cells import Actors, Path
from mariogpt_mcp.play.physics import PHYSICS


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
class Cannon:
    """A cannon: it fires while Mario's x is between `sees_from` and `sees_to`."""

    x: int
    sees_from: int
    sees_to: int
    left: Path
    right: Path


def fired_bullets(cannons: Sequence[Cannon], x: int, frame: int) -> Actors:
    """The bullets that cannons fire in a frame while Mario is at `x`: towards him, unless he is too close."""
    return tuple(
        (cannon.left if x < cannon.x else cannon.right, frame)
        for cannon in cannons
        if cannon.sees_from <= x <= cannon.sees_to and abs(cannon.x - x) > PHYSICS.bullet.quiet_within
    )
