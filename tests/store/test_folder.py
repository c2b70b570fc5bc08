from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.store.folder import FolderStore
from mariogpt_mcp.store.records import CheckedLevel, MadeLevel, StoredLevel
from tests.conftest import ROOT
from tests.play.ground import pit


def copy(level: MadeLevel) -> MadeLevel:
    return MadeLevel(level.level, level.report, level.key)


def assert_same(found: StoredLevel, level: StoredLevel) -> None:
    assert type(found) is type(level)
    assert (found.id, found.level, found.report, found.key) == (level.id, level.level, level.report, level.key)


def test_levels_outlive_the_store(made: MadeLevel, tmp_path: Path) -> None:
    checked = check_level(pit(3).text())
    store = FolderStore(tmp_path / "new", 5, 1)
    store.put(made)
    store.put(checked)
    again = FolderStore(tmp_path / "new", 5, 1)
    assert_same(again.get(made.id), made)
    assert_same(again.get(checked.id), checked)
    assert isinstance(again.get(checked.id), CheckedLevel)
    assert again.made_from(made.key) is again.get(made.id)
    assert [path.suffix for path in (tmp_path / "new").iterdir()] == [".json", ".json"]


def test_a_file_of_version_0_1_0_is_read(tmp_path: Path) -> None:
    """Written before `of`, `first` and `last` of a report got their present names."""
    data = (ROOT / "tests" / "data" / "stored_level_0.1.0.json").read_bytes()
    assert b'"of":"4d9cb783-642b-4188-8f39-1199290428e9","first":15,"last":24' in data
    level_id = "12977e2e-e093-4af9-9b64-0333a266c5de"
    (tmp_path / f"{level_id}.json").write_bytes(data)
    found = FolderStore(tmp_path, 5, 1).get(level_id)
    assert isinstance(found, MadeLevel)
    assert (found.level.columns, len(found.level.path), found.report.beatable.beaten) == (24, 27, True)
    assert (found.report.source_id, found.report.first_new_column, found.report.last_new_column) == (
        "4d9cb783-642b-4188-8f39-1199290428e9",
        15,
        24,
    )


def test_the_oldest_levels_are_deleted_from_the_folder(made: MadeLevel, tmp_path: Path) -> None:
    store = FolderStore(tmp_path, 2, 1)
    levels = [copy(made) for _ in range(4)]
    for level in levels:
        store.put(level)
    assert store.ids() == [levels[3].id, levels[2].id]
    assert {path.stem for path in tmp_path.iterdir()} == {levels[2].id, levels[3].id}


def test_levels_that_are_too_old_are_deleted(made: MadeLevel, tmp_path: Path) -> None:
    FolderStore(tmp_path, 5, 2).put(made)
    file = tmp_path / f"{made.id}.json"
    old = time.time() - 3 * 86_400
    os.utime(file, (old, old))
    assert FolderStore(tmp_path, 5, 2).ids() == []
    assert not file.exists()


def test_a_file_that_is_not_a_level_is_left_alone(
    made: MadeLevel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    FolderStore(tmp_path, 5, 1).put(made)
    (tmp_path / "notes.json").write_text('{"half')
    (tmp_path / "notes.txt").write_text("mine")
    assert FolderStore(tmp_path, 5, 1).ids() == [made.id]
    assert (tmp_path / "notes.json").read_text() == '{"half'
    assert "notes.json is not a stored level" in caplog.text


@pytest.mark.parametrize("level_id", ["../outside", "nope", ""])
def test_ids_cannot_reach_other_files(made: MadeLevel, tmp_path: Path, level_id: str) -> None:
    store = FolderStore(tmp_path / "inside", 5, 1)
    (tmp_path / "outside.json").write_text("{}")
    with pytest.raises(MarioGPTError, match="There is no level"):
        store.get(level_id)


def test_a_folder_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="exists"):
        FolderStore(tmp_path / "file", 5, 1)


def test_levels_are_kept_in_memory_if_the_folder_fails_later(
    made: MadeLevel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, levels = FolderStore(tmp_path, 1, 1), [copy(made) for _ in range(2)]
    store.put(levels[0])

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", fail)
    monkeypatch.setattr(Path, "replace", fail)
    monkeypatch.setattr(Path, "unlink", fail)
    store.put(levels[1])
    assert store.newest(5) == [levels[1]]
    assert f"level {levels[1].id} could not be written" in caplog.text
    assert f"the file of level {levels[0].id} could not be deleted" in caplog.text
