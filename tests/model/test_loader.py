from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.model import models
from mariogpt_mcp.model.column.checkpoint import load_checkpoint
from mariogpt_mcp.model.column.network import ColumnGPT2
from mariogpt_mcp.model.files import WEIGHTS_FILE
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings


def test_several_threads_get_one_model(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[Path] = []

    def counted(folder: Path) -> ColumnGPT2:
        loads.append(folder)
        return load_checkpoint(folder)

    monkeypatch.setattr(models, "load_column_checkpoint", counted)
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


def test_a_failed_load_can_be_tried_again(tiny_checkpoint: Path, tmp_path: Path) -> None:
    loader = ModelLoader(ModelSettings(str(tmp_path / "later"), "cpu"))
    with pytest.raises(MarioGPTError):
        loader.network()
    shutil.copytree(tiny_checkpoint, tmp_path / "later")
    assert loader.network() is loader.network()


def test_the_statistics_are_beside_the_weights(
    tiny_checkpoint: Path, tmp_path: Path, statistics: CorpusStatistics
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(tiny_checkpoint, folder)
    statistics.save(folder / STATISTICS_FILE)
    loader = ModelLoader(ModelSettings(str(folder), "cpu"))
    assert loader.statistics.windows.tolist() == statistics.windows.tolist()
    assert loader.statistics is loader.statistics
    assert not loader.loaded


def test_a_checkpoint_without_statistics_has_empty_ones(tiny_checkpoint: Path) -> None:
    assert len(ModelLoader(ModelSettings(str(tiny_checkpoint))).statistics.windows) == 0


def test_damaged_statistics_are_one_sentence(tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(tiny_checkpoint, folder)
    (folder / STATISTICS_FILE).write_text("[[1, 2]]")
    with pytest.raises(MarioGPTError, match="is damaged") as caught:
        _ = ModelLoader(ModelSettings(str(folder))).statistics
    assert str(tmp_path) not in str(caught.value)


def test_statistics_that_come_with_a_later_checkpoint_are_read(
    tiny_checkpoint: Path, tmp_path: Path, statistics: CorpusStatistics
) -> None:
    loader = ModelLoader(ModelSettings(str(tmp_path / "later"), "cpu"))
    with pytest.raises(MarioGPTError):
        MarioGPT(loader).generate("")
    shutil.copytree(tiny_checkpoint, tmp_path / "later")
    statistics.save(tmp_path / "later" / STATISTICS_FILE)
    assert len(loader.statistics.windows) == len(statistics.windows)


def test_a_missing_device_names_the_variable_that_chose_it(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(MarioGPTError, match=r"^MARIOGPT_DEVICE: there is no CUDA device here"):
        ModelLoader(ModelSettings(str(tiny_checkpoint), "cuda")).model()


def test_a_loader_imports_no_torch() -> None:
    code = "import sys; from mariogpt_mcp.model.loader import ModelLoader; loader = ModelLoader(); "
    code += "loader.name, loader.origin, loader.statistics, loader.fingerprint; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_origin_is_that_of_the_weights_in_memory(tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "mine")
    loader = ModelLoader(ModelSettings(str(folder), "cpu"))
    before = loader.origin
    loader.model()
    os.utime(folder / WEIGHTS_FILE, ns=(1, 1))
    assert loader.origin == before
    assert ModelLoader(ModelSettings(str(folder), "cpu")).origin != before
