from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, export, format_of
from mariogpt_mcp.level.grid import Level
from tests.conftest import levels


@given(levels)
def test_vglc_text_is_read_again(level: Level) -> None:
    exported = export(level, "vglc", "mine")
    assert list(exported.files) == [exported.main] == ["mine.txt"]
    assert Level.parse(exported.content.decode()) == level
    assert exported.packed() is exported


@given(levels)
def test_the_same_level_gets_the_same_files(level: Level) -> None:
    for name in FORMATS:
        once, again = export(level, name), export(Level(level.rows, level.path), name)
        assert once == again
        assert once.packed() == again.packed()


@pytest.mark.parametrize("name", FORMATS)
def test_files_have_the_requested_names_and_packed_into_one(package_level: Level, name: str) -> None:
    exported = export(package_level[:50], name, "mario-7")
    assert exported.main == f"mario-7{FORMATS[name].ending}"
    assert exported.content == next(iter(exported.files.values()))
    assert format_of(exported.main) is FORMATS[name]
    packed = exported.packed()
    assert len(packed.files) == 1
    if len(exported.files) > 1:
        assert packed.main == f"{exported.main}.zip"
        with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
            assert {one: archive.read(one) for one in archive.namelist()} == exported.files


def test_an_unknown_format_is_refused_in_one_sentence() -> None:
    level = Level(("-",) * 14)
    with pytest.raises(MarioGPTError, match=r"'godot'; the formats are vglc, framework, tiled and ldtk, for example"):
        export(level, "godot")
    for name in ("", "a/b", "..\\b", "a\nb"):
        with pytest.raises(MarioGPTError, match="cannot be the name of a file"):
            export(level, "vglc", name)


@pytest.mark.parametrize(
    ("file", "name"),
    [("a.txt", "vglc"), ("a.framework.txt", "framework"), ("a.tmj", "tiled"), ("a.png", None), (".tmj", None)],
)
def test_an_ending_says_the_format(file: str, name: str | None) -> None:
    found = format_of(file)
    assert (found and found.name) == name
