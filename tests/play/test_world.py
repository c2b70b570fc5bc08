from __future__ import annotations

import numpy as np
from hypothesis import given

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.play.cells import SKY_ROWS, STRIDE
from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.world import World
from tests.conftest import levels
from tests.play.ground import feet, ground, world


@given(levels)
def test_only_cells_of_solid_tiles_are_solid(level: Level) -> None:
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


def test_the_goal_is_the_last_column_unless_another_is_given() -> None:
    level = ground([1] * 9, {(5, 1): "E"})
    assert world(level).goal == 8 * TILE
    assert World(level.ids, goal=3).goal == 3 * TILE
    full = world(level)
    near = full.with_goal(500)
    assert (near.goal, full.goal) == (500, 8 * TILE)
    assert near.solid is full.solid


def test_a_peaceful_world_has_no_enemies_and_no_cannons() -> None:
    level = ground([1] * 9, {(5, 1): "E", (7, 1): "B"})
    assert len(world(level).sleepers) == len(world(level).cannons) == 1
    peaceful = World(level.ids, peaceful=True)
    assert peaceful.sleepers == ()
    assert peaceful.cannons == ()
