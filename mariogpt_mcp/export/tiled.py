"""A map of Tiled (mapeditor.org) in its JSON map format 1.10. The tileset is part of the map; its picture is a file
beside it.

A cell is 0 for sky, otherwise the tile's index in the tileset plus one. The tileset gives each tile's name, symbol and
tags. The layer "places" has three objects: where Mario starts, the goal column, and the path of the run.
"""

from __future__ import annotations

import json
from typing import Any

from mariogpt_mcp.export.tileset import DRAWN, TILESET_FILE, TILESET_NAME, Drawn, picture_indices, tileset_size
from mariogpt_mcp.export.waypoints import route, start_cell
from mariogpt_mcp.level.grid import HEIGHT, Cell, Level
from mariogpt_mcp.level.rendering import TILE_SIZE
from mariogpt_mcp.level.tiles import TILES

FIRST_GID = 1
"""The id in the map of the tileset's first tile; 0 is an empty cell."""

_FORMAT_VERSION, _TILED_VERSION = "1.10", "1.11.2"


def write(level: Level) -> str:
    """The map as compact JSON."""
    objects = _objects(level)
    data = [index and index + FIRST_GID for row in picture_indices(level) for index in row]
    content = {
        "type": "map",
        "version": _FORMAT_VERSION,
        "tiledversion": _TILED_VERSION,
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
    return json.dumps(content, separators=(",", ":"))


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
    values = {"name": drawn.tile.name, "symbol": drawn.tile.symbol, "tags": " ".join(sorted(drawn.tile.tags))}
    properties = [{"name": name, "type": "string", "value": value} for name, value in values.items()]
    return {"id": number, "type": drawn.tile.name, "properties": properties}


def _objects(level: Level) -> list[dict[str, Any]]:
    objects = []
    start, line = start_cell(level), route(level)
    # The map has no cell for a start above the level.
    if start is not None and start[0] >= 0:
        objects.append(_object("start", *_corner(start), TILE_SIZE, TILE_SIZE))
    # The goal is the whole last column: a level is beaten at any height.
    objects.append(_object("goal", *_corner((0, level.columns - 1)), TILE_SIZE, HEIGHT * TILE_SIZE))
    if line:
        x, y = _middle(line[0])
        points = [{"x": px - x, "y": py - y} for px, py in map(_middle, line)]
        objects.append({**_object("path", x, y, 0, 0), "polyline": points})
    return [{"id": i, **one} for i, one in enumerate(objects, 1)]


def _object(name: str, x: int, y: int, width: int, height: int) -> dict[str, Any]:
    geometry = {"x": x, "y": y, "width": width, "height": height, "rotation": 0}
    return {"name": name, "type": name, "visible": True, **geometry}


def _corner(cell: Cell) -> tuple[int, int]:
    return cell[1] * TILE_SIZE, cell[0] * TILE_SIZE


def _middle(cell: Cell) -> tuple[int, int]:
    x, y = _corner(cell)
    return x + TILE_SIZE // 2, y + TILE_SIZE // 2
