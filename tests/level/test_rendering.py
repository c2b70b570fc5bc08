from __future__ import annotations

import io

import pytest
from hypothesis import given
from PIL import Image

from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import MAX_SIDE, MAX_STRIP, TILE_SIZE, render, render_png, strips
from mariogpt_mcp.level.tiles import TILES
from tests.conftest import levels


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


@given(levels)
def test_every_level_can_be_drawn(level: Level) -> None:
    picture = opened(render_png(level))
    assert picture.mode == "P"
    assert picture.width == level.columns * TILE_SIZE


def test_hundred_columns_are_small_and_fit_a_models_limit(package_level: Level) -> None:
    for start in range(0, package_level.columns - 100, 500):
        png = render_png(package_level[start : start + 100])
        assert len(png) < 40_000
        assert opened(png).width <= 1568


@pytest.mark.parametrize("columns", [1, 7, 63, 64, 65, 100, 128, 129, 200, 512])
def test_strips_cover_a_level_once(columns: int) -> None:
    parts = strips(columns)
    assert [c for part in parts for c in part] == list(range(columns))
    assert max(map(len, parts)) <= MAX_STRIP
    assert len(parts) == -(-columns // MAX_STRIP)


def test_each_tile_looks_different() -> None:
    pictures = set()
    for tile in TILES:
        rows = ["-" * 3] * 7 + [f"-{tile.symbol}-"] + ["-" * 3] * 6
        picture = render(Level(tuple(rows))).crop((TILE_SIZE, 7 * TILE_SIZE, 2 * TILE_SIZE, 8 * TILE_SIZE))
        pictures.add(picture.tobytes())
    assert len(pictures) == len(TILES)


def enemy_in(level: Level, row: int, column: int) -> Image.Image:
    """The enemy at a place and what is around it: half a tile to both sides."""
    x, y = column * TILE_SIZE, row * TILE_SIZE
    return render(level).crop((x - TILE_SIZE // 2, y, x + TILE_SIZE * 3 // 2, y + TILE_SIZE))


def of_lowest(*rows: str) -> Level:
    return Level((*["-" * len(rows[0])] * (HEIGHT - len(rows)), *rows))


def test_enemies_in_the_air_have_wings_and_others_have_none() -> None:
    row = HEIGHT - 4  # in one sky colour with the others
    standing = enemy_in(of_lowest("--E--", "XXXXX", "XXXXX", "XXXXX"), row, 2)
    flying = [
        enemy_in(of_lowest("--E--", f"--{below}--", "XXXXX", "XXXXX"), row, 2)
        for below in "-oE"  # nothing of it can be stood on
    ]
    assert len({picture.tobytes() for picture in flying}) == 1
    empty = enemy_in(of_lowest("XXXXX", "XXXXX", "XXXXX"), row, 2)
    left, right = (0, 0, TILE_SIZE // 2, TILE_SIZE), (TILE_SIZE * 3 // 2, 0, 2 * TILE_SIZE, TILE_SIZE)
    for side in (left, right):  # only wings reach beyond an enemy's own tile
        assert standing.crop(side).tobytes() == empty.crop(side).tobytes() != flying[0].crop(side).tobytes()
    for footing in "SQ?":
        assert enemy_in(of_lowest("--E--", f"--{footing}--", "XXXXX", "XXXXX"), row, 2).tobytes() == standing.tobytes()


def test_an_enemy_stays_the_same_between_its_wings() -> None:
    row, tile = HEIGHT - 4, (TILE_SIZE // 2 + 4, 0, TILE_SIZE * 3 // 2 - 4, TILE_SIZE)
    standing = enemy_in(of_lowest("--E--", "XXXXX", "XXXXX", "XXXXX"), row, 2)
    flying = enemy_in(of_lowest("--E--", "-----", "XXXXX", "XXXXX"), row, 2)
    assert flying.crop(tile).tobytes() == standing.crop(tile).tobytes()


@pytest.mark.parametrize("columns", [1, 5, 64, 65, 129])
def test_wings_at_the_edges_of_a_picture_do_not_widen_it(columns: int) -> None:
    level = Level(("-" * columns, "E" * columns, *["-" * columns] * (HEIGHT - 3), "E" * columns))
    assert render(level).size == render(of_lowest("-" * columns)).size


def test_the_path_is_drawn_only_if_requested() -> None:
    level = Level(tuple(["-" * 5] * HEIGHT))
    with_path = level.with_path([(6, 2)])
    assert render_png(with_path) != render_png(level)
    assert render_png(with_path, path=False) == render_png(level)


def test_a_level_can_be_drawn_in_one_strip() -> None:
    level = Level(tuple(["-" * 150] * HEIGHT))
    assert render(level, wrap=False).width == 150 * TILE_SIZE
    assert render(level).width == 50 * TILE_SIZE


@pytest.mark.parametrize("columns", [1, 64, 513, 1000, 1001, 3000])
def test_a_wrapped_picture_is_at_most_2000_pixels_a_side(columns: int) -> None:
    level = Level(("-" * columns,) * 13 + ("X" * columns,))
    assert max(render(level).size) <= MAX_SIDE
    assert sum(map(len, strips(columns))) == columns
