from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import export
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.store.records import LevelRecord, MadeLevel


def test_ids_are_uuid4(made: MadeLevel) -> None:
    assert uuid.UUID(made.id).version == 4


def test_text_and_picture_are_saved(made: MadeLevel, tmp_path: Path) -> None:
    text = made.save(tmp_path / "level.txt")
    assert Level.parse(text.read_text()).rows == made.level.rows
    assert made.save(str(tmp_path / "level.png")).read_bytes().startswith(b"\x89PNG")
    assert made._repr_png_() == made.png


def test_maps_are_saved_with_their_tileset(made: MadeLevel, tmp_path: Path) -> None:
    for name, ending in (("tiled", ".tmj"), ("ldtk", ".ldtk")):
        folder = tmp_path / name
        folder.mkdir()
        saved = made.save(folder / f"level{ending}")
        assert saved == folder / f"level{ending}"
        written = {file.name: file.read_bytes() for file in folder.iterdir()}
        assert written == export(made.level, name).files
        assert len(written) == 2


def test_the_longest_ending_decides_the_format(made: MadeLevel, tmp_path: Path) -> None:
    made.save(tmp_path / "level.framework.txt")
    text = (tmp_path / "level.framework.txt").read_bytes()
    assert text == export(made.level, "framework").content != export(made.level, "vglc").content


def test_other_endings_and_places_are_refused(made: MadeLevel, tmp_path: Path) -> None:
    with pytest.raises(
        MarioGPTError, match=r"does not end in one of \.png, \.txt, \.framework\.txt, \.tmj, \.ldtk; try"
    ):
        made.save(tmp_path / "level.gif")
    with pytest.raises(MarioGPTError, match="could not be written"):
        made.save(tmp_path / "nowhere" / "level.txt")


def test_a_record_is_read_back_from_its_json(made: MadeLevel) -> None:
    text = LevelRecord.of(made).model_dump_json()
    found = LevelRecord.model_validate_json(text).stored(made.id)
    assert (type(found), found) == (MadeLevel, made)


@pytest.mark.parametrize("change", [{"format": 2}, {"more": 1}, {"level": "??"}, {"path": [[14, 0]]}])
def test_an_invalid_record_is_refused(made: MadeLevel, change: dict[str, object]) -> None:
    data = LevelRecord.of(made).model_dump() | change
    with pytest.raises((ValueError, MarioGPTError)):
        LevelRecord.model_validate(data).stored(made.id)
