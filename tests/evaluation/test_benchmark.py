from __future__ import annotations

from functools import partialmethod

import pytest

from mariogpt_mcp.evaluation import benchmark
from mariogpt_mcp.evaluation.baseline import BaselineShape
from mariogpt_mcp.evaluation.benchmark import CacheFigures, LevelFigures, ServerFigures, measure_caches, measure_levels
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import SearchSettings


def test_the_servers_rows() -> None:
    assert ServerFigures([1.0, 2.0, 9.0], [3.0, 4.0, 5.0], False, 512.4).rows() == [
        ("start to tools/list over stdio, median of 3", "2.00 s"),
        ("start to the first level of 100 columns, median of 3 (worst)", "4.0 s (5.0 s)"),
        ("torch imported by tools/list", "no"),
        ("peak memory of the server", "512 MB"),
    ]
    assert len(ServerFigures([1.0], [3.0], None, None).rows()) == 2  # there is no /proc


async def test_a_server_gets_the_environment_that_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    class Started(Exception):
        pass

    def start(environment: dict[str, str]) -> None:
        raise Started(environment["MARIOGPT_MODEL"])

    monkeypatch.setattr(benchmark, "_client", start)
    with pytest.raises(Started, match="named"):
        await benchmark.measure_server(1, {"MARIOGPT_MODEL": "named"})


def test_levels_are_counted_and_reported(loader: ModelLoader, monkeypatch: pytest.MonkeyPatch) -> None:
    generate, done = MarioGPT.generate, list[int]()
    monkeypatch.setattr(MarioGPT, "generate", partialmethod(generate, level_size=100))
    figures = measure_levels(MarioGPT(loader, SearchSettings(candidates=1, rounds=1)), 2, done.append)
    assert done == [1, 2]
    assert len(figures.seconds) == len(figures.candidates) == 2
    assert figures.faults == 0
    assert set(figures.met) == {"pipes", "enemies", "blocks", "elevation"}
    assert all(0 <= n <= 2 for n in figures.met.values())


def test_the_levels_rows() -> None:
    assert LevelFigures([0.5, 1.5, 0.6], [7, 7, 14], 0, {"pipes": 3, "enemies": 2}).rows() == [
        ("a level of 100 columns with its picture, warm, median of 3 (worst)", "0.60 s (1.50 s)"),
        ("structural faults in 3 levels", "0"),
        ("pipes, enemies as requested, 96 combinations of classes", "100.0, 66.7 %"),
        ("candidates for a level, mean", "9.3"),
    ]


def test_caches_and_the_loop_are_timed(loader: ModelLoader, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes: list[BaselineShape] = []

    def loop(shape: BaselineShape) -> float:
        shapes.append(shape)
        return 8.0

    monkeypatch.setattr(benchmark, "CACHED_RUNS", 1)
    monkeypatch.setattr(benchmark, "COLUMNS", 8)
    monkeypatch.setattr(benchmark, "loop_seconds", loop)
    figures = measure_caches(loader.network())
    assert shapes == [BaselineShape(2, 32, 2, 13)]
    assert min(figures.cached, figures.uncached) > 0
    assert figures.loop == 8.0


def test_the_caches_rows() -> None:
    assert CacheFigures(0.5, 25.0, 10.0).rows() == [
        ("100 columns without search, with KV caches", "0.50 s"),
        ("the same, a full forward pass for each tile", "25.0 s, 50 times that"),
        ("a flat GPT-2 of the outer network's shape in MarioGPT's loop", "10.0 s, 20 times that"),
    ]
