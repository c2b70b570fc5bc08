from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.counts import column_counts
from mariogpt_mcp.level import Level
from mariogpt_mcp.model.conditions import CONDITION_SIZES, describe
from mariogpt_mcp.structure import faults
from mariogpt_mcp.training.windows import CropSampler, Variation, cut


def test_crops_are_pieces_of_their_level(package_level: Level) -> None:
    level = package_level[:300]
    crops, rng = CropSampler([level], 40, Variation(0, 0, 0, 0, 0, 0.5)), np.random.default_rng(0)
    text = level.text()
    rows = text.split("\n")
    for _ in range(30):
        crop = crops.draw(rng)
        piece = Level.from_ids(crop.ids)
        start = next(s for s in range(261) if all(r[s : s + 40] == p for r, p in zip(rows, piece.rows, strict=True)))
        assert crop.fresh == (start == 0) or rows[0][:40] == piece.rows[0]
        np.testing.assert_array_equal(crop.left[1:], crop.ids[:-1])
        np.testing.assert_array_equal(crop.seen, crop.left)


@given(st.integers(0, 2**32 - 1))
def test_mirrored_and_raised_crops_stay_whole(seed: int) -> None:
    text = ["-" * 60] * 10 + ["-" * 20 + "<>" + "-" * 38, "-" * 20 + "[]" + "-" * 38, "-" * 60, "X" * 60]
    text[12] = "-" * 20 + "[]" + "----E" + "-" * 33
    level = Level(tuple(text))
    assert faults(level) == []
    crop = CropSampler([level], 60, Variation(mirror=1, raise_ground=0.5)).draw(np.random.default_rng(seed))
    assert faults(Level.from_ids(crop.ids)) == []


def test_conditions_describe_the_crop(package_level: Level) -> None:
    level = package_level[:100]
    ids = level.ids.astype(np.int64)
    crop = cut(ids, 30, 50, [50, 50])
    expected = describe(column_counts(ids), [50, 50])[30:80]
    np.testing.assert_array_equal(crop.conditions, expected)


def test_hiding_and_corrupting_touch_only_what_they_should(package_level: Level) -> None:
    level = package_level[:200]
    hidden = CropSampler([level], 50, Variation(0, 0, hide_all=1, hide_one=0, corrupt=0)).draw(np.random.default_rng(0))
    assert not hidden.conditions.any()
    wrong = CropSampler([level], 50, Variation(0, 0, 0, 0, corrupt=0.5)).draw(np.random.default_rng(0))
    assert (wrong.seen != wrong.left).mean() > 0.3
    np.testing.assert_array_equal(wrong.left[1:], wrong.ids[:-1])


def test_a_short_level_is_followed_by_sky() -> None:
    level = Level(tuple(["-" * 10] * 13 + ["X" * 10]))
    crop = CropSampler([level], 16, Variation(0, 0, 0, 0, 0, 0)).draw(np.random.default_rng(0))
    assert crop.ids.shape == crop.left.shape == (16, 14)
    assert crop.conditions.shape == (16, len(CONDITION_SIZES))
    assert not crop.ids[10:].any()
    assert not crop.conditions[10:].any()
