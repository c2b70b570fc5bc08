from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.model import models as loaded
from mariogpt_mcp.model.column import checkpoint as checkpoint
from mariogpt_mcp.model.column.network import ColumnGPT2
from mariogpt_mcp.model.device import choose_device
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings


def test_it_loads_once_whoever_asks(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []
    load = checkpoint.load_checkpoint

    def counted(folder: Path) -> ColumnGPT2:
        loads.append(folder)
        return load(folder)

    monkeypatch.setattr(loaded, "load_checkpoint", counted)
    loader, got = ModelLoader(ModelSettings(str(tiny_checkpoint), "cpu")), []
    assert not loader.loaded
    threads = [threading.Thread(target=lambda: got.append(loader.network())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert len({id(network) for network in got}) == 1
    assert loader.loaded


def test_its_name_never_shows_a_path(tiny_checkpoint: Path) -> None:
    assert ModelLoader(ModelSettings(str(tiny_checkpoint))).name == tiny_checkpoint.name
    assert ModelLoader().name == "bundled"


def test_cuda_is_refused_in_a_sentence_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto") == "cpu"
    with pytest.raises(MarioGPTError, match="There is no CUDA device here"):
        choose_device("cuda")


def _break(folder: Path, name: str) -> None:
    if name == "missing":
        (folder / "model.safetensors").unlink()
    elif name == "truncated":
        path = folder / "model.safetensors"
        path.write_bytes(path.read_bytes()[:1000])
    elif name == "not json":
        (folder / "config.json").write_text("{")
    else:
        config = json.loads((folder / "config.json").read_text())
        config.update({"kind": {"model_type": "bert"}, "tiles": {"symbols": "-X"}, "shape": {"outer_width": 64}}[name])
        (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("missing", "There is no checkpoint in"),
        ("truncated", "is damaged or of another shape"),
        ("not json", "is damaged or of another shape"),
        ("kind", "is of the type 'bert'"),
        ("tiles", "was trained on other tiles"),
        ("shape", "is damaged or of another shape"),
    ],
)
def test_a_bad_checkpoint_is_one_sentence(tiny_checkpoint: Path, tmp_path: Path, damage: str, message: str) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(tiny_checkpoint, folder)
    _break(folder, damage)
    with pytest.raises(MarioGPTError, match=message) as caught:
        ModelLoader(ModelSettings(str(folder))).network()
    assert "\n" not in str(caught.value)


def test_a_failed_load_is_tried_again(tiny_checkpoint: Path, tmp_path: Path) -> None:
    loader = ModelLoader(ModelSettings(str(tmp_path / "later"), "cpu"))
    with pytest.raises(MarioGPTError):
        loader.network()
    shutil.copytree(tiny_checkpoint, tmp_path / "later")
    assert loader.network() is loader.network()


def test_the_statistics_lies_beside_the_weights(
    tiny_checkpoint: Path, tmp_path: Path, statistics: CorpusStatistics
) -> None:
    folder = tmp_path / "told"
    shutil.copytree(tiny_checkpoint, folder)
    statistics.save(folder / STATISTICS_FILE)
    loader = ModelLoader(ModelSettings(str(folder), "cpu"))
    assert loader.statistics.windows.tolist() == statistics.windows.tolist()
    assert loader.statistics is loader.statistics
    assert not loader.loaded


def test_a_checkpoint_without_a_statistics_has_an_empty_one(tiny_checkpoint: Path) -> None:
    assert len(ModelLoader(ModelSettings(str(tiny_checkpoint))).statistics.windows) == 0


def test_a_damaged_statistics_is_one_sentence(tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "told"
    shutil.copytree(tiny_checkpoint, folder)
    (folder / STATISTICS_FILE).write_text("[[1, 2]]")
    with pytest.raises(MarioGPTError, match="is damaged") as caught:
        _ = ModelLoader(ModelSettings(str(folder))).statistics
    assert str(tmp_path) not in str(caught.value)


def test_a_statistics_that_comes_with_a_later_checkpoint_is_read(
    tiny_checkpoint: Path, tmp_path: Path, statistics: CorpusStatistics
) -> None:
    loader = ModelLoader(ModelSettings(str(tmp_path / "later"), "cpu"))
    with pytest.raises(MarioGPTError):
        MarioGPT(loader).generate("")
    shutil.copytree(tiny_checkpoint, tmp_path / "later")
    statistics.save(tmp_path / "later" / STATISTICS_FILE)
    assert len(loader.statistics.windows) == len(statistics.windows)


def test_a_folder_is_called_by_its_name_however_it_is_given(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny_checkpoint)
    for source in (".", str(tiny_checkpoint)):
        assert ModelLoader(ModelSettings(source)).name == tiny_checkpoint.name
