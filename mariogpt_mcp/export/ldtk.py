"""A project of LDtk (ldtk.io) with one level, in LDtk's JSON format 1.5.3. The tileset's picture is a file beside it.

The project has three layers. The IntGrid layer "Grid" has a tile's id in each cell, 0 for sky; the layer "Tiles" has
what is drawn; the layer "Places" has the entities "Start" and "Goal". The path of the run is left out, because LDtk has
lines only as fields of entities.

`resources/ldtk.json` has LDtk's objects with their default values and with the fields in LDtk's order. This module sets
the fields that are marked there as filled in. `appBuildId` is that of LDtk 1.5.3; LDtk rewrites a file with an older
build when it opens it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from mariogpt_mcp.export.tileset import DRAWN, TILESET_FILE, picture_indices, tileset_size
from mariogpt_mcp.export.waypoints import start_cell
from mariogpt_mcp.level.grid import HEIGHT, Cell, Level
from mariogpt_mcp.level.rendering import TILE_SIZE
from mariogpt_mcp.level.tiles import PATH_COLOUR, TILES, Tile, tile

_TILESET, _ENTITIES, _GRID, _TILES, _START, _GOAL, _LEVEL = range(1, 8)
"""LDtk's `uid` of each definition and of the level, unique in the project."""

GRID = "Grid"
"""The IntGrid layer with a tile's id in each cell."""

_LAYERS = {_ENTITIES: ("Places", "Entities"), _GRID: (GRID, "IntGrid"), _TILES: ("Tiles", "Tiles")}
"""Name and type of each layer, the top layer first."""

_ENTITY_NAMES = {_START: "Start", _GOAL: "Goal"}
_ENTITY_COLOURS = {_START: tile("<").colour, _GOAL: PATH_COLOUR}
_ENTITY_SIZES = {_START: (TILE_SIZE, TILE_SIZE), _GOAL: (TILE_SIZE, HEIGHT * TILE_SIZE)}
_SKY = TILES[0]


def write(level: Level, name: str) -> str:
    """The project as compact JSON. The level gets this name, with `_` for each character that LDtk does not allow."""
    project_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{name}\n{level}")
    width, height = level.columns * TILE_SIZE, HEIGHT * TILE_SIZE
    project = _filled(
        "project",
        {
            "iid": _iid(project_id, "project"),
            "nextUid": _LEVEL + 1,
            "worldGridWidth": width,
            "worldGridHeight": height,
            "defaultLevelWidth": width,
            "defaultLevelHeight": height,
            "defaultGridSize": TILE_SIZE,
            "defaultEntityWidth": TILE_SIZE,
            "defaultEntityHeight": TILE_SIZE,
            "bgColor": _SKY.colour,
            "defaultLevelBgColor": _SKY.colour,
            "defs": _definitions(),
            "levels": [_level(level, re.sub(r"[^A-Za-z0-9_]", "_", name), project_id)],
            "dummyWorldIid": _iid(project_id, "world"),
        },
    )
    return json.dumps(project, separators=(",", ":"))


@cache
def _defaults() -> dict[str, dict[str, Any]]:
    text = files("mariogpt_mcp.resources").joinpath("ldtk.json").read_text(encoding="utf-8")
    objects: dict[str, dict[str, Any]] = json.loads(text)
    return objects


