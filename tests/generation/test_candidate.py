from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mariogpt_mcp.generation.candidate import COMFORTABLE_GAP, Candidate, Rank
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import KeptColumns, Request
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.play.solver import is_safe_start, solve
from tests.play.ground import ground


def test_the_least_common_of_equal_candidates_is_kept_and_at_low_temperatures_the_most_common(
    generator: MarioGPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The prompt is empty, so all seven candidates are equally good, whatever their gaps."""
    seen: list[float] = []
    surprise = CorpusStatistics.surprise

    def watched(statistics: CorpusStatistics, level: Level) -> float:
        seen.append(surprise(statistics, level))
        return seen[-1]

    monkeypatch.setattr(CorpusStatistics, "surprise", watched)
    monkeypatch.setattr("mariogpt_mcp.generation.candidate.COMFORTABLE_GAP", 100)
    # The loader is shared by all tests.
    flat = CorpusStatistics.of([Level(tuple(["-" * 50] * 13 + ["X" * 50]))])
    monkeypatch.setattr(generator.loader, "_statistics", flat)
    for temperature, extreme in ((1.0, max), (0.3, min)):
        seen.clear()
        made = generator.generate("", level_size=300, seed=3, temperature=temperature)
        assert len(set(seen)) > 1
        assert surprise(generator.loader.statistics, made.level) == extreme(seen)


def candidate(level: Level, prompt: str = "", kept: KeptColumns | None = None) -> Candidate:
    """A candidate whose new columns are the whole level, or those between the kept columns."""
    request = Request.check(prompt, 1399, 1.0, 1)
    if kept is not None:
        after = 0 if kept.after is None else kept.after.columns
        request = replace(request, kept=kept, columns=level.columns - kept.first - after)
    else:
        request = replace(request, columns=level.columns)
    return Candidate(level, request, CorpusStatistics.of([]))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Rank(0, 9, 9.0, 9, 9.0), Rank(1, 0, 0.0, 0, 0.0)),
        (Rank(0, 0, 9.0, 9, 9.0), Rank(0, 1, 0.0, 0, 0.0)),
        (Rank(0, 1, 0.5, 9, 9.0), Rank(0, 1, 0.6, 0, 0.0)),
        (Rank(0, 0, 0.0, 0, 9.0), Rank(0, 0, 0.0, 1, 0.0)),
        (Rank(0, 0, 0.0, 0, -0.2), Rank(0, 0, 0.0, 0, -0.1)),
    ],
)
def test_the_first_difference_decides(better: Rank, worse: Rank) -> None:
    assert better < worse


def test_the_rank_counts_what_is_missed_and_wide_gaps() -> None:
    level = ground([1] * 20 + [0] * (COMFORTABLE_GAP + 2) + [1] * 21)
    rank = candidate(level, "2 pipes, no enemies").rank
    assert (rank.broken, rank.missed, rank.shortfall, rank.wide_gap) == (0, 1, 1.0, 2)


def test_only_faults_that_new_columns_bring_count() -> None:
    half = ground([1] * 10, {(4, 1): "<"})
    right = ground([1] * 10)
    new = ground([1] * 10, {(9, 1): "["})  # half a pipe
    level = ground([1] * 10) + new + right
    assert candidate(level, kept=KeptColumns(ground([1] * 10), right, "id")).rank.broken > 0
    assert candidate(half + ground([1] * 10) + right, kept=KeptColumns(half, right, "id")).rank.broken == 0


def test_each_fact_is_found_once(monkeypatch: pytest.MonkeyPatch, generator: MarioGPT) -> None:
    """Earlier, a level was counted twice, checked for faults twice, and tested for a safe start up to three times."""
    calls: Counter[str] = Counter()

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            calls[name] += 1
            return function(*arguments)

        return call

    for name, function in (("faults", faults), ("is_safe_start", is_safe_start), ("solve", solve)):
        monkeypatch.setattr(f"mariogpt_mcp.generation.candidate.{name}", counted(name, function))
    flat = ground([1] * 50)
    monkeypatch.setattr(
        "mariogpt_mcp.generation.candidate_search.sample", lambda *arguments, **options: np.stack([flat.ids] * 7)
    )
    report = generator.generate("", level_size=700, seed=1).report
    assert report.beatable.beaten
    assert calls == {"faults": 1, "is_safe_start": 1, "solve": 1}
