"""A map of Tiled (mapeditor.org), JSON map format 1.10, with its tileset inside and the picture beside it.

An empty cell is sky; any other holds the tile's place in the tileset plus one. The tileset says of each tile its name,
its symbol and its tags. What is no tile is an object: where Mario starts, the column to reach, and the run's path.
"""

from __future__ import annotations

import json
from typing import Any

from mariogpt_mcp.export.tileset import DRAWN, TILESET_FILE, TILESET_NAME, Drawn, places, tileset_size
from mariogpt_mcp.export.waypoints import above_floor, route
from mariogpt_mcp.level.grid import HEIGHT, Cell, Level
from mariogpt_mcp.level.rendering import TILE_SIZE
from mariogpt_mcp.level.tiles import TILES

FIRST_GID = 1
"""The tileset's first id in the map; 0 is an empty cell."""

_FORMAT, _TILED = "1.10", "1.11.2"


def write(level: Level) -> str:
    """The map as JSON without spaces."""
    objects = _objects(level)
    data = [place and place + FIRST_GID for row in places(level) for place in row]
    whole = {
        "type": "map",
        "version": _FORMAT,
        "tiledversion": _TILED,
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "infinite": False,
        "compressionlevel": -1,
        "width": level.columns,
        "height": HEIGHT,
        "tilewidth": TILE_SIZE,
        "tileheight": TILE_SIZE,
        "backgroundcolor": TILES[0].colour,
        "nextlayerid": 3,
        "nextobjectid": len(objects) + 1,
        "layers": [
            {**_layer(1, "tiles", "tilelayer"), "width": level.columns, "height": HEIGHT, "data": data},
            {**_layer(2, "places", "objectgroup"), "draworder": "topdown", "objects": objects},
        ],
        "tilesets": [_tileset()],
    }
    return json.dumps(whole, separators=(",", ":"))


def _layer(number: int, name: str, kind: str) -> dict[str, Any]:
    return {"id": number, "name": name, "type": kind, "x": 0, "y": 0, "opacity": 1, "visible": True}


def _tileset() -> dict[str, Any]:
    width, height = tileset_size()
    return {
        "firstgid": FIRST_GID,
        "name": TILESET_NAME,
        "image": TILESET_FILE,
        "imagewidth": width,
        "imageheight": height,
        "columns": len(DRAWN),
        "tilecount": len(DRAWN),
        "tilewidth": TILE_SIZE,
        "tileheight": TILE_SIZE,
        "margin": 0,
        "spacing": 0,
        "tiles": [_tile(i, drawn) for i, drawn in enumerate(DRAWN)],
    }


def _tile(number: int, drawn: Drawn) -> dict[str, Any]:
    kept = {"name": drawn.tile.name, "symbol": drawn.tile.symbol, "tags": " ".join(sorted(drawn.tile.tags))}
    properties = [{"name": name, "type": "string", "value": value} for name, value in kept.items()]
    return {"id": number, "type": drawn.tile.name, "properties": properties}


def _objects(level: Level) -> list[dict[str, Any]]:
    found = []
    start, line = above_floor(level, 0), route(level)
    if start is not None:
        found.append(_object("start", *_corner(start), TILE_SIZE, TILE_SIZE))
    # A level is beaten wherever Mario passes into its last column, at any height.
    found.append(_object("goal", *_corner((0, level.columns - 1)), TILE_SIZE, HEIGHT * TILE_SIZE))
    if line:
        x, y = _middle(line[0])
        points = [{"x": px - x, "y": py - y} for px, py in map(_middle, line)]
        found.append({**_object("path", x, y, 0, 0), "polyline": points})
    return [{"id": i, **one} for i, one in enumerate(found, 1)]


def _object(name: str, x: int, y: int, width: int, height: int) -> dict[str, Any]:
    place = {"x": x, "y": y, "width": width, "height": height, "rotation": 0}
    return {"name": name, "type": name, "visible": True, **place}


def _corner(cell: Cell) -> tuple[int, int]:
    return cell[1] * TILE_SIZE, cell[0] * TILE_SIZE


def _middle(cell: Cell) -> tuple[int, int]:
    x, y = _corner(cell)
    return x + TILE_SIZE // 2, y + TILE_SIZE // 2