def _filled(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A new object of `ldtk.json` with some of its fields set."""
    defaults = _defaults()[name]
    assert values.keys() <= defaults.keys(), values.keys() - defaults.keys()
    return {**defaults, **values}


def _iid(project_id: uuid.UUID, name: str) -> str:
    """LDtk's id of one object. It depends only on the level, so that exporting a level twice gives the same file."""
    return str(uuid.uuid5(project_id, name))


@cache
def _definitions() -> dict[str, Any]:
    return _filled(
        "definitions",
        {
            "layers": [_layer_definition(uid) for uid in _LAYERS],
            "entities": [_entity_definition(uid) for uid in _ENTITY_NAMES],
            "tilesets": [_tileset_definition()],
        },
    )


def _layer_definition(uid: int) -> dict[str, Any]:
    name, kind = _LAYERS[uid]
    # The colours of the grid are for editing; otherwise the layer "Tiles" shows what is there.
    is_grid = uid == _GRID
    return _filled(
        "layer_definition",
        {
            "__type": kind,
            "identifier": name,
            "type": kind,
            "uid": uid,
            "gridSize": TILE_SIZE,
            "inactiveOpacity": 0 if is_grid else 1,
            "renderInWorldView": not is_grid,
            "intGridValues": _grid_values() if is_grid else [],
            "tilesetDefUid": _TILESET if uid == _TILES else None,
        },
    )


def value_name(one: Tile) -> str:
    """The identifier of a tile's value in the grid."""
    return re.sub(r"\W+", "_", one.name)


def _grid_values() -> list[dict[str, Any]]:
    return [
        {
            "value": t.id,
            "identifier": value_name(t),
            "color": t.colour,
            "tile": {"tilesetUid": _TILESET, "x": t.id * TILE_SIZE, "y": 0, "w": TILE_SIZE, "h": TILE_SIZE},
            "groupUid": 0,
        }
        for t in TILES
        if t is not _SKY
    ]


def _entity_definition(uid: int) -> dict[str, Any]:
    width, height = _ENTITY_SIZES[uid]
    values = {"identifier": _ENTITY_NAMES[uid], "uid": uid, "width": width, "height": height}
    return _filled("entity_definition", {**values, "color": _ENTITY_COLOURS[uid]})


def _tileset_definition() -> dict[str, Any]:
    width, height = tileset_size()
    data = [{"name": drawn.tile.name, "symbol": drawn.tile.symbol, "tags": sorted(drawn.tile.tags)} for drawn in DRAWN]
    return _filled(
        "tileset_definition",
        {
            "__cWid": width // TILE_SIZE,
            "__cHei": height // TILE_SIZE,
            "uid": _TILESET,
            "relPath": TILESET_FILE,
            "pxWid": width,
            "pxHei": height,
            "tileGridSize": TILE_SIZE,
            "customData": [{"tileId": i, "data": json.dumps(one)} for i, one in enumerate(data)],
        },
    )


def _level(level: Level, identifier: str, project_id: uuid.UUID) -> dict[str, Any]:
    return _filled(
        "level",
        {
            "identifier": identifier,
            "iid": _iid(project_id, "level"),
            "uid": _LEVEL,
            "pxWid": level.columns * TILE_SIZE,
            "pxHei": HEIGHT * TILE_SIZE,
            "__bgColor": _SKY.colour,
            "__smartColor": _SKY.colour,
            "layerInstances": [_layer(level, uid, project_id) for uid in _LAYERS],
        },
    )


def _layer(level: Level, uid: int, project_id: uuid.UUID) -> dict[str, Any]:
    name, kind = _LAYERS[uid]
    has_tiles = uid == _TILES
    return _filled(
        "layer",
        {
            "__identifier": name,
            "__type": kind,
            "__cWid": level.columns,
            "__cHei": HEIGHT,
            "__gridSize": TILE_SIZE,
            "__tilesetDefUid": _TILESET if has_tiles else None,
            "__tilesetRelPath": TILESET_FILE if has_tiles else None,
            "iid": _iid(project_id, name),
            "levelId": _LEVEL,
            "layerDefUid": uid,
            "intGridCsv": level.ids[:, ::-1].T.ravel().tolist() if uid == _GRID else [],
            "gridTiles": _tiles(level) if has_tiles else [],
            "entityInstances": _entities(level, project_id) if uid == _ENTITIES else [],
        },
    )


def _tiles(level: Level) -> list[dict[str, Any]]:
    return [
        {
            "px": [c * TILE_SIZE, r * TILE_SIZE],
            "src": [index * TILE_SIZE, 0],
            "f": 0,
            "t": index,
            "d": [r * level.columns + c],
            "a": 1,
        }
        for r, row in enumerate(picture_indices(level))
        for c, index in enumerate(row)
        if index
    ]


def _entities(level: Level, project_id: uuid.UUID) -> list[dict[str, Any]]:
    cells: dict[int, Cell] = {}
    start = start_cell(level)
    # LDtk has no place for an entity above the level.
    if start is not None and start[0] >= 0:
        cells[_START] = start
    # The goal is the whole last column: a level is beaten at any height.
    cells[_GOAL] = (0, level.columns - 1)
    return [_entity(uid, cell, project_id) for uid, cell in cells.items()]


def _entity(uid: int, cell: Cell, project_id: uuid.UUID) -> dict[str, Any]:
    (row, column), (width, height) = cell, _ENTITY_SIZES[uid]
    x, y = column * TILE_SIZE, row * TILE_SIZE
    return _filled(
        "entity",
        {
            "__identifier": _ENTITY_NAMES[uid],
            "__grid": [column, row],
            "__smartColor": _ENTITY_COLOURS[uid],
            "__worldX": x,
            "__worldY": y,
            "iid": _iid(project_id, _ENTITY_NAMES[uid]),
            "width": width,
            "height": height,
            "defUid": uid,
            "px": [x, y],
        },
    )
