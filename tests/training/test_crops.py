from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.level.column_counts import column_counts
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.model.column.network import LEFT_COLUMNS
from mariogpt_mcp.model.conditioning import CONDITION_SIZES, UNKNOWN, Origin, conditions_of
from mariogpt_mcp.training.crops import Crop, CropSampler, Variation, cut

NAMES = list(CONDITION_SIZES)


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
        np.testing.assert_array_equal(crop.seen, left_of(crop))
        before = Level.from_ids(crop.before)
        assert before.rows == tuple(("-" * LEFT_COLUMNS + row)[start : start + LEFT_COLUMNS] for row in rows)


def left_of(crop: Crop) -> npt.NDArray[np.int64]:
    return np.concatenate([crop.before[-1:], crop.ids[:-1]])


def values(crop: Crop, name: str) -> set[int]:
    """The values of a condition in a crop."""
    return set(crop.conditions[:, NAMES.index(name)].tolist())


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 1.0]), st.sampled_from([0.0, 1.0]))
def test_mirrored_and_edited_crops_stay_valid(seed: int, mirror: float, edit: float) -> None:
    text = ["-" * 60] * 10 + ["-" * 20 + "<>" + "-" * 38, "-" * 20 + "[]" + "-" * 38, "-" * 60, "X" * 60]
    text[12] = "-" * 20 + "[]" + "----E" + "-" * 33
    level = Level(tuple(text))
    assert faults(level.ids) == []
    crop = CropSampler([level], 60, Variation(mirror=mirror, edit=edit)).draw(np.random.default_rng(seed))
    assert faults(crop.ids) == []


@given(st.integers(0, 2**32 - 1))
def test_a_mirrored_crop_is_the_level_from_right_to_left(seed: int) -> None:
    level = Level(("-" * 20,) * 11 + ("-<>-------E---------", "-[]--o--------------", "X" * 15 + "-" * 5))
    crop = CropSampler([level], 20, Variation(1, 0, 0, 0, 0, 0)).draw(np.random.default_rng(seed))
    rows = ("---------E-------<>-", "--------------o--[]-", "-----" + "X" * 15)
    assert Level.from_ids(crop.ids).rows[11:] == rows


@pytest.mark.parametrize(
    ("mirror", "edit", "origin"),
    [(0, 0, Origin.NATURAL), (1, 0, Origin.EDITED), (0, 1, Origin.EDITED), (1, 1, Origin.EDITED)],
)
def test_conditions_say_which_crops_are_mirrored_or_edited(
    package_level: Level, mirror: float, edit: float, origin: Origin
) -> None:
    crops = CropSampler([package_level[:150]], 50, Variation(mirror, edit, 0, 0, 0, 0.2))
    for seed in range(20):
        crop = crops.draw(np.random.default_rng(seed))
        assert values(crop, "origin") == {origin}
        # The end of a mirrored level was made as its start, so both distances are hidden.
        for name in ("from_start", "to_end"):
            assert (values(crop, name) == {UNKNOWN}) == bool(mirror)
        assert UNKNOWN not in values(crop, "gap") | values(crop, "style") | values(crop, "pipes_left")


def test_the_conditions_of_an_edited_crop_are_those_after_the_edit(package_level: Level) -> None:
    """The conditions of the last column of a window are exactly its numbers of pipes and enemies."""
    crops = CropSampler([package_level[:100]], 100, Variation(0, 1, 0, 0, 0, 0))
    different = 0
    for seed in range(20):
        crop = crops.draw(np.random.default_rng(seed))
        counts = column_counts(crop.ids)
        last = np.flatnonzero(crop.conditions[:, NAMES.index("columns_left")] == 1)
        for name, part in (("pipes_left", counts.pipes), ("enemies_left", counts.enemies)):
            np.testing.assert_array_equal(crop.conditions[last, NAMES.index(name)], 1 + part[last])
        different += (crop.ids != package_level[:100].ids).any()
    assert different > 10


def test_conditions_describe_the_crop(package_level: Level) -> None:
    level = package_level[:100]
    ids = level.ids.astype(np.int64)
    crop = cut(ids, 30, 50, [50, 50])
    expected = conditions_of(column_counts(ids), [50, 50])[30:80]
    np.testing.assert_array_equal(crop.conditions, expected)


def test_hiding_changes_only_conditions_and_corrupting_only_what_is_seen(package_level: Level) -> None:
    level = package_level[:200]
    hidden = CropSampler([level], 50, Variation(0, 0, hide_all=1, hide_one=0, corrupt=0)).draw(np.random.default_rng(0))
    assert not hidden.conditions.any()
    assert hidden.ids.any()
    right, wrong = (
        CropSampler([level], 50, Variation(0, 0, 0, 0, corrupt=share)).draw(np.random.default_rng(0))
        for share in (0, 0.5)
    )
    assert (wrong.seen != left_of(wrong)).mean() > 0.3
    for name in ("ids", "before", "conditions"):
        np.testing.assert_array_equal(getattr(wrong, name), getattr(right, name))


def test_a_count_and_its_pace_are_hidden_together(package_level: Level) -> None:
    crops = CropSampler([package_level[:200]], 50, Variation(0, 0, 0, hide_one=0.5, corrupt=0))
    rng = np.random.default_rng(0)
    seen: set[tuple[bool, ...]] = set()
    for _ in range(60):
        conditions = crops.draw(rng).conditions
        hidden = (conditions == UNKNOWN).all(0)
        # A condition is hidden in all columns of a crop or in none.
        assert (conditions[:, ~hidden] != UNKNOWN).all()
        by_name: dict[str, bool] = dict(zip(NAMES, hidden.tolist(), strict=True))
        for thing in ("pipes", "enemies"):
            assert by_name[f"{thing}_left"] == by_name[f"{thing}_pace"]
        seen.add(tuple(by_name.values()))
    assert len(seen) > 50  # each group is hidden independently
    assert all(len(set(states)) == 2 for states in zip(*seen, strict=True))


def test_a_short_level_is_followed_by_sky() -> None:
    level = Level(tuple(["-" * 10] * 13 + ["X" * 10]))
    crop = CropSampler([level], 16, Variation(0, 0, 0, 0, 0, 0)).draw(np.random.default_rng(0))
    assert crop.ids.shape == crop.seen.shape == (16, 14)
    assert crop.conditions.shape == (16, len(CONDITION_SIZES))
    assert not crop.ids[10:].any()
    assert not crop.conditions[10:].any()
