"""A project of LDtk (ldtk.io), JSON format 1.5.3, with the level in it and the tileset's picture beside it.

Its IntGrid layer holds the tile table's ids, 0 for sky; a layer of tiles holds what is drawn; entities tell where
Mario starts and the column to reach. The run's path is left out: LDtk has lines only as fields of entities.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from mariogpt_mcp.export.tileset import DRAWN, TILESET_FILE, places, tileset_size
from mariogpt_mcp.export.waypoints import above_floor
from mariogpt_mcp.level.grid import HEIGHT, Cell, Level
from mariogpt_mcp.level.rendering import TILE_SIZE
from mariogpt_mcp.level.tiles import PATH_COLOUR, TILES, tile

VERSION = "1.5.3"

_BUILD = 473702
"""What LDtk 1.5.3 calls itself; a file with an older one is saved anew when it is opened."""

_TILESET, _ENTITIES, _GRID, _TILES, _START, _GOAL, _LEVEL = range(1, 8)
"""LDtk's numbers of the definitions, unique in the project."""

_LAYERS = {_ENTITIES: ("Places", "Entities"), _GRID: ("Grid", "IntGrid"), _TILES: ("Tiles", "Tiles")}
"""The layers' names and types, the topmost first."""

_NAMED = {_START: "Start", _GOAL: "Goal"}
_COLOUR = {_START: tile("<").colour, _GOAL: PATH_COLOUR}
_SIZE = {_START: (TILE_SIZE, TILE_SIZE), _GOAL: (TILE_SIZE, HEIGHT * TILE_SIZE)}
_SKY = TILES[0]


def write(level: Level, name: str) -> str:
    """The project as JSON without spaces; `name` becomes the level's, with `_` for what LDtk does not take."""
    iid = uuid.uuid5(uuid.NAMESPACE_OID, f"{name}\n{level}")
    whole = {
        "__header__": {"fileType": "LDtk Project JSON", "app": "LDtk", "appVersion": VERSION, "url": "https://ldtk.io"},
        "iid": _iid(iid, "project"),
        "jsonVersion": VERSION,
        "appBuildId": _BUILD,
        "nextUid": _LEVEL + 1,
        "identifierStyle": "Free",
        "toc": [],
        "worldLayout": "Free",
        "worldGridWidth": level.columns * TILE_SIZE,
        "worldGridHeight": HEIGHT * TILE_SIZE,
        "defaultLevelWidth": level.columns * TILE_SIZE,
        "defaultLevelHeight": HEIGHT * TILE_SIZE,
        "defaultPivotX": 0,
        "defaultPivotY": 0,
        "defaultGridSize": TILE_SIZE,
        "defaultEntityWidth": TILE_SIZE,
        "defaultEntityHeight": TILE_SIZE,
        "bgColor": _SKY.colour,
        "defaultLevelBgColor": _SKY.colour,
        "minifyJson": True,
        "externalLevels": False,
        "exportTiled": False,
        "simplifiedExport": False,
        "imageExportMode": "None",
        "exportLevelBg": True,
        "pngFilePattern": None,
        "backupOnSave": False,
        "backupLimit": 10,
        "backupRelPath": None,
        "levelNamePattern": "Level_%idx",
        "tutorialDesc": None,
        "customCommands": [],
        "flags": [],
        "defs": {
            "layers": [_layer_definition(uid) for uid in _LAYERS],
            "entities": [_entity_definition(uid) for uid in _NAMED],
            "tilesets": [_tileset()],
            "enums": [],
            "externalEnums": [],
            "levelFields": [],
        },
        "levels": [_level(level, re.sub(r"[^A-Za-z0-9_]", "_", name), iid)],
        "worlds": [],
        "dummyWorldIid": _iid(iid, "world"),
    }
    return json.dumps(whole, separators=(",", ":"))


def _iid(parent: uuid.UUID, name: str) -> str:
    """An id that the same level always gets, so that its file is always the same."""
    return str(uuid.uuid5(parent, name))


def _rectangle(place: int) -> dict[str, int]:
    """Where a tile is in the tileset's picture."""
    return {"tilesetUid": _TILESET, "x": place * TILE_SIZE, "y": 0, "w": TILE_SIZE, "h": TILE_SIZE}


def _layer_definition(uid: int) -> dict[str, Any]:
    name, kind = _LAYERS[uid]
    # What the grid means is seen while it is edited; otherwise the tiles show it.
    is_grid = uid == _GRID
    values = [
        {
            "value": t.id,
            "identifier": re.sub(r"\W+", "_", t.name),
            "color": t.colour,
            "tile": _rectangle(t.id),
            "groupUid": 0,
        }
        for t in TILES
        if t is not _SKY
    ]
    return {
        "__type": kind,
        "identifier": name,
        "type": kind,
        "uid": uid,
        "doc": None,
        "uiColor": None,
        "gridSize": TILE_SIZE,
        "guideGridWid": 0,
        "guideGridHei": 0,
        "displayOpacity": 1,
        "inactiveOpacity": 0 if is_grid else 1,
        "hideInList": False,
        "hideFieldsWhenInactive": True,
        "canSelectWhenInactive": True,
        "renderInWorldView": not is_grid,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "parallaxFactorX": 0,
        "parallaxFactorY": 0,
        "parallaxScaling": True,
        "requiredTags": [],
        "excludedTags": [],
        "autoTilesKilledByOtherLayerUid": None,
        "uiFilterTags": [],
        "useAsyncRender": False,
        "intGridValues": values if is_grid else [],
        "intGridValuesGroups": [],
        "autoRuleGroups": [],
        "autoSourceLayerDefUid": None,
        "tilesetDefUid": _TILESET if uid == _TILES else None,
        "tilePivotX": 0,
        "tilePivotY": 0,
        "biomeFieldUid": None,
    }


