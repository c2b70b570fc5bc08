from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.column import checkpoint as checkpoint
from mariogpt_mcp.model.column.checkpoint import load_checkpoint, save_checkpoint
from mariogpt_mcp.model.column.network import ColumnGPT2, NetworkConfig
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings
from mariogpt_mcp.training import trainer as trainer_module
from mariogpt_mcp.training.column_recipe import ColumnConfig, ColumnRecipe
from mariogpt_mcp.training.trainer import Trainer

NETWORK = NetworkConfig(12, 1, 32, 2, 1, 16, 2, dropout=0.1)
CONFIG = ColumnConfig(steps=20, batch_size=4, warm_up=2, evaluate_every=5, learning_rate=3e-3, network=NETWORK)


@pytest.fixture
def pieces(package_level: Level) -> tuple[list[Level], list[Level]]:
    return [package_level[:200], package_level[200:400]], [package_level[400:500]]


def begin(config: ColumnConfig, pieces: tuple[list[Level], list[Level]], folder: Path, resume: bool = False) -> Trainer:
    train, held_out = pieces
    return Trainer(ColumnRecipe(config, train, held_out, "cpu"), train, folder, resume)


def run(config: ColumnConfig, pieces: tuple[list[Level], list[Level]], folder: Path, resume: bool = False) -> float:
    return begin(config, pieces, folder, resume).run(lambda progress: None)


def test_it_learns_and_keeps_the_best(pieces: tuple[list[Level], list[Level]], tmp_path: Path) -> None:
    best = run(CONFIG, pieces, tmp_path)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in log] == [5, 10, 15, 20]
    assert best == min(line["validation_loss"] for line in log)
    assert best < log[0]["validation_loss"] < 2.56  # guessing is ln 13
    assert load_checkpoint(tmp_path).config == NETWORK
    assert not list(tmp_path.glob("*.part"))


def test_it_counts_what_it_trains_on(pieces: tuple[list[Level], list[Level]], tmp_path: Path) -> None:
    train, held_out = pieces
    begin(CONFIG, pieces, tmp_path / "run")
    statistics = ModelLoader(ModelSettings(str(tmp_path / "run"), "cpu")).statistics
    assert statistics.windows.tolist() == CorpusStatistics.of(train).windows.tolist()
    assert statistics.windows.tolist() != CorpusStatistics.of([*train, *held_out]).windows.tolist()


def test_statistics_that_cannot_be_written_are_one_sentence(
    pieces: tuple[list[Level], list[Level]], tmp_path: Path
) -> None:
    (tmp_path / STATISTICS_FILE).mkdir()
    with pytest.raises(MarioGPTError, match="cannot be written to"):
        begin(CONFIG, pieces, tmp_path)


def test_a_resumed_run_continues_like_an_uninterrupted_one(
    pieces: tuple[list[Level], list[Level]], tmp_path: Path
) -> None:
    uninterrupted = run(CONFIG, pieces, tmp_path / "uninterrupted")
    trainer = begin(CONFIG, pieces, tmp_path / "interrupted")

    def interrupt(progress: trainer_module.TrainingProgress) -> None:
        if progress.step == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trainer.run(interrupt)
    assert torch.load(tmp_path / "interrupted" / trainer_module.STATE_FILE, weights_only=True)["step"] == 12
    assert run(CONFIG, pieces, tmp_path / "interrupted", resume=True) == uninterrupted
    first, second = (load_checkpoint(tmp_path / name).state_dict() for name in ("uninterrupted", "interrupted"))
    for name, tensor in first.items():
        torch.testing.assert_close(tensor, second[name], rtol=0, atol=0)


def test_runs_repeat_with_the_same_seed_and_differ_with_another(
    pieces: tuple[list[Level], list[Level]], tmp_path: Path
) -> None:
    config = replace(CONFIG, steps=5)
    first = run(config, pieces, tmp_path / "a")
    assert run(config, pieces, tmp_path / "b") == first
    assert run(replace(config, seed=1), pieces, tmp_path / "c") != first


