from __future__ import annotations

import math

import pytest

from mariogpt_mcp.evaluation.free_text import FreePrompt
from mariogpt_mcp.evaluation.metrics import (
    Share,
    adherence,
    difficulty,
    free_text,
    likeness,
    prompt_diversity,
    speed,
    structure,
    unreported,
)
from mariogpt_mcp.evaluation.samples import LevelSample
from mariogpt_mcp.level.grid import HEIGHT, Level

FLAT = Level(tuple(["-" * 100] * (HEIGHT - 1) + ["X" * 100]))
PIPE = Level(tuple(["-" * 100] * (HEIGHT - 2) + ["--<>" + "-" * 96, "X" * 100]))


def test_a_share_has_wilsons_interval() -> None:
    low, high = Share(8, 10).interval
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Share(10, 10).interval[1] == pytest.approx(1)
    assert str(Share(1, 2)) == "50.0 % (9.5 to 90.5)"


def test_adherence_counts_levels_and_windows() -> None:
    samples = [
        LevelSample(PIPE, "little pipes, no enemies"),
        LevelSample(FLAT, "little pipes"),
        LevelSample(FLAT, "high elevation"),
    ]
    levels = adherence(samples, windows=False)
    assert levels == {"pipes": Share(1, 2), "enemies": Share(1, 1), "elevation": Share(0, 1)}
    windows = adherence(samples, windows=True)
    assert windows == {"pipes": Share(1, 4), "enemies": Share(2, 2), "elevation": Share(0, 2)}
    styled = [LevelSample(FLAT, "overworld style"), LevelSample(PIPE, "athletic style")]
    assert adherence(styled, windows=False) == {"style": Share(1, 2)}


def test_structure_counts_by_kind() -> None:
    rows = ["-" * 10] * (HEIGHT - 3) + ["--------E-", "-<----E---", "XXXX---XXX"]
    figures = structure([LevelSample(Level(tuple(rows)), unknown_tiles=3), LevelSample(FLAT)])
    assert figures["halves and unknown tiles a level"] == 2
    assert figures["enemies over nothing or walled in a level"] == 0.5
    assert (
        figures["enemies in the air a level"] == 1
    )  # two levels, one of them with two such enemies: over a gap, and with wings
    assert figures["other broken pipes and cannons a level"] == 0
    assert (figures["widest gap, mean"], figures["widest gap, worst"]) == (1.5, 3)


def test_difficulty_is_counted_in_100_columns() -> None:
    rows = ["-" * 50] * (HEIGHT - 2) + ["---X-E" + "-" * 44, "X" * 20 + "--" + "X" * 28]
    figures = difficulty([LevelSample(FLAT), LevelSample(Level(tuple(rows)))])
    assert figures == {
        "gaps in 100 columns, mean": 1,
        "gaps in 100 columns, standard deviation": 1,
        "enemies in 100 columns, mean": 1,
        "enemies in 100 columns, standard deviation": 1,
        "jumps in 100 columns, mean": 2,
        "jumps in 100 columns, standard deviation": 2,
    }


def test_free_text_counts_what_is_understood_and_met() -> None:
    prompts = [
        FreePrompt("no pipes", {"pipes": ("no",)}),
        FreePrompt("no pipes", {"pipes": ("no",)}),
        FreePrompt("no pipes", {"pipes": ("many",)}),
        FreePrompt("flurbs", {"pipes": ("many",)}),
    ]
    samples = [
        LevelSample(FLAT, met=True),
        LevelSample(PIPE, met=False),
        LevelSample(FLAT, met=True),
        LevelSample(FLAT, met=None),
    ]
    assert free_text(samples, prompts) == {
        "free-text prompts understood": Share(2, 4),
        "free-text prompts understood and met": Share(1, 4),
    }
    with pytest.raises(ValueError, match="zip"):
        free_text(samples[:2], prompts)


def test_a_miss_is_unreported_only_if_the_report_says_that_the_prompt_is_met() -> None:
    honest = [
        LevelSample(PIPE, "no pipes", met=False),
        LevelSample(FLAT, "no pipes", met=True),
        LevelSample(PIPE, "no pipes"),  # no report
        LevelSample(PIPE, "", met=True),
    ]
    assert unreported(honest) == 0
    wrong = [LevelSample(PIPE, "no pipes, low elevation", met=True), LevelSample(FLAT, "athletic", met=True)]
    assert unreported([*honest, *wrong]) == 2


@pytest.mark.parametrize(("ours", "theirs"), [(15, 60), (60, 15)])
def test_levels_narrower_than_a_window_have_no_distance_to_the_corpus(
    package_level: Level, ours: int, theirs: int
) -> None:
    samples = [LevelSample(package_level[:ours]), LevelSample(package_level[ours : 2 * ours])]
    figures = likeness(samples, [package_level[:60]], [package_level[:theirs]], False, 0)
    assert math.isnan(figures["memorised windows"])
    assert math.isnan(figures["nearest distance, mean"])


def test_likeness_of_the_corpus_with_itself(package_level: Level) -> None:
    corpus = [package_level[i : i + 150] for i in range(0, 1500, 150)]
    samples = [LevelSample(level) for level in corpus]
    figures = likeness(samples, corpus, corpus, True, 0)
    assert figures["pattern KL 2x2"] == pytest.approx(0)
    assert figures["memorised windows"] < 0.5
    copied = likeness(samples, corpus, corpus, False, 0)
    assert copied["memorised windows"] == 1
    assert copied["nearest distance, mean"] == 0
    assert copied["diversity, all levels"] > 0.1


def test_speed_is_left_out_if_no_time_was_measured() -> None:
    assert speed([LevelSample(FLAT)]) == {}
    assert speed([LevelSample(FLAT, seconds=1), LevelSample(FLAT, seconds=3)]) == {
        "seconds, median": 2,
        "seconds, worst": 3,
    }
    assert prompt_diversity([LevelSample(FLAT, "a"), LevelSample(FLAT, "a")], 0) == 0