def _entity_definition(uid: int) -> dict[str, Any]:
    width, height = _SIZE[uid]
    return {
        "identifier": _NAMED[uid],
        "uid": uid,
        "tags": [],
        "exportToToc": False,
        "allowOutOfBounds": False,
        "doc": None,
        "width": width,
        "height": height,
        "resizableX": False,
        "resizableY": False,
        "minWidth": None,
        "maxWidth": None,
        "minHeight": None,
        "maxHeight": None,
        "keepAspectRatio": False,
        "tileOpacity": 1,
        "fillOpacity": 0.3,
        "lineOpacity": 1,
        "hollow": False,
        "color": _COLOUR[uid],
        "renderMode": "Rectangle",
        "showName": True,
        "tilesetId": None,
        "tileRenderMode": "FitInside",
        "tileRect": None,
        "uiTileRect": None,
        "nineSliceBorders": [],
        "maxCount": 1,
        "limitScope": "PerLevel",
        "limitBehavior": "MoveLastOne",
        "pivotX": 0,
        "pivotY": 0,
        "fieldDefs": [],
    }


def _tileset() -> dict[str, Any]:
    width, height = tileset_size()
    kept = [{"name": drawn.tile.name, "symbol": drawn.tile.symbol, "tags": sorted(drawn.tile.tags)} for drawn in DRAWN]
    return {
        "__cWid": width // TILE_SIZE,
        "__cHei": height // TILE_SIZE,
        "identifier": "Tiles",
        "uid": _TILESET,
        "relPath": TILESET_FILE,
        "embedAtlas": None,
        "pxWid": width,
        "pxHei": height,
        "tileGridSize": TILE_SIZE,
        "spacing": 0,
        "padding": 0,
        "tags": [],
        "tagsSourceEnumUid": None,
        "enumTags": [],
        "customData": [{"tileId": i, "data": json.dumps(data)} for i, data in enumerate(kept)],
        "savedSelections": [],
        "cachedPixelData": None,
    }


def _level(level: Level, identifier: str, iid: uuid.UUID) -> dict[str, Any]:
    return {
        "identifier": identifier,
        "iid": _iid(iid, "level"),
        "uid": _LEVEL,
        "worldX": 0,
        "worldY": 0,
        "worldDepth": 0,
        "pxWid": level.columns * TILE_SIZE,
        "pxHei": HEIGHT * TILE_SIZE,
        "__bgColor": _SKY.colour,
        "bgColor": None,
        "useAutoIdentifier": False,
        "bgRelPath": None,
        "bgPos": None,
        "bgPivotX": 0.5,
        "bgPivotY": 0.5,
        "__smartColor": _SKY.colour,
        "__bgPos": None,
        "externalRelPath": None,
        "fieldInstances": [],
        "layerInstances": [_layer(level, uid, iid) for uid in _LAYERS],
        "__neighbours": [],
    }


def _layer(level: Level, uid: int, iid: uuid.UUID) -> dict[str, Any]:
    name, kind = _LAYERS[uid]
    drawn = uid == _TILES
    return {
        "__identifier": name,
        "__type": kind,
        "__cWid": level.columns,
        "__cHei": HEIGHT,
        "__gridSize": TILE_SIZE,
        "__opacity": 1,
        "__pxTotalOffsetX": 0,
        "__pxTotalOffsetY": 0,
        "__tilesetDefUid": _TILESET if drawn else None,
        "__tilesetRelPath": TILESET_FILE if drawn else None,
        "iid": _iid(iid, name),
        "levelId": _LEVEL,
        "layerDefUid": uid,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "visible": True,
        "optionalRules": [],
        "intGridCsv": level.ids[:, ::-1].T.ravel().tolist() if uid == _GRID else [],
        "autoLayerTiles": [],
        "seed": 0,
        "overrideTilesetUid": None,
        "gridTiles": _tiles(level) if drawn else [],
        "entityInstances": _entities(level, iid) if uid == _ENTITIES else [],
    }


def _tiles(level: Level) -> list[dict[str, Any]]:
    return [
        {
            "px": [c * TILE_SIZE, r * TILE_SIZE],
            "src": [place * TILE_SIZE, 0],
            "f": 0,
            "t": place,
            "d": [r * level.columns + c],
            "a": 1,
        }
        for r, row in enumerate(places(level))
        for c, place in enumerate(row)
        if place
    ]


def _entities(level: Level, iid: uuid.UUID) -> list[dict[str, Any]]:
    start = above_floor(level, 0)
    found = {} if start is None else {_START: start}
    # A level is beaten wherever Mario passes into its last column, at any height.
    found[_GOAL] = (0, level.columns - 1)
    return [_entity(uid, cell, iid) for uid, cell in found.items()]


def _entity(uid: int, cell: Cell, iid: uuid.UUID) -> dict[str, Any]:
    (row, column), (width, height) = cell, _SIZE[uid]
    x, y = column * TILE_SIZE, row * TILE_SIZE
    return {
        "__identifier": _NAMED[uid],
        "__grid": [column, row],
        "__pivot": [0, 0],
        "__tags": [],
        "__tile": None,
        "__smartColor": _COLOUR[uid],
        "__worldX": x,
        "__worldY": y,
        "iid": _iid(iid, _NAMED[uid]),
        "width": width,
        "height": height,
        "defUid": uid,
        "px": [x, y],
        "fieldInstances": [],
    }
