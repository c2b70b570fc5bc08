from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from mariogpt_mcp.export.waypoints import flag_cell, route, start_cell
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.world import World
from tests.conftest import levels

columns = st.text(st.sampled_from("XX-oE?["), min_size=HEIGHT, max_size=HEIGHT)
"""One column, top tile first; the solid tiles are more frequent than in `levels`."""


@given(columns)
@example("X" * HEIGHT)
@example("X" + "-" * (HEIGHT - 1))
@example("-" * HEIGHT)
def test_mario_starts_where_the_simulator_puts_him(column: str) -> None:
    level = Level(tuple(column))
    start = World(level.ids).start
    cell = None if start is None else (start[1] // TILE, start[0] // TILE)
    assert start_cell(level) == flag_cell(level) == cell


@given(levels)
def test_start_and_flag_are_in_the_first_and_the_last_column(level: Level) -> None:
    assert start_cell(level) == start_cell(level[:1])
    flag, last = flag_cell(level), flag_cell(level[-1:])
    assert (flag is None) == (last is None)
    if flag is not None and last is not None:
        assert flag == (last[0], level.columns - 1)


def test_a_solid_column_has_its_start_above_the_level() -> None:
    assert start_cell(Level(("X",) * HEIGHT)) == (-1, 0)


@given(st.sets(st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, 19))))
def test_a_route_has_every_cell_of_the_path_once_and_never_goes_back(cells: set[tuple[int, int]]) -> None:
    line = route(Level(("-" * 20,) * HEIGHT, frozenset(cells)))
    assert len(line) == len(cells)
    assert set(line) == cells
    assert [column for _, column in line] == sorted(column for _, column in cells)


def test_a_route_rises_and_falls_with_the_run() -> None:
    jump = [(12, 0), (11, 0), (10, 1), (9, 1), (9, 2), (10, 3), (11, 3), (12, 4)]
    assert route(Level(("-" * 5,) * HEIGHT, frozenset(jump)))[2:] == jump[2:]
