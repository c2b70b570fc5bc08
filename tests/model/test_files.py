from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.model.files import WEIGHTS_FILE, CheckpointFiles
from mariogpt_mcp.model.hub import Progress
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings


def test_a_name_never_contains_a_path(tiny_checkpoint: Path) -> None:
    assert ModelLoader(ModelSettings(str(tiny_checkpoint))).name == tiny_checkpoint.name
    assert ModelLoader().name == "bundled"


def test_the_name_of_a_folder_does_not_depend_on_how_it_is_given(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny_checkpoint)
    for source in (".", str(tiny_checkpoint)):
        assert ModelLoader(ModelSettings(source)).name == tiny_checkpoint.name


def test_the_fingerprint_depends_on_weights_and_statistics(
    tiny_checkpoint: Path, tmp_path: Path, statistics: CorpusStatistics
) -> None:
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "mine")
    files = CheckpointFiles(str(folder), "MARIOGPT_MODEL")
    first = files.fingerprint()
    assert first.startswith("mine-")
    assert len(first) == len("mine-") + 12
    assert files.fingerprint() == first
    statistics.save(folder / STATISTICS_FILE)
    second = files.fingerprint()
    with (folder / WEIGHTS_FILE).open("ab") as file:
        file.write(b"0")
    assert len({first, second, files.fingerprint()}) == 3


def test_the_fingerprint_of_a_missing_checkpoint_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MarioGPTError, match="There is no checkpoint in the folder 'nowhere'") as caught:
        CheckpointFiles(str(tmp_path / "nowhere"), "MARIOGPT_MODEL").fingerprint()
    assert str(tmp_path) not in str(caught.value)


def test_marks_change_with_the_files(tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "mine")
    files = CheckpointFiles(str(folder), "MARIOGPT_MODEL")
    first = files.marks()
    assert files.marks() == first
    os.utime(folder / WEIGHTS_FILE, ns=(1, 1))
    assert files.marks() != first
    assert CheckpointFiles("bundled", "MARIOGPT_MODEL").marks() == ("bundled",)


def test_the_bundled_checkpoint_has_statistics_and_one_without_has_none(tiny_checkpoint: Path) -> None:
    bundled = CheckpointFiles("bundled", "MARIOGPT_MODEL").statistics()
    assert bundled is not None
    assert not bundled.is_empty
    assert CheckpointFiles(str(tiny_checkpoint), "MARIOGPT_MODEL").statistics() is None


def test_a_download_is_reported_and_happens_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mariogpt_mcp.model import files as module

    downloads: list[str] = []

    def fetch(source: str, patterns: object, alternatives: object, progress: Progress, chosen_by: str) -> Path:
        downloads.append(source)
        progress(3_000_000, 5_000_000)
        return tmp_path

    monkeypatch.setattr(module, "fetch", fetch)
    statuses: list[str] = []
    files = CheckpointFiles("owner/name", "MARIOGPT_MODEL", statuses.append)
    for _ in range(2):
        with files.folder() as folder:
            assert folder == tmp_path
    assert downloads == ["owner/name"]
    assert statuses == ["downloading owner/name: 3 of 5 MB", ""]
