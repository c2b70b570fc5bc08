from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.generation.targets import draw_targets, targets_of, window_widths
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.features import CLASSES, COUNTABLES, Features, class_of, class_range
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.style import STYLES, Style
from mariogpt_mcp.model.conditioning import Target
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from tests.level.statistics_of import statistics_of
from tests.prompt_parser.strategies import specs

EMPTY = CorpusStatistics.of([])
styles = st.none() | st.sampled_from(STYLES)


@pytest.mark.parametrize(
    ("columns", "widths"), [(7, [7]), (50, [50]), (51, [25, 26]), (100, [50, 50]), (200, [50] * 4), (120, [40] * 3)]
)
def test_windows_are_at_most_50_columns_and_even(columns: int, widths: list[int]) -> None:
    assert window_widths(columns) == widths


@given(specs, styles, st.integers(7, 200), st.integers(0, 2**32 - 1), st.booleans())
def test_targets_meet_the_prompt(
    statistics: CorpusStatistics, spec: PromptSpec, style: Style | None, columns: int, seed: int, known: bool
) -> None:
    spec = replace(spec, style=style)
    targets = draw_targets(spec, columns, np.random.default_rng(seed), statistics if known else EMPTY)
    assert sum(t.columns for t in targets) == columns
    for name in COUNTABLES:
        amount, drawn = spec.amount(name), [getattr(t, name) for t in targets]
        if amount is None:
            assert all(isinstance(n, int) and n >= 0 for n in drawn) if known else drawn == [None] * len(targets)
        elif isinstance(amount, int):
            assert sum(drawn) == amount
        else:
            low, high = class_range(name, amount, columns)
            if high is None or low <= high:  # otherwise no level of this width has the class
                assert class_of(name, sum(drawn), columns) == amount
    for target in targets:
        if spec.elevation is not None:
            assert target.high == (spec.elevation == "high")
        else:
            assert (target.high is None) == (not known)
    assert len({t.style for t in targets}) == 1
    assert targets[0].style == style or (style is None and known)


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_each_window_of_50_is_in_the_class_by_itself(statistics: CorpusStatistics, seed: int, known: bool) -> None:
    rng = np.random.default_rng(seed)
    for name in COUNTABLES:
        for word in CLASSES[name]:
            spec = PromptSpec(**{name: word})  # type: ignore[arg-type]
            for target in draw_targets(spec, 150, rng, statistics if known else EMPTY):
                assert class_of(name, getattr(target, name), 50) == word


def test_the_same_seed_draws_the_same_targets(statistics: CorpusStatistics) -> None:
    spec = PromptSpec("many", "some", None, "high")
    for known in (statistics, EMPTY):
        first = draw_targets(spec, 200, np.random.default_rng(5), known)
        assert draw_targets(spec, 200, np.random.default_rng(5), known) == first
        assert any(draw_targets(spec, 200, np.random.default_rng(seed), known) != first for seed in range(6, 9))


def test_without_statistics_open_attributes_stay_open_and_count_as_natural() -> None:
    target = draw_targets(PromptSpec(pipes=2), 50, np.random.default_rng(0), EMPTY)[0]
    assert target == Target(50, 2, None, None, None, None, None, natural=True)


def test_drawn_combinations_are_those_of_the_corpus() -> None:
    """The corpus has two kinds of windows: with many pipes and blocks, or with few of both."""
    rows = np.array([[7, 4, 200, 1, 1, 0], [0, 9, 40, 0, 0, 1]] * 20)
    for seed in range(10):
        full = draw_targets(PromptSpec(pipes="many"), 100, np.random.default_rng(seed), statistics_of(rows))
        bare = draw_targets(PromptSpec(pipes="no"), 100, np.random.default_rng(seed), statistics_of(rows))
        assert set(full) == {Target(50, 7, 4, 200, True, "underground", False)}
        assert set(bare) == {Target(50, 0, 9, 40, False, "overworld", True)}


def test_a_level_keeps_to_the_style_of_its_first_window() -> None:
    rows = np.array([[1, 1, 60, 0, 0, 0], [1, 1, 60, 0, 2, 0]] * 20)
    drawn = {draw_targets(PromptSpec(), 200, np.random.default_rng(seed), statistics_of(rows)) for seed in range(20)}
    assert {tuple({t.style for t in targets}) for targets in drawn} == {("overworld",), ("athletic",)}


def test_combinations_that_the_corpus_lacks_are_not_natural(statistics: CorpusStatistics) -> None:
    strange = PromptSpec(1000, 1000, "little", "low", "athletic")
    assert not any(t.natural for t in draw_targets(strange, 100, np.random.default_rng(0), statistics))
    assert all(t.natural for t in draw_targets(PromptSpec(), 100, np.random.default_rng(0), statistics))


@pytest.mark.parametrize("columns", [1, 50, 51, 130])
def test_a_level_meets_the_targets_taken_from_it(package_level: Level, columns: int) -> None:
    level = package_level[300 : 300 + columns]
    targets, start = targets_of(level), 0
    for target in targets:
        there = Features.of(level[start : start + target.columns])
        assert (target.pipes, target.enemies, target.blocks) == (there.pipes, there.enemies, there.blocks)
        assert (target.high, target.style) == (there.elevation == "high", there.style)
        start += target.columns
    assert start == columns
    assert targets_of(None) == ()
