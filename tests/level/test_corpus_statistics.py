from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, STRIDE, CorpusStatistics, WindowCounts, WindowRequest
from mariogpt_mcp.level.features import COUNTABLES, WINDOW, Countable, Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.style import STYLES, Style
from mariogpt_mcp.level.tiles import SYMBOLS, TILES
from tests.level.statistics_of import statistics_of

Ranges = Mapping[Countable, tuple[int, int]]

bounds = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(lambda pair: (min(pair), max(pair)))
ranges: st.SearchStrategy[dict[Countable, tuple[int, int]]] = st.dictionaries(st.sampled_from(COUNTABLES), bounds)
highs = st.none() | st.booleans()
styles = st.none() | st.sampled_from(STYLES)
seeds = st.integers(0, 2**32 - 1)

# Pipes, enemies, blocks, high, style, deep.
WINDOWS = np.array([[2, 5, 100, 1, 0, 0]] * 5 + [[8, 1, 200, 0, 1, 0]] * 4)


def draw(statistics: CorpusStatistics, request: WindowRequest | None = None, seed: int = 0) -> WindowCounts:
    window = statistics.draw(request or WindowRequest(WINDOW), np.random.default_rng(seed))
    assert window is not None
    return window


def test_its_windows_are_the_features_statistics_of(package_level: Level) -> None:
    # A pipe on the edge counts where its left half is: the window's features would miss it.
    level = package_level[:200]
    starts = range(0, 151, STRIDE)
    rows = CorpusStatistics.of([level]).windows
    assert len(rows) == len(starts)
    for start, (pipes, enemies, blocks, high, style, deep) in zip(starts, rows, strict=True):
        features = Features.of(level[start : start + WINDOW])
        cut = sum(row[start + WINDOW - 1 : start + WINDOW + 1] == "<>" for row in level.rows)
        assert (pipes, enemies, blocks) == (features.pipes + cut, features.enemies, features.blocks)
        assert (high, STYLES[style]) == (features.elevation == "high", features.style)
        ground = level.ids[start : start + WINDOW, :2]
        assert deep == (IS_SOLID[ground].all(1).sum() >= WINDOW / 2)


def test_levels_are_counted_one_after_the_other(package_level: Level) -> None:
    one, other = package_level[:120], package_level[500:600]
    together = CorpusStatistics.of([one, other]).windows
    np.testing.assert_array_equal(
        together, np.concatenate([CorpusStatistics.of([one]).windows, CorpusStatistics.of([other]).windows])
    )
    assert len(CorpusStatistics.of([package_level[:49]]).windows) == 0


@given(ranges, highs, styles, st.integers(1, 64), seeds)
def test_what_is_drawn_lies_within_its_ranges(
    statistics: CorpusStatistics, ranges: Ranges, high: bool | None, style: Style | None, columns: int, seed: int
) -> None:
    window = draw(statistics, WindowRequest(columns, ranges, high, style), seed)
    assert set(window.counts) == set(COUNTABLES)
    for name, count in window.counts.items():
        low, most = ranges.get(name, (0, 14 * columns))
        assert low <= count <= most
    assert window.high == high or high is None
    assert window.style == style or style is None


@given(ranges, highs, styles, seeds)
def test_the_same_seed_draws_the_same(
    statistics: CorpusStatistics, ranges: Ranges, high: bool | None, style: Style | None, seed: int
) -> None:
    request = WindowRequest(WINDOW, ranges, high, style)
    assert draw(statistics, request, seed) == draw(statistics, request, seed)


def test_different_seeds_draw_different_windows(statistics: CorpusStatistics) -> None:
    drawn = [draw(statistics, WindowRequest(WINDOW, {"pipes": (3, 5)}), seed) for seed in range(10)]
    assert any(window != drawn[0] for window in drawn)


@given(styles, highs, seeds)
def test_a_window_that_meets_the_request_is_unchanged(
    statistics: CorpusStatistics, style: Style | None, high: bool | None, seed: int
) -> None:
    """A request that some window of the corpus meets gets such a window unchanged."""
    window = draw(statistics, WindowRequest(WINDOW, high=high, style=style), seed)
    row = [*(window.counts[name] for name in COUNTABLES), int(window.high), STYLES.index(window.style)]
    seen = (statistics.windows[:, :5] == row).all(1).any()
    wanted = (statistics.windows[:, 3] == high) | (high is None)
    if style is not None:
        wanted = wanted & (statistics.windows[:, 4] == STYLES.index(style))
    assert seen == wanted.any()
    assert window.natural == wanted.any()


def test_counts_that_occur_together_are_kept_and_others_drawn_from_their_range() -> None:
    statistics = statistics_of(WINDOWS)
    for seed in range(20):
        window = draw(statistics, WindowRequest(WINDOW, {"pipes": (5, 9)}), seed)
        assert (window.counts, window.high, window.style) == (
            {"pipes": 8, "enemies": 1, "blocks": 200},
            False,
            "underground",
        )
    both = [draw(statistics, WindowRequest(WINDOW, {"pipes": (3, 7)}), seed) for seed in range(40)]
    assert {window.counts["pipes"] for window in both} == set(range(3, 8))


