"""Maps of Tiled and projects of LDtk that these programs saved, or that are damaged."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export import ldtk_reader, tiled_reader
from mariogpt_mcp.export.formats import export
from mariogpt_mcp.level.grid import Level

LEVEL = Level(("-" * 6,) * 11 + ("--<>E-", "XX[]X-", "XXXXX-"))

Content = dict[str, Any]


def tiled() -> Content:
    content: Content = json.loads(export(LEVEL, "tiled").content)
    return content


def ldtk() -> Content:
    content: Content = json.loads(export(LEVEL, "ldtk").content)
    return content


def gids(layer: Content) -> bytes:
    return b"".join(gid.to_bytes(4, "little") for gid in layer["data"])


def encode(pack: Callable[[bytes], bytes], compression: str) -> Content:
    content = tiled()
    layer = content["layers"][0]
    layer |= {"data": base64.b64encode(pack(gids(layer))).decode(), "encoding": "base64", "compression": compression}
    return content


@pytest.mark.parametrize(("pack", "name"), [(bytes, ""), (zlib.compress, "zlib"), (gzip.compress, "gzip")])
def test_layers_of_every_encoding_are_read(pack: Callable[[bytes], bytes], name: str) -> None:
    assert tiled_reader.read(encode(pack, name)).rows == LEVEL.rows


def test_another_compression_is_refused() -> None:
    with pytest.raises(MarioGPTError, match="compressed with zstd; save its tile layer in CSV"):
        tiled_reader.read(encode(bytes, "zstd"))


def test_an_upper_layer_covers_a_lower_one_and_a_hidden_one_is_not_read() -> None:
    content = tiled()
    lower = content["layers"][0]
    cells = len(lower["data"])
    upper = {**lower, "data": [0] * (cells - 1) + [2]}
    hidden = {**lower, "data": [2] * cells, "visible": False}
    group = {"type": "group", "layers": [upper, hidden]}
    content["layers"] = [lower, group]
    assert tiled_reader.read(content).rows == (*LEVEL.rows[:-1], "XXXXXX")


def test_an_infinite_map_is_read() -> None:
    content = tiled()
    layer = content["layers"][0]
    data = layer.pop("data")
    left = [gid for i, gid in enumerate(data) if i % 6 < 3]
    right = [gid for i, gid in enumerate(data) if i % 6 >= 3]
    chunks = [{"x": -3 + 3 * i, "y": -20, "width": 3, "height": 14, "data": one} for i, one in enumerate((left, right))]
    content |= {"infinite": True, "layers": [{**layer, "chunks": chunks}]}
    assert tiled_reader.read(content).rows == ("--<>E", "XX[]X", "XXXXX")


def test_a_tileset_in_another_order_is_read() -> None:
    content = tiled()
    tileset = content["tilesets"][0]
    last = tileset["tilecount"]
    for tile in tileset["tiles"]:
        tile["id"] = last - 1 - tile["id"]
    tileset["firstgid"] = 101
    layer = content["layers"][0]
    layer["data"] = [gid and 101 + last - gid for gid in layer["data"]]
    assert tiled_reader.read(content).rows == LEVEL.rows


def test_tiles_without_a_symbol_are_ignored_and_counted() -> None:
    content = tiled()
    content["layers"][0]["data"][:2] = [99, 99]
    read = tiled_reader.read(content)
    assert read.rows == LEVEL.rows
    assert read.notes == ("2 tiles that have no property 'symbol' were ignored",)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tilesets": [{"firstgid": 1, "source": "mine.tsx"}]}, "The tileset of this Tiled map is in another file"),
        ({"orientation": "isometric"}, "This Tiled map is not orthogonal"),
        ({"width": 10**9}, "This Tiled map has 1000000000 x 14 cells"),
        ({"width": "wide"}, "This Tiled map is damaged"),
        ({"tilesets": None}, "This Tiled map is damaged"),
        ({"layers": [{"type": "tilelayer", "width": 6, "height": 14, "data": [1]}]}, "This Tiled map is damaged"),
        ({"layers": [{"type": "tilelayer", "width": 10**9, "height": 14, "data": []}]}, "A layer of this Tiled map"),
    ],
)
def test_a_map_that_cannot_be_used_is_one_sentence(change: Content, sentence: str) -> None:
    with pytest.raises(MarioGPTError, match=sentence):
        tiled_reader.read(tiled() | change)


def test_a_small_text_cannot_become_a_large_layer() -> None:
    content = encode(lambda data: zlib.compress(bytes(50_000_000)), "zlib")
    assert tiled_reader.read(content).rows == ("-" * 6,) * 14


def test_values_of_the_grid_in_another_order_are_read() -> None:
    content = ldtk()
    definition = next(layer for layer in content["defs"]["layers"] if layer["identifier"] == "Grid")
    for entry in definition["intGridValues"]:
        entry["value"] += 50
    layer = next(layer for layer in content["levels"][0]["layerInstances"] if layer["__identifier"] == "Grid")
    layer["intGridCsv"] = [value and value + 50 for value in layer["intGridCsv"]]
    assert ldtk_reader.read(content).rows == LEVEL.rows


def test_a_project_that_cannot_be_used_is_one_sentence() -> None:
    for change, sentence in (
        ({"levels": []}, "This LDtk project has no level"),
        ({"levels": [{"layerInstances": None}]}, "are in separate files; save the project in one file"),
        ({"levels": [{"layerInstances": []}]}, "This LDtk project has no IntGrid layer Grid"),
        ({"levels": [{}]}, "This LDtk project is damaged"),
    ):
        with pytest.raises(MarioGPTError, match=sentence):
            ldtk_reader.read(ldtk() | change)
    content = ldtk()
    definition = next(layer for layer in content["defs"]["layers"] if layer["identifier"] == "Grid")
    definition["intGridValues"][0]["identifier"] = "lava"
    with pytest.raises(MarioGPTError, match="has the value 'lava'; the values are named ground, brick, question_block"):
        ldtk_reader.read(content)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(("make", "reader"), [(tiled, tiled_reader), (ldtk, ldtk_reader)])
@given(data=st.data())
def test_any_damage_is_one_sentence(make: Callable[[], Content], reader: Any, data: st.DataObject) -> None:
    content: Any = make()
    place = content
    for _ in range(data.draw(st.integers(0, 6))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or not place[key]:
            break
        place = place[key]
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    place[data.draw(st.sampled_from(keys))] = data.draw(_json)
    try:
        rows = reader.read(content).rows
    except MarioGPTError:
        return
    assert all(isinstance(row, str) for row in rows)


def test_many_layers_that_are_small_when_packed_are_refused() -> None:
    content = tiled() | {"width": 400, "height": 400}
    packed = base64.b64encode(zlib.compress(bytes(4 * 400 * 400))).decode()
    layer = {"type": "tilelayer", "width": 400, "height": 400, "encoding": "base64", "compression": "zlib"}
    content["layers"] = [{**layer, "data": packed}] * 1000
    with pytest.raises(MarioGPTError, match="The layers of this Tiled map have more than 200000 cells"):
        tiled_reader.read(content)
