"""The tileset of exported maps: one picture of all tiles in a row, and which of them a level is drawn with.

A tile's place in the picture is its id in the tile table; pictures that a tile has besides come after all tiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import TILE_SIZE, picture_of, pictures_png
from mariogpt_mcp.level.tiles import TILES, Tile, tile

TILESET_FILE = "mariogpt-tiles.png"
"""Every export has the same picture, so many levels can lie in one folder with it."""

TILESET_NAME = "mariogpt"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One place in the picture: what is drawn there, and the tile that it stands for."""

    picture: str
    tile: Tile


DRAWN: tuple[Drawn, ...] = (*(Drawn(t.name, t) for t in TILES), Drawn("ground top", tile("X")))
"""All places, from the left; the sky's is empty."""

_PLACE_OF = {drawn.picture: i for i, drawn in enumerate(DRAWN)}


@cache
def tileset_png() -> bytes:
    """The picture as PNG bytes, 16 pixels a tile, transparent where nothing is drawn."""
    return pictures_png([drawn.picture for drawn in DRAWN])


def tileset_size() -> tuple[int, int]:
    """Width and height of the picture in pixels."""
    return len(DRAWN) * TILE_SIZE, TILE_SIZE


def places(level: Level) -> list[list[int]]:
    """The place in the picture that each cell is drawn with: 14 rows, the top one first; 0 is the sky."""
    return [[_PLACE_OF[picture_of(level, r, c)] for c in range(level.columns)] for r in range(HEIGHT)]
