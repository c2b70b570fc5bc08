from __future__ import annotations

from mariogpt_mcp.play.cannons import Flight
from mariogpt_mcp.play.physics import TILE
from tests.play.ground import ground, world


def test_a_cannon_is_seen_from_both_sides_and_to_the_end_on_the_last_screen() -> None:
    level = ground([1] * 100, {(40, 1): "B", (90, 1): "B"})
    middle, last = world(level).cannons
    assert (middle.sees_from // TILE, middle.sees_to // TILE) == (31, 50)
    assert (last.sees_from // TILE, last.sees_to // TILE) == (81, 100)


def test_a_bullet_flies_straight() -> None:
    flight = Flight(100, 50, -1)
    assert [flight.at(age) for age in (0, 1, 100)] == [(100, 50), (-300, 50), (-39900, 50)]
