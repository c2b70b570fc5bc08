from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from mariogpt_mcp.cli import main
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from tests.cli.commands import FLAT, Run, hear_interrupts
from tests.conftest import ROOT


@pytest.mark.slow
def test_an_interrupted_training_continues_from_the_step_it_was_at(run: Run, tmp_path: Path) -> None:
    shape = ["--context", "12", "--layers", "1", "--width", "32", "--heads", "2", "--batch-size", "2"]
    options = ["train", "--corpus", "mario-gpt", "--out", "run", *shape]
    command = [sys.executable, "-m", "mariogpt_mcp", *options, "--steps", "100000"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=-1, stderr=-1, text=True, preexec_fn=hear_interrupts
    ) as process:
        while not (tmp_path / "run" / "log.jsonl").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "stopping after this step" in errors
    assert errors.endswith("mariogpt-mcp: Stopped; continue with the same command and --resume.\n")
    import torch

    step = torch.load(tmp_path / "run" / "training-state.pt", weights_only=True)["step"]
    done = run(*options, "--steps", str(step + 1), "--resume")
    assert done.returncode == 0, done.stderr
    assert f"step {step + 1}: loss" in done.stderr


@pytest.mark.slow
def test_train_then_generate_with_the_result(run: Run, tmp_path: Path) -> None:
    shape = ["--context", "12", "--layers", "1", "--width", "32", "--heads", "2", "--batch-size", "2"]
    done = run("train", "--corpus", "mario-gpt", "--out", "run", "--steps", "3", *shape)
    assert done.returncode == 0, done.stderr
    assert len(CorpusStatistics.load(tmp_path / "run" / STATISTICS_FILE).windows) > 1000
    assert "best loss on held-out levels" in done.stdout
    assert "held out: mario-gpt (end)" in done.stderr
    done = run("train", "--corpus", "mario-gpt", "--out", "run", "--steps", "5", "--resume", *shape)
    assert done.returncode == 0, done.stderr
    assert "step 5: loss" in done.stderr
    made = run("generate", "some pipes", "--level-size", "100", MARIOGPT_MODEL=str(tmp_path / "run"))
    assert "model run" in made.stdout


def test_a_run_resumed_with_other_options_is_refused_with_their_names_in_the_shell(call: Run, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("\n".join(FLAT))
    small = ["--layers", "1", "--heads", "1", "--context", "8"]
    command = ["train", "--corpus", ".", "--out", "run", "--steps", "1", *small]
    assert call(*command, "--width", "8", "--batch-size", "2").returncode == 0
    refused = call(*command, "--width", "16", "--batch-size", "3", "--resume")
    assert refused.stderr == (
        "mariogpt-mcp: The run in 'run' was started with other options (--batch-size, --width); resume it with the "
        "same options; only --steps may be larger.\n"
    )


def test_the_help_of_train_states_the_defaults_of_the_recipes() -> None:
    from mariogpt_mcp.cli.train import train
    from mariogpt_mcp.training.column_recipe import ColumnConfig
    from mariogpt_mcp.training.mariogpt_recipe import MarioGPTConfig
    from mariogpt_mcp.training.trainer import GENTLE_LEARNING_RATE

    helps = {option.name: option.help for option in train.params if isinstance(option, click.Option)}
    column, mariogpt = ColumnConfig(), MarioGPTConfig()
    for name in ("steps", "batch_size", "weight_decay"):
        expected = f"[{getattr(column, name)}; MarioGPT's kind {getattr(mariogpt, name):g}]"
        assert (helps[name] or "").endswith(expected), name
    rates = (
        f"[{column.learning_rate}; with --init {GENTLE_LEARNING_RATE:.4f}; from a plain GPT-2 {mariogpt.learning_rate}]"
    )
    assert (helps["learning_rate"] or "").endswith(rates)
    network = column.network
    shape = (network.context, network.outer_layers, network.outer_width, network.outer_heads)
    for name, value in zip(("context", "layers", "width", "heads"), shape, strict=True):
        assert (helps[name] or "").endswith(f"[{value}]")
    assert f"[{network.dropout}; " in (helps["dropout"] or "")


def test_a_run_with_an_initial_checkpoint_has_the_threads_of_its_option(
    tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from mariogpt_mcp.training.trainer import Trainer

    seen = []

    def run(self: Trainer, report: object) -> float:
        seen.append(torch.get_num_threads())
        return 0.0

    monkeypatch.setattr(Trainer, "run", run)
    before = torch.get_num_threads()
    (tmp_path / "level.txt").write_text("\n".join(FLAT))
    options = ["--init", str(tiny_checkpoint), "--out", str(tmp_path / "run"), "--threads", "2"]
    try:
        main(["train", "--corpus", str(tmp_path), *options])
    finally:
        torch.set_num_threads(before)
    assert seen == [2]


@pytest.mark.slow
def test_train_continues_from_the_bundled_weights(run: Run, tmp_path: Path) -> None:
    options = ["train", "--corpus", "mario-gpt", "--init", "bundled", "--out", "run", "--batch-size", "2"]
    done = run(*options, "--steps", "2", "--learning-rate", "1e-6")
    assert done.returncode == 0, done.stderr
    before, after = map(json.loads, (tmp_path / "run" / "log.jsonl").read_text().splitlines())
    assert before["step"] == 0
    assert f", {before['validation_loss']:.4f} before; the checkpoint is in run" in done.stdout
    assert after["validation_loss"] == pytest.approx(before["validation_loss"], abs=1e-3)
    assert after["validation_loss"] < 0.5  # fresh weights are above 2
    bundled = ROOT / "resources" / "checkpoint" / "config.json"
    assert json.loads((tmp_path / "run" / "config.json").read_text()) == json.loads(bundled.read_text())
    same = run("train", "--corpus", "mario-gpt", "--init", "run", "--out", "./run", "--steps", "1")
    assert "would overwrite the checkpoint that it begins with, in 'run'" in same.stderr
    wild = run(*options[:-4], "--out", "wild", "--batch-size", "1", "--steps", "1", "--learning-rate", "1")
    assert "no step lowered the loss on the held-out levels, so the initial checkpoint is kept" in wild.stdout
    refused = run(*options, "--steps", "3", "--resume")
    assert "other options (--learning-rate)" in refused.stderr
