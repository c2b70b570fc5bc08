from __future__ import annotations

import io

from hypothesis import given
from PIL import Image

from mariogpt_mcp.export.tileset import DRAWN, places, tileset_png, tileset_size
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import TILE_SIZE, render
from mariogpt_mcp.level.tiles import TILES
from tests.conftest import levels


def test_a_tile_lies_where_its_id_says() -> None:
    assert tuple(drawn.tile for drawn in DRAWN[: len(TILES)]) == TILES
    assert Image.open(io.BytesIO(tileset_png())).size == tileset_size()


@given(levels)
def test_every_cell_is_drawn_with_a_picture_of_its_tile(level: Level) -> None:
    assert tuple("".join(DRAWN[place].tile.symbol for place in row) for row in places(level)) == level.rows


def test_a_map_of_the_tiles_looks_like_the_picture_of_the_level() -> None:
    """On the level's own sky, which no tile covers; an enemy stands, since wings are wider than a tile."""
    row = "".join(tile.symbol for tile in TILES)
    level = Level((*("-" * len(row),) * 10, "-" * len(row), row, *("X" * len(row),) * 2))
    strip = Image.open(io.BytesIO(tileset_png()))
    drawn = render(Level(("-" * len(row),) * HEIGHT)).convert("RGBA")
    for r, places_of_row in enumerate(places(level)):
        for c, place in enumerate(places_of_row):
            tile = strip.crop((place * TILE_SIZE, 0, (place + 1) * TILE_SIZE, TILE_SIZE))
            drawn.alpha_composite(tile, (c * TILE_SIZE, r * TILE_SIZE))
    assert drawn.convert("RGB").tobytes() == render(level).convert("RGB").tobytes()
