"""Maps of Tiled, read back by pytiled-parser."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image
from pytiled_parser import ObjectLayer, TiledMap, TileLayer, parse_map
from pytiled_parser.tiled_object import Polyline, Rectangle, TiledObject

from mariogpt_mcp.export.formats import export
from mariogpt_mcp.export.tiled import FIRST_GID
from mariogpt_mcp.export.waypoints import route, start_cell
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import TILE_SIZE
from mariogpt_mcp.level.tiles import TILES
from tests.conftest import levels


def opened(level: Level, folder: Path) -> TiledMap:
    exported = export(level, "tiled")
    for name, data in exported.files.items():
        (folder / name).write_bytes(data)
    return parse_map(folder / exported.main)


def objects(found: TiledMap) -> dict[str, TiledObject]:
    layer = found.layers[1]
    assert isinstance(layer, ObjectLayer)
    return {one.name: one for one in layer.tiled_objects}


def read(found: TiledMap) -> Level:
    """The level, read with the symbols in the tileset."""
    layer, tiles = found.layers[0], found.tilesets[FIRST_GID].tiles
    assert isinstance(layer, TileLayer)
    assert layer.data is not None
    assert tiles is not None
    symbols = {FIRST_GID + number: str((one.properties or {})["symbol"]) for number, one in tiles.items()}
    symbols[0] = TILES[0].symbol
    return Level(tuple("".join(symbols[gid] for gid in row) for row in layer.data))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(levels)
def test_what_is_written_is_read_again(tmp_path: Path, level: Level) -> None:
    found = opened(level, tmp_path)
    assert read(found) == level
    assert (found.map_size.width, found.map_size.height) == (level.columns, HEIGHT)
    assert found.tile_size.width == found.tile_size.height == TILE_SIZE


def test_real_levels_are_read_again_with_their_paths(package_level: Level, tmp_path: Path) -> None:
    for start in range(0, 7000, 1000):
        level = package_level[start : start + 200]
        found = opened(level, tmp_path)
        assert read(found).rows == level.rows
        path = objects(found)["path"]
        assert isinstance(path, Polyline)
        points = [(path.coordinates.x + p.x, path.coordinates.y + p.y) for p in path.points]
        assert [(y // TILE_SIZE, x // TILE_SIZE) for x, y in points] == route(level)
        assert all(x % TILE_SIZE == y % TILE_SIZE == TILE_SIZE // 2 for x, y in points)


@pytest.mark.parametrize(
    ("rows", "has_start"),
    [
        (("-" * 20,) * 13 + ("X" * 20,), True),
        (("-" * 20,) * 13 + ("-" * 10 + "X" * 10,), False),
        (("X" * 20,) * 14, False),  # above the map
    ],
)
def test_start_and_goal_are_objects(tmp_path: Path, rows: tuple[str, ...], has_start: bool) -> None:
    level = Level(rows)
    found = objects(opened(level, tmp_path))
    assert list(found) == ["start", "goal"][not has_start :]
    goal = found["goal"]
    assert isinstance(goal, Rectangle)
    assert (goal.coordinates.x, goal.coordinates.y) == (19 * TILE_SIZE, 0)
    assert (goal.size.width, goal.size.height) == (TILE_SIZE, HEIGHT * TILE_SIZE)
    if has_start:
        start, cell = found["start"], start_cell(level)
        assert cell is not None
        assert (start.coordinates.x, start.coordinates.y) == (0, cell[0] * TILE_SIZE)
    assert [one.id for one in found.values()] == list(range(1, len(found) + 1))


def test_the_tileset_says_what_its_picture_shows(tmp_path: Path) -> None:
    found = opened(Level(("-" * 3,) * HEIGHT), tmp_path)
    tileset = found.tilesets[FIRST_GID]
    assert tileset.image is not None
    with Image.open(tmp_path / tileset.image) as picture:
        assert picture.size == (tileset.image_width, tileset.image_height)
        assert picture.width == tileset.columns * TILE_SIZE
    assert tileset.tiles is not None
    assert len(tileset.tiles) == tileset.tile_count
    for tile in TILES:
        one = tileset.tiles[tile.id]
        assert one.class_ == tile.name
        assert one.properties == {"name": tile.name, "symbol": tile.symbol, "tags": " ".join(sorted(tile.tags))}
