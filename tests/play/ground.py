"""Levels that are described by the height of their ground in each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.simulator import Key
from mariogpt_mcp.play.solver import QUICK, solve
from mariogpt_mcp.play.world import World
from tests.conftest import levels, rule_written

RIGHT, LEFT, JUMP = int(Key.RIGHT), int(Key.LEFT), int(Key.JUMP)
RUN_RIGHT = int(Key.RIGHT | Key.RUN)
LEAP = int(Key.RIGHT | Key.RUN | Key.JUMP)

Tiles = Mapping[tuple[int, int], str]


def ground(heights: Sequence[int], tiles: Tiles | None = None) -> Level:
    """A level with ground of these heights, in tiles, and single tiles at (column, tiles above the bottom)."""
    rows = [["X" if height >= HEIGHT - row else "-" for height in heights] for row in range(HEIGHT)]
    for (column, height), symbol in (tiles or {}).items():
        rows[HEIGHT - 1 - height][column] = symbol
    return Level(tuple("".join(row) for row in rows))


def pit(width: int) -> Level:
    return ground([1] * 20 + [0] * width + [1] * 10)


def wall(height: int) -> Level:
    return ground([1] * 15 + [1 + height] * 3 + [1] * 10)


def tunnel(height: int) -> Level:
    """A level with a solid ceiling over ten columns, `height` tiles above the ground."""
    return ground([1] * 30, {(c, h): "S" for c in range(12, 22) for h in range(1 + height, HEIGHT)})


def world(level: Level) -> World:
    return World(level.ids)


@st.composite
def rolling(draw: st.DrawFn, columns: tuple[int, int] = (20, 40), highest: int = 5) -> Level:
    """Ground of changing height with a few pits and enemies on it; Mario can stand at the start."""
    heights: list[int] = [2, 2, 2]
    width = draw(st.integers(*columns))
    while len(heights) < width:
        heights += [draw(st.integers(0, highest))] * draw(st.integers(1, 5))
    heights = heights[:width]
    places = draw(st.lists(st.integers(6, width - 1), max_size=3, unique=True))
    return ground(heights, {(c, heights[c]): "E" for c in places if heights[c]})


wild_levels = levels | st.builds(
    lambda columns, seed, favour: rule_written(columns, seed, favour)[0],
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["", "<[Bb", "E-", "E-X", "-", "-B"]),
)
"""Levels of any kind: noise, and levels that follow the structure rules."""

key_runs = st.lists(st.tuples(st.integers(0, 15), st.integers(1, 25)), max_size=25)
"""A list of (keys, frames)."""


def feet(column: int, height: int) -> tuple[int, int]:
    """(x, y) of feet in the middle of a column, `height` tiles above the bottom."""
    return column * TILE + TILE // 2, (HEIGHT - height) * TILE - 1


def beaten(level: Level) -> Beaten:
    """The certificate of a level that the quick solver beats."""
    run = solve(level.ids, QUICK)
    assert isinstance(run, Beaten)
    return run
