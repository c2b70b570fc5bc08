from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation import comparison
from mariogpt_mcp.evaluation.comparison import (
    LOOP_FILE,
    ComparedLevels,
    Comparison,
    ComparisonOptions,
    prompt_figures,
    sample_plans,
)
from mariogpt_mcp.evaluation.metrics import Share
from mariogpt_mcp.evaluation.samples import LevelSample, SamplePlan, SampleWriter
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.model.loader import ModelLoader

FLAT = Level(tuple(["-" * 60] * (HEIGHT - 1) + ["X" * 60]))
PIPE = Level(tuple(["-" * 60] * (HEIGHT - 2) + ["--<>" + "-" * 56, "X" * 60]))
OPTIONS = ComparisonOptions(levels=2, level_size=280, seed=7)


def test_there_are_plans_for_all_kinds_of_prompts_raw_and_with_search() -> None:
    plans = {plan.name: plan for plan in sample_plans(replace(OPTIONS, levels=96, temperatures=(0.5, 2.0)), [FLAT])}
    kinds = ("combinations", "numbers", "natural", "styles")
    assert list(plans) == [
        *(f"{kind}-{case}" for case in ("raw", "search") for kind in kinds),
        *("long-search", "free-search", "natural-search-0.5", "natural-search-2"),
    ]
    assert {name for name, plan in plans.items() if plan.raw} == {f"{kind}-raw" for kind in kinds}
    sizes = {name: len(plan.prompts) for name, plan in plans.items()}
    assert (sizes["combinations-raw"], sizes["styles-search"], sizes["natural-search-0.5"]) == (96, 19, 19)
    assert (sizes["long-search"], sizes["free-search"]) == (10, 80)
    assert (plans["long-search"].level_size, plans["natural-search-0.5"].temperature) == (2799, 0.5)
    assert plans["natural-search-2"].prompts == plans["natural-search"].prompts[:19]


def test_prompt_figures_are_about_levels_windows_styles_and_numbers() -> None:
    written = {
        "combinations-search": [LevelSample(PIPE, "little pipes", seconds=2.0, met=True)],
        "numbers-search": [LevelSample(FLAT, "1 pipes, 0 enemies", met=True)],
        "styles-search": [LevelSample(FLAT, "overworld style")],
        "free-search": [LevelSample(FLAT, "no pipes", met=True)],
    }
    figures = prompt_figures(written, "search", 0)
    assert figures["pipes met, level"] == figures["pipes met, window of 50"] == Share(1, 1)
    assert (figures["style met, level"], figures["number of pipes exact"]) == (Share(1, 1), Share(0, 1))
    assert (figures["misses not reported"], figures["seconds, median"]) == (1, 2.0)
    raw = {name.replace("search", "raw"): samples for name, samples in written.items() if name != "free-search"}
    assert set(figures) - set(prompt_figures(raw, "raw", 0)) == {
        "free-text prompts understood",
        "free-text prompts understood and met",
        "misses not reported",
    }


@pytest.mark.parametrize(
    ("options", "originals", "sentence"),
    [
        (replace(OPTIONS, seed=-1), FLAT, "seed must be a whole number"),
        (replace(OPTIONS, seed=2**32 - 2, levels=3), FLAT, "seed must be a whole number"),
        (OPTIONS, FLAT[:49], "contain no level of 50 columns"),
        (replace(OPTIONS, with_agent=True), FLAT, "needs Java, which is not installed"),
    ],
)
def test_what_is_missing_is_reported_before_anything_is_written(
    loader: ModelLoader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: ComparisonOptions,
    originals: Level,
    sentence: str,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MarioGPTError, match=sentence):
        Comparison(MarioGPT(loader), ComparedLevels([FLAT], [originals]), tmp_path, options)
    assert list(tmp_path.iterdir()) == []


def test_each_source_has_a_column_and_progress_is_reported(
    loader: ModelLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_one(self: SampleWriter, plan: SamplePlan, i: int) -> LevelSample:
        return LevelSample([FLAT, PIPE][i % 2], plan.prompts[i], 0.5, met=None if plan.raw else False)

    monkeypatch.setattr(SampleWriter, "_write_one", write_one)
    monkeypatch.setattr(comparison, "loop_seconds", lambda shape: 12.5)
    others = ComparedLevels([FLAT, PIPE], [FLAT], {"theirs": [LevelSample(PIPE)] * 2})
    compared = Comparison(MarioGPT(loader), others, tmp_path, replace(OPTIONS, time_loop=True))
    reports: list[tuple[str, int, int]] = []
    table = compared.run(lambda *report: reports.append(report))
    assert list(table) == ["raw model", "with search", "theirs", "originals", "MarioGPT's loop"]
    assert table["MarioGPT's loop"] == {"seconds, median": 12.5}
    assert table["originals"]["beaten by our solver"] == Share(2, 2)
    assert table["with search"]["beaten by our solver, 200 columns"] == Share(1, 1)
    assert table["raw model"]["seconds, median"] == 0.5
    assert ("combinations-raw", 0, 19) in reports
    assert ("free-search", 19, 19) in reports
    assert {what for what, _, _ in reports} >= {"measuring", "playing", "timing MarioGPT's loop"}
    assert all(0 <= done <= total for _, done, total in reports)
    # The time of the loop is kept in a file, like the levels.
    monkeypatch.setattr(comparison, "loop_seconds", None)
    text, data = compared.save(compared.run(lambda *report: None))
    assert json.loads((tmp_path / LOOP_FILE).read_text()) == 12.5
    assert text.read_text().startswith("| figure | raw model | with search | theirs | originals | MarioGPT's loop |\n")
    assert json.loads(data.read_text())["settings"] == {
        "levels": 2,
        "level_size": 280,
        "seed": 7,
        "model": loader.fingerprint,
    }