def test_resuming_no_run_or_another_shape_is_refused(pieces: tuple[list[Level], list[Level]], tmp_path: Path) -> None:
    with pytest.raises(MarioGPTError, match="There is no run to resume"):
        run(CONFIG, pieces, tmp_path, resume=True)
    with pytest.raises(MarioGPTError, match="cannot be used as a folder"):
        run(CONFIG, pieces, Path("/dev/null/x"))
    run(replace(CONFIG, steps=5), pieces, tmp_path)
    with pytest.raises(MarioGPTError, match="There is a run in"):
        run(CONFIG, pieces, tmp_path)
    with pytest.raises(MarioGPTError, match=r"other options \(batch_size, seed\)"):
        run(replace(CONFIG, seed=3, batch_size=2), pieces, tmp_path, resume=True)
    other = replace(CONFIG, network=replace(NETWORK, outer_width=64))
    with pytest.raises(MarioGPTError, match=r"other options \(outer_width\)"):
        run(other, pieces, tmp_path, resume=True)
    (tmp_path / trainer_module.STATE_FILE).write_bytes(b"interrupted")
    with pytest.raises(MarioGPTError, match="is damaged"):
        run(CONFIG, pieces, tmp_path, resume=True)


def test_a_full_disk_leaves_the_last_checkpoint_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    network = ColumnGPT2(NETWORK)
    save_checkpoint(network, tmp_path)
    before = (tmp_path / "model.safetensors").read_bytes()

    def full(weights: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(MarioGPTError, match="could not be written"):
        save_checkpoint(network, tmp_path)
    assert (tmp_path / "model.safetensors").read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


def test_a_full_disk_leaves_the_last_state_unchanged(
    pieces: tuple[list[Level], list[Level]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(replace(CONFIG, steps=5), pieces, tmp_path)
    before = (tmp_path / trainer_module.STATE_FILE).read_bytes()

    def full(state: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise RuntimeError("unexpected pos")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(MarioGPTError, match="free some space"):
        run(CONFIG, pieces, tmp_path, resume=True)
    assert (tmp_path / trainer_module.STATE_FILE).read_bytes() == before


def test_a_log_that_cannot_be_written_is_one_sentence(pieces: tuple[list[Level], list[Level]], tmp_path: Path) -> None:
    (tmp_path / trainer_module.LOG_FILE).symlink_to("/dev/full")
    with pytest.raises(MarioGPTError, match="free some space and resume the run"):
        run(replace(CONFIG, steps=5), pieces, tmp_path)


def test_the_statistics_are_those_of_the_weights(pieces: tuple[list[Level], list[Level]], tmp_path: Path) -> None:
    """If the initial weights are kept, the statistics of their checkpoint are kept too."""
    train, held_out = pieces
    known, new = CorpusStatistics.of(held_out), CorpusStatistics.of(train)

    def kept(name: str, rate: float) -> list[list[int]]:
        config = replace(CONFIG, init="begun", learning_rate=rate, steps=5)
        recipe = ColumnRecipe(config, train, held_out, "cpu")
        Trainer(recipe, train, tmp_path / name, False, known).run(lambda progress: None)
        rows: list[list[int]] = CorpusStatistics.load(tmp_path / name / STATISTICS_FILE).windows.tolist()
        return rows

    assert kept("better", 3e-3) == new.windows.tolist()
    assert kept("worse", 1e9) == known.windows.tolist() != new.windows.tolist()


def test_a_run_that_began_with_a_checkpoint_is_resumed_with_it(
    pieces: tuple[list[Level], list[Level]], tmp_path: Path
) -> None:
    fresh, begun = replace(CONFIG, steps=5), replace(CONFIG, steps=5, init="begun")
    run(fresh, pieces, tmp_path / "fresh")
    run(begun, pieces, tmp_path / "begun")
    with pytest.raises(MarioGPTError, match="began with fresh weights; resume it without a checkpoint"):
        run(begun, pieces, tmp_path / "fresh", resume=True)
    with pytest.raises(MarioGPTError, match="began with a checkpoint; resume it with the same checkpoint"):
        run(fresh, pieces, tmp_path / "begun", resume=True)
