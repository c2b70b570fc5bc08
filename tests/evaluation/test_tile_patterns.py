from __future__ import annotations

import math

import numpy as np
import pytest

from mariogpt_mcp.evaluation.tile_patterns import (
    COPIED,
    diversity,
    nearest_distances,
    pattern_counts,
    pattern_divergence,
)
from mariogpt_mcp.level.grid import Level


def test_patterns_are_counted_at_every_place() -> None:
    ids = np.zeros((5, 14), dtype=np.uint8)
    ids[2, 3] = 1
    counts = pattern_counts([ids], 2)
    assert sum(counts.values()) == 4 * 13
    assert sorted(counts.values()) == [1, 1, 1, 1, 48]
    assert pattern_counts([ids[:1]], 2) == {}
    assert pattern_counts([ids, ids], 2)[0] == 96


def test_the_divergence_is_zero_for_equal_sets_and_largest_for_noise(package_level: Level) -> None:
    originals = [package_level[i : i + 200].ids for i in range(0, 2000, 200)]
    others = [package_level[i : i + 200].ids for i in range(3000, 5000, 200)]
    noise = [np.random.default_rng(i).integers(0, 13, (200, 14)) for i in range(10)]
    assert pattern_divergence(originals, originals, 3) == pytest.approx(0)
    assert 0 < pattern_divergence(others, originals, 3) < pattern_divergence(noise, originals, 3)
    assert pattern_divergence(others, originals, 2) < pattern_divergence(others, originals, 4)


def test_a_copy_is_found_and_a_level_is_not_compared_with_itself(package_level: Level) -> None:
    corpus = [package_level[i : i + 200].ids for i in (0, 500, 1000)]
    assert (nearest_distances([corpus[1][30:90]], corpus, 10) == 0).all()
    distances = nearest_distances(corpus, corpus, 10, leave_own_out=True)
    assert len(distances) == 3 * 19
    assert (distances > COPIED).mean() > 0.8


def test_a_few_changed_tiles_are_still_a_copy(package_level: Level) -> None:
    corpus = [package_level[:200].ids]
    changed = corpus[0][40:60].copy()
    places = np.argwhere(changed != 0)
    changed[tuple(places[0])] = 0
    distance = nearest_distances([changed], corpus, 10)
    assert distance == pytest.approx([1 / len(places)])


def test_diversity_is_the_share_of_tiles_that_differ() -> None:
    ground, sky = np.ones((10, 14), dtype=np.int64), np.zeros((10, 14), dtype=np.int64)
    rng = np.random.default_rng(0)
    assert diversity([ground, sky], 10, 20, rng) == 1
    assert diversity([sky, sky, sky], 10, 20, rng) == 0
    assert math.isnan(diversity([sky, sky[:5]], 10, 20, rng))
