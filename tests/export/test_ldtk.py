"""Projects of LDtk: validated by its own JSON schema, and read back by code that was generated from it.

The schema is LDtk's `docs/archives/1.5.3/JSON_SCHEMA.json` (MIT licence). It is no part of this project; where there
is none, `ldtkpy` alone checks, which QuickType made from the schema of 1.4.1.
"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from ldtkpy.api import LayerInstance, ldtk_json_from_dict  # type: ignore[import-untyped]
from PIL import Image

from mariogpt_mcp.export.formats import export
from mariogpt_mcp.export.tileset import DRAWN
from mariogpt_mcp.export.waypoints import start_cell
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import TILE_SIZE
from mariogpt_mcp.level.tiles import SYMBOLS, TILES
from tests.conftest import ROOT, levels

SCHEMA = Path(
    os.environ.get("MARIOGPT_TEST_LDTK_SCHEMA", ROOT.parent / "shared" / "data" / "ldtk" / "JSON_SCHEMA.json")
)
MOST_CHARACTERS = 120_000


@pytest.fixture(scope="module")
def validator() -> Any:
    if not SCHEMA.is_file():
        pytest.skip("no JSON schema of LDtk here; set MARIOGPT_TEST_LDTK_SCHEMA to its file")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["version"] == json.loads(export(Level(("-",) * HEIGHT), "ldtk").content)["jsonVersion"]
    return Draft7Validator(schema)


def layers(level: Level, name: str = "level") -> dict[str, Any]:
    """The layers by name, as a reader that knows the schema has them."""
    project = ldtk_json_from_dict(json.loads(export(level, "ldtk", name).content))
    (only,) = project.levels
    assert (only.px_wid, only.px_hei) == (level.columns * TILE_SIZE, HEIGHT * TILE_SIZE)
    return {layer.identifier: layer for layer in only.layer_instances}


def read(grid: LayerInstance) -> Level:
    """The tiles of an IntGrid layer."""
    symbols, columns = "".join(SYMBOLS[value] for value in grid.int_grid_csv), grid.c_wid
    assert grid.c_hei == HEIGHT
    return Level(tuple(symbols[row * columns : (row + 1) * columns] for row in range(HEIGHT)))


def drawn(tiles: LayerInstance) -> Level:
    """The tiles that a layer of tiles shows."""
    cells = [["-"] * tiles.c_wid for _ in range(HEIGHT)]
    for tile in tiles.grid_tiles:
        (x, y), (src_x, src_y) = tile.px, tile.src
        assert (x % TILE_SIZE, y % TILE_SIZE, src_y) == (0, 0, 0)
        assert src_x == tile.t * TILE_SIZE
        assert tile.d == [y // TILE_SIZE * tiles.c_wid + x // TILE_SIZE]
        cells[y // TILE_SIZE][x // TILE_SIZE] = DRAWN[tile.t].tile.symbol
    return Level(tuple("".join(row) for row in cells))


@given(levels)
def test_what_is_written_is_read_again(level: Level) -> None:
    found = layers(level)
    assert read(found["Grid"]) == drawn(found["Tiles"]) == level


@given(levels)
def test_start_and_goal_are_entities(level: Level) -> None:
    found = {one.identifier: one for one in layers(level)["Places"].entity_instances}
    start = start_cell(level)
    has_start = start is not None and start[0] >= 0
    assert set(found) == ({"Start", "Goal"} if has_start else {"Goal"})
    assert found["Goal"].grid == [level.columns - 1, 0]
    assert (found["Goal"].width, found["Goal"].height) == (TILE_SIZE, HEIGHT * TILE_SIZE)
    if start is not None and has_start:
        assert found["Start"].grid == [start[1], start[0]]
        assert found["Start"].px == [start[1] * TILE_SIZE, start[0] * TILE_SIZE]


@settings(max_examples=15)
@given(level=levels)
def test_it_is_valid_by_ldtks_own_schema(validator: Any, level: Level) -> None:
    project = json.loads(export(level, "ldtk").content)
    validator.validate(project)
    project["levels"][0]["layerInstances"][1]["intGridCsv"][0] = "X"
    assert not validator.is_valid(project)


def test_every_field_is_filled_in(package_level: Level) -> None:
    objects = json.loads((ROOT / "resources" / "ldtk.json").read_text(encoding="utf-8"))
    marks = {value for one in objects.values() for value in one.values() if isinstance(value, str) and "<" in value}
    assert marks == {"<filled in>"}
    assert b"<filled in>" not in export(package_level[:50], "ldtk").content


def test_all_that_is_referred_to_is_there() -> None:
    exported = export(Level(("-" * 9,) * 13 + ("X" * 9,)), "ldtk", "a level-1")
    project = json.loads(exported.content)
    definitions, (level,) = project["defs"], project["levels"]
    (tileset,) = definitions["tilesets"]
    with Image.open(io.BytesIO(exported.files[tileset["relPath"]])) as picture:
        assert picture.size == (tileset["pxWid"], tileset["pxHei"])
    kinds = {one["uid"]: (one["identifier"], one["type"]) for one in definitions["layers"]}
    assert [kinds[one["layerDefUid"]] for one in level["layerInstances"]] == list(kinds.values())
    named = {one["uid"]: one["identifier"] for one in definitions["entities"]}
    for one in level["layerInstances"][0]["entityInstances"]:
        assert named[one["defUid"]] == one["__identifier"]
    values = {v["value"]: v["identifier"] for one in definitions["layers"] for v in one["intGridValues"]}
    assert list(values) == [tile.id for tile in TILES[1:]]
    assert len(set(values.values())) == len(values)
    uids = [one["uid"] for kind in ("layers", "entities", "tilesets") for one in definitions[kind]] + [level["uid"]]
    assert len(set(uids)) == len(uids)
    assert max(uids) < project["nextUid"]
    assert level["identifier"] == "a_level_1"
    assert project["levels"][0]["layerInstances"][2]["__tilesetDefUid"] == tileset["uid"]


def test_real_levels_of_200_columns_stay_small(package_level: Level) -> None:
    for start in range(0, package_level.columns - 200, 50):
        text = export(package_level[start : start + 200], "ldtk").content.decode()
        assert len(text) < MOST_CHARACTERS
        assert ": " not in text.split('"levels"')[1]