def test_only_what_a_window_of_the_corpus_meets_is_natural() -> None:
    statistics = statistics_of(WINDOWS)
    for pipes, natural in ((2, True), (8, True), (5, False)):
        assert draw(statistics, WindowRequest(WINDOW, {"pipes": (pipes, pipes)})).natural is natural
    # Both counts occur, but not together.
    assert not draw(statistics, WindowRequest(WINDOW, {"pipes": (2, 2), "enemies": (1, 1)})).natural
    assert not draw(statistics, WindowRequest(WINDOW, {"pipes": (2, 2)}, high=False)).natural
    assert not draw(statistics, WindowRequest(WINDOW, {"pipes": (2, 2)}, style="underground")).natural
    assert not draw(statistics, WindowRequest(WINDOW, style="athletic")).natural


def test_style_is_kept_before_counts() -> None:
    """No underground window has 2 pipes: the nearest underground one is taken, and its pipes are replaced."""
    window = draw(statistics_of(WINDOWS), WindowRequest(WINDOW, {"pipes": (2, 2)}, style="underground"))
    assert (window.counts, window.style, window.natural) == (
        {"pipes": 2, "enemies": 1, "blocks": 200},
        "underground",
        False,
    )


def test_counts_are_scaled_to_the_requested_width() -> None:
    assert draw(statistics_of(WINDOWS[:5]), WindowRequest(20)).counts == {"pipes": 1, "enemies": 2, "blocks": 40}


def test_an_unbounded_request_stays_common() -> None:
    """The class "many" has no upper end: what no window has is drawn from what windows have at most."""
    statistics = statistics_of(np.array([[n, n, 60 + n, 0, 0, 0] for n in range(10)]))
    for seed in range(20):
        drawn = draw(statistics, WindowRequest(WINDOW, {"pipes": (20, 700), "enemies": (0, 700)}), seed)
        assert drawn.counts["pipes"] == 20
        drawn = draw(statistics, WindowRequest(WINDOW, {"blocks": (0, 59)}), seed)
        assert drawn.counts["blocks"] == 59


def test_empty_statistics_draw_nothing() -> None:
    statistics = CorpusStatistics.of([])
    assert statistics.is_empty
    assert statistics.windows.shape == (0, 6)
    assert statistics.draw(WindowRequest(WINDOW, {"pipes": (1, 2)}, True, "athletic"), np.random.default_rng(0)) is None


def test_it_is_read_back_from_its_text(statistics: CorpusStatistics, tmp_path: Path) -> None:
    path = tmp_path / STATISTICS_FILE
    for known in (statistics, CorpusStatistics.of([])):
        known.save(path)
        np.testing.assert_array_equal(CorpusStatistics.load(path).windows, known.windows)
        np.testing.assert_array_equal(CorpusStatistics.load(path).tile_counts, known.tile_counts)
    statistics.save(path)
    request = WindowRequest(WINDOW, {"pipes": (3, 5)})
    assert draw(CorpusStatistics.load(path), request, 1) == draw(statistics, request, 1)
    assert len(path.read_text().splitlines()) == len(statistics.windows) + HEIGHT + 4


def damaged(windows: str = "[]", tiles: str | None = None) -> str:
    counts = str(np.ones((HEIGHT, len(TILES)), dtype=int).tolist())
    return f'{{"windows": {windows}, "tiles": {tiles or counts}}}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[[1, 2, 3]]",
        "null",
        damaged("[[1, 2, 3]]"),
        damaged("[[1, 2, 3, 4], [5]]"),
        damaged('["a"]'),
        damaged("[[1, 2, 3, 0, 9, 0]]"),
        damaged("[[1, -2, 3, 0, 1, 0]]"),
        damaged(f"[[1, 2, {10**30}, 0, 1, 0]]"),
        damaged(tiles="[1, 2]"),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / STATISTICS_FILE).write_text(text)
    with pytest.raises(MarioGPTError, match=r"census\.json of the checkpoint is damaged"):
        CorpusStatistics.load(tmp_path / STATISTICS_FILE)
    with pytest.raises(MarioGPTError, match="damaged"):
        CorpusStatistics.load(tmp_path)


def test_the_depth_of_the_ground_decides_among_equally_near_windows() -> None:
    statistics = statistics_of(np.array([[2, 5, 100, 1, 0, 0], [2, 5, 100, 1, 0, 1], [8, 1, 200, 0, 0, 1]]))
    for seed in range(20):
        for deep in (False, True):
            assert draw(statistics, WindowRequest(WINDOW, {"pipes": (0, 3)}, deep=deep), seed).deep is deep
        assert draw(statistics, WindowRequest(WINDOW, {"pipes": (8, 8)}, deep=False), seed).natural
    any_depth = WindowRequest(WINDOW, {"pipes": (0, 3)})
    assert {draw(statistics, any_depth, seed).deep for seed in range(20)} == {False, True}


def test_a_level_is_surprising_where_only_it_is_solid(package_level: Level) -> None:
    statistics = CorpusStatistics.of([package_level])
    assert statistics.tile_counts.sum() == package_level.columns * HEIGHT
    sky = SYMBOLS[0]
    flat = Level(tuple([sky * 50] * (HEIGHT - 1) + ["X" * 50]))
    roof = Level(tuple(["S" * 50] + [sky * 50] * (HEIGHT - 2) + ["X" * 50]))
    upside_down = Level(tuple(["X" * 50] + [sky * 50] * (HEIGHT - 1)))
    assert 0 < statistics.surprise(flat) < statistics.surprise(package_level) < statistics.surprise(roof)
    assert statistics.surprise(roof) < statistics.surprise(upside_down)
    bricks = Level(tuple([sky * 50] * (HEIGHT - 1) + ["S" * 50]))
    assert statistics.surprise(bricks) == statistics.surprise(flat)
