from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.world import SKY_ROWS, STRIDE, Flight, Walk, World
from tests.conftest import levels
from tests.play.ground import ground, wild_levels, world

SPEED = PHYSICS.enemy.speed


def feet(column: int, height: int) -> tuple[int, int]:
    """Where one stands in the middle of a column, so many tiles above the bottom."""
    return column * TILE + TILE // 2, (HEIGHT - height) * TILE - 1


@given(levels)
def test_what_is_solid_is_what_the_tiles_say_and_free_around(level: Level) -> None:
    cells = np.frombuffer(world(level).solid, dtype=np.uint8).reshape(level.columns, STRIDE)
    inside = slice(SKY_ROWS, SKY_ROWS + HEIGHT)
    np.testing.assert_array_equal(cells[:, inside], IS_SOLID[level.ids][:, ::-1])
    assert not np.delete(cells, range(SKY_ROWS, SKY_ROWS + HEIGHT), axis=1).any()


def test_a_roof_closes_the_sky_and_the_top_row() -> None:
    level = ground([1] * 5)
    cells = np.frombuffer(World(level.ids, roof=True).solid, dtype=np.uint8).reshape(5, STRIDE)
    assert cells[:, : SKY_ROWS + 1].all()
    assert not cells[:, SKY_ROWS + 1 : SKY_ROWS + HEIGHT - 1].any()


def test_mario_starts_on_the_first_column() -> None:
    assert world(ground([2, 1])).start == feet(0, 2)
    assert world(ground([0, 1])).start is None


def test_the_goal_is_the_last_column_unless_another_is_named() -> None:
    level = ground([1] * 9, {(5, 1): "E"})
    assert world(level).goal == 8 * TILE
    assert World(level.ids, goal=3).goal == 3 * TILE
    whole = world(level)
    near = whole.with_goal(500)
    assert (near.goal, whole.goal) == (500, 8 * TILE)
    assert near.solid is whole.solid


def test_a_peaceful_world_has_no_enemies_and_no_cannons() -> None:
    level = ground([1] * 9, {(5, 1): "E", (7, 1): "B"})
    assert len(world(level).sleepers) == len(world(level).cannons) == 1
    peaceful = World(level.ids, peaceful=True)
    assert peaceful.sleepers == ()
    assert peaceful.cannons == ()


def test_enemies_sleep_until_a_column_before_they_are_on_the_screen() -> None:
    level = ground([1] * 60, {(c, 1): "E" for c in (5, 17, 18, 40)})
    assert [s.x // TILE for s in world(level).sleepers] == [5, 17, 18, 40]
    assert [s.wakes_at // TILE for s in world(level).sleepers] == [0, 0, 9, 31]


def test_a_cannon_is_seen_from_both_sides_and_to_the_end_on_the_last_screen() -> None:
    level = ground([1] * 100, {(40, 1): "B", (90, 1): "B"})
    middle, last = world(level).cannons
    assert (middle.sees_from // TILE, middle.sees_to // TILE) == (31, 50)
    assert (last.sees_from // TILE, last.sees_to // TILE) == (81, 100)


@pytest.mark.parametrize("direction", [-1, 1])
def test_an_enemy_walks_at_its_speed_on_level_ground(direction: int) -> None:
    x, y = feet(20, 1)
    walk = Walk(world(ground([1] * 40)), x, y, direction)
    assert [walk.at(age) for age in range(100)] == [(x + direction * SPEED * age, y) for age in range(100)]


def test_an_enemy_turns_at_walls() -> None:
    walk = Walk(world(ground([2, *[1] * 8, 2])), *feet(5, 1), 1)
    places = [walk.at(age) for age in range(400)]
    xs = [place[0] for place in places if place is not None]
    assert len(xs) == 400
    assert min(xs) < 2 * TILE
    assert max(xs) > 8 * TILE
    half = PHYSICS.enemy.half_width
    assert all(x - half >= TILE and x + half < 9 * TILE for x in xs)


def test_an_enemy_walks_off_cliffs() -> None:
    walk = Walk(world(ground([3] * 5 + [1] * 20)), *feet(4, 3), 1)
    heights = [place[1] for age in range(60) if (place := walk.at(age)) is not None]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == (feet(0, 3)[1], feet(0, 1)[1])


def test_an_enemy_in_the_air_falls_until_it_lands() -> None:
    walk = Walk(world(ground([1] * 30)), *feet(10, 8), -1)
    heights = [place[1] for age in range(60) if (place := walk.at(age)) is not None]
    assert heights == sorted(heights)
    assert heights[2] > heights[0]
    assert heights[-1] == feet(0, 1)[1]


def test_an_enemy_that_fell_out_is_gone_for_good() -> None:
    walk = Walk(world(ground([1] * 4 + [0] * 20)), *feet(3, 1), 1)
    gone = [walk.at(age) is None for age in range(200)]
    assert gone == sorted(gone)
    assert gone[-1]


@given(wild_levels, st.integers(0, 600))
def test_a_path_is_the_same_in_whatever_order_it_is_asked_for(level: Level, age: int) -> None:
    for sleeper in world(level).sleepers[:5]:
        late = sleeper.left.at(age)
        early = [sleeper.left.at(i) for i in range(age + 1)]
        assert early[-1] == late


def test_a_bullet_flies_straight() -> None:
    flight = Flight(100, 50, -1)
    assert [flight.at(age) for age in (0, 1, 100)] == [(100, 50), (-300, 50), (-39900, 50)]
