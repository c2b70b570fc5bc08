from __future__ import annotations

import io

from hypothesis import given
from PIL import Image

from mariogpt_mcp.export.tileset import DRAWN, picture_indices, tileset_png, tileset_size
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import TILE_SIZE, render
from mariogpt_mcp.level.tiles import TILES
from tests.conftest import levels


def test_a_tile_lies_where_its_id_says() -> None:
    assert tuple(drawn.tile for drawn in DRAWN[: len(TILES)]) == TILES
    assert Image.open(io.BytesIO(tileset_png())).size == tileset_size()


@given(levels)
def test_every_cell_is_drawn_with_a_picture_of_its_tile(level: Level) -> None:
    assert tuple("".join(DRAWN[index].tile.symbol for index in row) for row in picture_indices(level)) == level.rows


def test_a_map_of_the_tiles_looks_like_the_picture_of_the_level() -> None:
    """Drawn on the level's sky, which no tile covers. The enemy is on the ground: wings are wider than a tile."""
    row = "".join(tile.symbol for tile in TILES)
    level = Level((*("-" * len(row),) * 10, "-" * len(row), row, *("X" * len(row),) * 2))
    strip = Image.open(io.BytesIO(tileset_png()))
    drawn = render(Level(("-" * len(row),) * HEIGHT)).convert("RGBA")
    for r, row_of_indices in enumerate(picture_indices(level)):
        for c, index in enumerate(row_of_indices):
            tile = strip.crop((index * TILE_SIZE, 0, (index + 1) * TILE_SIZE, TILE_SIZE))
            drawn.alpha_composite(tile, (c * TILE_SIZE, r * TILE_SIZE))
    assert drawn.convert("RGB").tobytes() == render(level).convert("RGB").tobytes()
