"""Reads a project of LDtk with a layer "Grid" whose values are named after our tiles, as `ldtk` writes it.

The layer "Tiles" of such a project is only what is drawn, and is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.imported import ImportedRows
from mariogpt_mcp.export.ldtk import GRID, value_name
from mariogpt_mcp.level.tiles import SYMBOLS, TILES

_SYMBOL_OF = {value_name(tile): tile.symbol for tile in TILES}
_SKY = SYMBOLS[0]


def is_ldtk(content: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a project of LDtk."""
    return "defs" in content and "levels" in content


def read(content: Mapping[str, Any]) -> ImportedRows:
    """Read the first level of a project from its JSON object.

    Raises:
        MarioGPTError: the project is damaged, has no level, or has no layer "Grid" with our tiles.
    """
    try:
        return _read(content)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise MarioGPTError("This LDtk project is damaged; save it again in LDtk, in one file.") from None


def _read(content: Mapping[str, Any]) -> ImportedRows:
    levels = content["levels"]
    if not levels:
        raise MarioGPTError("This LDtk project has no level; add one, then save it.")
    layers = levels[0]["layerInstances"]
    if layers is None:
        raise MarioGPTError("The levels of this LDtk project are in separate files; save the project in one file.")
    grid = next((layer for layer in layers if layer["__identifier"] == GRID and layer["__type"] == "IntGrid"), None)
    if grid is None:
        raise MarioGPTError(f"This LDtk project has no IntGrid layer {GRID}; name the layer of the tiles {GRID}.")
    symbols = _symbols(content["defs"]["layers"], grid["layerDefUid"])
    columns, height = int(grid["__cWid"]), int(grid["__cHei"])
    values = grid["intGridCsv"]
    if len(values) != columns * height:
        raise ValueError
    tiles = "".join(symbols[value] if value else _SKY for value in values)
    notes = [f"the first of {len(levels)} levels was read"] if len(levels) > 1 else []
    return ImportedRows(tuple(tiles[r * columns : (r + 1) * columns] for r in range(height)), tuple(notes))


def _symbols(layers: list[Mapping[str, Any]], uid: int) -> dict[int, str]:
    """The symbol of each value of the grid."""
    definition = next(layer for layer in layers if layer["uid"] == uid)
    names = {int(entry["value"]): str(entry["identifier"]) for entry in definition["intGridValues"]}
    unknown = sorted(name[:40] for name in names.values() if name not in _SYMBOL_OF)
    if unknown:
        raise MarioGPTError(
            f"The layer {GRID} of this LDtk project has the value {unknown[0]!r}; the values are named "
            f"{', '.join(name for name in _SYMBOL_OF if name != TILES[0].name)}."
        )
    return {value: _SYMBOL_OF[name] for value, name in names.items()}
