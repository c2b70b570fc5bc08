from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.export.waypoints import above_floor, route
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.world import World
from tests.conftest import levels


@given(levels)
def test_mario_sets_out_where_the_simulator_puts_him(level: Level) -> None:
    start, cell = World(level.ids).start, above_floor(level, 0)
    if start is None or start[1] < 0:  # nowhere, or on top of everything
        assert cell is None
    else:
        assert cell == (start[1] // TILE, start[0] // TILE)


@given(st.sets(st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, 19))))
def test_a_route_has_every_cell_of_the_path_once_and_never_goes_back(cells: set[tuple[int, int]]) -> None:
    line = route(Level(("-" * 20,) * HEIGHT, frozenset(cells)))
    assert len(line) == len(cells)
    assert set(line) == cells
    assert [column for _, column in line] == sorted(column for _, column in cells)


def test_a_route_rises_and_falls_with_the_run() -> None:
    jump = [(12, 0), (11, 0), (10, 1), (9, 1), (9, 2), (10, 3), (11, 3), (12, 4)]
    assert route(Level(("-" * 5,) * HEIGHT, frozenset(jump)))[2:] == jump[2:]
