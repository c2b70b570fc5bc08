"""The tileset of exported maps: one picture with all tiles in a row, and which part of it each cell shows.

The index of a tile in the picture is its id in the tile table. Further pictures of a tile come after all tiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import TILE_SIZE, picture_of, pictures_png
from mariogpt_mcp.level.tiles import TILES, Tile, tile

TILESET_FILE = "mariogpt-tiles.png"
"""The same file for every level, so that many exported levels in one folder share it."""

TILESET_NAME = "mariogpt"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One part of the picture: the name of what is drawn, and the tile that it represents."""

    picture: str
    tile: Tile


DRAWN: tuple[Drawn, ...] = (*(Drawn(t.name, t) for t in TILES), Drawn("ground top", tile("X")))
"""All parts of the picture from left to right; the first, sky, is empty."""

_INDEX_OF = {drawn.picture: i for i, drawn in enumerate(DRAWN)}


@cache
def tileset_png() -> bytes:
    """The picture as PNG bytes, 16 pixels a tile, transparent where nothing is drawn."""
    return pictures_png([drawn.picture for drawn in DRAWN])


def tileset_size() -> tuple[int, int]:
    """Width and height of the picture in pixels."""
    return len(DRAWN) * TILE_SIZE, TILE_SIZE


def picture_indices(level: Level) -> list[list[int]]:
    """The index into `DRAWN` of what each cell shows: 14 rows, top row first; 0 is sky."""
    return [[_INDEX_OF[picture_of(level, r, c)] for c in range(level.columns)] for r in range(HEIGHT)]
