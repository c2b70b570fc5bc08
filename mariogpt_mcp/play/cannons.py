"""Cannons and their bullets, which fly straight through everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mariogpt_mcp.play.cells import Actors, Path
from mariogpt_mcp.play.physics import PHYSICS


@dataclass(frozen=True, slots=True)
class Flight:
    """The path of a bullet: from (`x`, `y`) straight through everything, to the left (-1) or right (1)."""

    x: int
    y: int
    direction: int

    def at(self, age: int) -> tuple[int, int] | None:
        """(x, y) at an age in frames."""
        return self.x + self.direction * PHYSICS.bullet.speed * age, self.y


@dataclass(frozen=True, slots=True)
class Cannon:
    """A cannon at `x`; it fires while Mario's x is from `sees_from` to `sees_to`."""

    x: int
    sees_from: int
    sees_to: int
    left: Path
    right: Path


def fired_bullets(cannons: Sequence[Cannon], x: int, frame: int) -> Actors:
    """The bullets that cannons fire in a frame towards Mario at `x`; cannons that are too close do not fire."""
    return tuple(
        (cannon.left if x < cannon.x else cannon.right, frame)
        for cannon in cannons
        if cannon.sees_from <= x <= cannon.sees_to and abs(cannon.x - x) > PHYSICS.bullet.quiet_within
    )
