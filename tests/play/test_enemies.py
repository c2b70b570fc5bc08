from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.play.enemies import Walk
from mariogpt_mcp.play.physics import PHYSICS, TILE
from tests.play.ground import feet, ground, wild_levels, world


def test_enemies_sleep_until_a_column_before_they_are_on_the_screen() -> None:
    level = ground([1] * 60, {(c, 1): "E" for c in (5, 17, 18, 40)})
    assert [s.x // TILE for s in world(level).sleepers] == [5, 17, 18, 40]
    assert [s.wakes_at // TILE for s in world(level).sleepers] == [0, 0, 9, 31]


SPEED = PHYSICS.enemy.speed


@pytest.mark.parametrize("direction", [-1, 1])
def test_an_enemy_walks_at_its_speed_on_level_ground(direction: int) -> None:
    x, y = feet(20, 1)
    walk = Walk(world(ground([1] * 40)).solid, x, y, direction)
    assert [walk.at(age) for age in range(100)] == [(x + direction * SPEED * age, y) for age in range(100)]


def test_an_enemy_turns_at_walls() -> None:
    walk = Walk(world(ground([2, *[1] * 8, 2])).solid, *feet(5, 1), 1)
    places = [walk.at(age) for age in range(400)]
    xs = [place[0] for place in places if place is not None]
    assert len(xs) == 400
    assert min(xs) < 2 * TILE
    assert max(xs) > 8 * TILE
    half = PHYSICS.enemy.half_width
    assert all(x - half >= TILE and x + half < 9 * TILE for x in xs)


def test_an_enemy_walks_off_cliffs() -> None:
    walk = Walk(world(ground([3] * 5 + [1] * 20)).solid, *feet(4, 3), 1)
    heights = [place[1] for age in range(60) if (place := walk.at(age)) is not None]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (feet(0, 3)[1], feet(0, 1)[1])


def test_an_enemy_in_the_air_falls_until_it_lands() -> None:
    walk = Walk(world(ground([1] * 30)).solid, *feet(10, 8), -1)
    heights = [place[1] for age in range(60) if (place := walk.at(age)) is not None]
    assert heights == sorted(heights)
    assert heights[2] > heights[0]
    assert heights[-1] == feet(0, 1)[1]


def test_an_enemy_that_fell_out_of_the_level_stays_gone() -> None:
    walk = Walk(world(ground([1] * 4 + [0] * 20)).solid, *feet(3, 1), 1)
    gone = [walk.at(age) is None for age in range(200)]
    assert gone == sorted(gone)
    assert gone[-1]


@given(wild_levels, st.integers(0, 600))
def test_a_path_does_not_depend_on_the_order_of_ages(level: Level, age: int) -> None:
    for sleeper in world(level).sleepers[:5]:
        late = sleeper.left.at(age)
        early = [sleeper.left.at(i) for i in range(age + 1)]
        assert early[-1] == late
