from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation import loop_benchmark
from mariogpt_mcp.evaluation.baseline import BaselineShape
from mariogpt_mcp.evaluation.loop_benchmark import LoopBenchmark, LoopFigures, Timing
from mariogpt_mcp.evaluation.throughput import ProbabilityShift
from mariogpt_mcp.settings import ModelSettings, SearchSettings


def test_the_figures_in_words() -> None:
    timings = [Timing("ours, one", 4.0), Timing("ours, eight", 8.0, 8)]
    shift = ProbabilityShift(0.0123, 0.25)
    figures = LoopFigures(70, (39.0, 41.0), timings, 1.5e-6, shift, ProbabilityShift(0, 0))
    assert str(figures).splitlines() == [
        "MarioGPT's loop: 40 s, estimated from 70 of 1399 steps (39 s before the other timings, 41 s after)",
        "ours, one: 4.0 s, 350 tiles a second, 10.0 times as fast as the loop",
        "ours, eight: 8.0 s, 1400 tiles a second, 40.0 times as fast as the loop",
        "largest difference of a probability from the loop's (float32, exact window): 1.5e-06",
        "changed by a sliding window: 1.23 % of the probability on average, 25.00 % at worst",
        "changed by bfloat16: 0.00 % of the probability on average, 0.00 % at worst",
    ]


@pytest.mark.slow
def test_everything_is_timed_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_benchmark, "MARIOGPT_SHAPE", BaselineShape(1, 16, 2, 20, prompted=True))
    monkeypatch.setattr(loop_benchmark, "BATCHES", (1,))
    monkeypatch.setattr(loop_benchmark, "CHECKED_LEVELS", 1)
    benchmark = LoopBenchmark(ModelSettings(device="cpu", threads=1), SearchSettings(rounds=1), 20)
    assert str(benchmark).startswith(
        "1400 tiles with random weights of MarioGPT's shape, vocabulary 20; cpu, threads: 1, load "
    )
    lines: list[str] = []
    figures = benchmark.run(100, lines.append)
    assert figures.loop_steps == 14
    assert [line.partition(":")[0] for line in lines] == [timing.name for timing in figures.timings]
    assert len(lines) == 2 + 4 + 1
    assert lines[-1].startswith("bundled on one thread, a checked level with its picture (mean of 1): ")
    assert figures.difference < 1e-5
    assert 0 < figures.sliding.mean <= figures.sliding.worst < 1
    assert torch.get_num_threads() == 1


def test_a_checkpoint_of_another_kind_is_refused(tiny_checkpoint: Path) -> None:
    with pytest.raises(MarioGPTError, match="is not a MarioGPT"):
        LoopBenchmark(ModelSettings(str(tiny_checkpoint), "cpu"), SearchSettings(), 20)
