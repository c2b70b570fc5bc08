from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.corpus_statistics import CENSUS_FILE, Census
from mariogpt_mcp.model import models as loaded
from mariogpt_mcp.model.column import checkpoint as checkpoint
from mariogpt_mcp.model.column.network import ColumnGPT2
from mariogpt_mcp.model.loader import ModelHost, choose_device


def test_it_loads_once_whoever_asks(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []
    load = checkpoint.load_checkpoint

    def counted(folder: Path) -> ColumnGPT2:
        loads.append(folder)
        return load(folder)

    monkeypatch.setattr(loaded, "load_checkpoint", counted)
    host, got = ModelHost(str(tiny_checkpoint), "cpu"), []
    assert not host.loaded
    threads = [threading.Thread(target=lambda: got.append(host.network())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loads) == 1
    assert len({id(network) for network in got}) == 1
    assert host.loaded


def test_its_name_never_shows_a_path(tiny_checkpoint: Path) -> None:
    assert ModelHost(str(tiny_checkpoint)).name == tiny_checkpoint.name
    assert ModelHost().name == "bundled"


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
        ("kind", "is of the kind 'bert'"),
        ("tiles", "was trained on other tiles"),
        ("shape", "is damaged or of another shape"),
    ],
)
def test_a_bad_checkpoint_is_one_sentence(tiny_checkpoint: Path, tmp_path: Path, damage: str, message: str) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(tiny_checkpoint, folder)
    _break(folder, damage)
    with pytest.raises(MarioGPTError, match=message) as caught:
        ModelHost(str(folder)).network()
    assert "\n" not in str(caught.value)


def test_a_failed_load_is_tried_again(tiny_checkpoint: Path, tmp_path: Path) -> None:
    host = ModelHost(str(tmp_path / "later"), "cpu")
    with pytest.raises(MarioGPTError):
        host.network()
    shutil.copytree(tiny_checkpoint, tmp_path / "later")
    assert host.network() is host.network()


def test_the_census_lies_beside_the_weights(tiny_checkpoint: Path, tmp_path: Path, census: Census) -> None:
    folder = tmp_path / "told"
    shutil.copytree(tiny_checkpoint, folder)
    census.save(folder / CENSUS_FILE)
    host = ModelHost(str(folder), "cpu")
    assert host.census.rows.tolist() == census.rows.tolist()
    assert host.census is host.census
    assert not host.loaded


def test_a_checkpoint_without_a_census_has_an_empty_one(tiny_checkpoint: Path) -> None:
    assert len(ModelHost(str(tiny_checkpoint)).census.rows) == 0


def test_a_damaged_census_is_one_sentence(tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "told"
    shutil.copytree(tiny_checkpoint, folder)
    (folder / CENSUS_FILE).write_text("[[1, 2]]")
    with pytest.raises(MarioGPTError, match="is damaged") as caught:
        _ = ModelHost(str(folder)).census
    assert str(tmp_path) not in str(caught.value)


def test_a_census_that_comes_with_a_later_checkpoint_is_read(
    tiny_checkpoint: Path, tmp_path: Path, census: Census
) -> None:
    host = ModelHost(str(tmp_path / "later"), "cpu")
    with pytest.raises(MarioGPTError):
        MarioGPT(host).generate("")
    shutil.copytree(tiny_checkpoint, tmp_path / "later")
    census.save(tmp_path / "later" / CENSUS_FILE)
    assert len(host.census.rows) == len(census.rows)


def test_a_folder_is_called_by_its_name_however_it_is_given(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny_checkpoint)
    assert ModelHost(".").name == ModelHost(str(tiny_checkpoint)).name == tiny_checkpoint.name
