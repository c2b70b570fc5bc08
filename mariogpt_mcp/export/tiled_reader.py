"""Reads a map of Tiled in its JSON format whose tileset names our tiles, as in the maps that `tiled` writes.

A tile of the map is recognised by the property `symbol` of its tileset, so the tileset may have another picture and
another order. Layers are read from the lowest to the highest. Objects are ignored.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.imported import ImportedRows
from mariogpt_mcp.level.tiles import SYMBOLS

MAX_CELLS = 200_000
"""Largest number of cells of a map, and of all its layers together, that is read."""

_GID = 0x0FFFFFFF
"""The bits of a cell that are the id of a tile; the others say how it is mirrored and turned."""

_SKY = SYMBOLS[0]


def is_tiled(content: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a map of Tiled."""
    return content.get("type") == "map" or ("tilesets" in content and "layers" in content)


def read(content: Mapping[str, Any]) -> ImportedRows:
    """Read a map from its JSON object.

    Raises:
        MarioGPTError: the map is damaged, too large or not orthogonal, or its tileset does not name our tiles.
    """
    try:
        return _read(content)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, zlib.error):
        raise MarioGPTError("This Tiled map is damaged; save it again as .tmj, with the tile layer in CSV.") from None


def _read(content: Mapping[str, Any]) -> ImportedRows:
    if content.get("orientation", "orthogonal") != "orthogonal":
        raise MarioGPTError("This Tiled map is not orthogonal; a level is a map with the orientation orthogonal.")
    symbols = _symbols(content["tilesets"])
    width, height = int(content["width"]), int(content["height"])
    if not 0 < width * height <= MAX_CELLS:
        raise MarioGPTError(f"This Tiled map has {width} x {height} cells; {MAX_CELLS} cells can be read.")
    cells: dict[tuple[int, int], str] = {}
    unknown = read = 0
    for layer in _tile_layers(content["layers"]):
        for left, top, columns, data in _blocks(layer):
            read += len(data)
            if read > MAX_CELLS:
                raise MarioGPTError(f"The layers of this Tiled map have more than {MAX_CELLS} cells; delete some.")
            for i, cell in enumerate(data):
                gid = cell & _GID
                unknown += gid != 0 and gid not in symbols
                if gid in symbols:
                    cells[top + i // columns, left + i % columns] = symbols[gid]
    first, last = (min((r for r, _ in cells), default=0), max((r for r, _ in cells), default=0))
    left, right = (min((c for _, c in cells), default=0), max((c for _, c in cells), default=0))
    if not content.get("infinite"):
        first, last, left, right = 0, height - 1, 0, width - 1
    if (last - first + 1) * (right - left + 1) > MAX_CELLS:
        raise MarioGPTError(f"This Tiled map is larger than {MAX_CELLS} cells, which is the most that can be read.")
    rows = ("".join(cells.get((r, c), _SKY) for c in range(left, right + 1)) for r in range(first, last + 1))
    notes = (f"{unknown} tiles that have no property 'symbol' were ignored",) if unknown else ()
    return ImportedRows(tuple(rows), notes)


def _symbols(tilesets: list[Mapping[str, Any]]) -> dict[int, str]:
    """The symbol of each tile id of the map."""
    found: dict[int, str] = {}
    for tileset in tilesets:
        if "source" in tileset and "tiles" not in tileset:
            raise MarioGPTError("The tileset of this Tiled map is in another file; embed it in the map, then save it.")
        for tile in tileset.get("tiles", ()):
            values = {entry["name"]: entry["value"] for entry in tile.get("properties", ())}
            if values.get("symbol") in set(SYMBOLS):
                found[int(tileset["firstgid"]) + int(tile["id"])] = str(values["symbol"])
    if not found:
        raise MarioGPTError(
            "The tiles of this Tiled map have no property 'symbol'; give each tile of its tileset a property of this "
            "name with one of our symbols, as in the maps that are exported here."
        )
    return found


def _tile_layers(layers: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for layer in layers:
        if layer.get("type") == "group":
            yield from _tile_layers(layer["layers"])
        elif layer.get("type") == "tilelayer" and layer.get("visible", True):
            yield layer


def _blocks(layer: Mapping[str, Any]) -> Iterator[tuple[int, int, int, list[int]]]:
    """The blocks of cells of a layer: (left, top, columns, cells); an infinite map has several."""
    for block in layer.get("chunks", (layer,)):
        columns, rows = int(block["width"]), int(block["height"])
        if not 0 < columns * rows <= MAX_CELLS:
            raise MarioGPTError(f"A layer of this Tiled map has {columns} x {rows} cells; {MAX_CELLS} can be read.")
        data = _cells(block["data"], layer.get("encoding", "csv"), layer.get("compression", ""), columns * rows)
        if len(data) != columns * rows:
            raise ValueError
        yield int(block.get("x", 0)), int(block.get("y", 0)), columns, data


def _cells(data: Any, encoding: str, compression: str, count: int) -> list[int]:
    if encoding == "csv":
        return [int(cell) for cell in (data.split(",") if isinstance(data, str) else data)]
    if compression not in ("", "zlib", "gzip"):
        raise MarioGPTError(f"This Tiled map is compressed with {compression[:20]}; save its tile layer in CSV.")
    packed, size = base64.b64decode(data, validate=False), 4 * count
    if compression == "zlib":
        packed = zlib.decompressobj().decompress(packed, size)
    elif compression == "gzip":
        packed = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(packed, size)
    return [int.from_bytes(packed[i : i + 4], "little") for i in range(0, len(packed), 4)]
