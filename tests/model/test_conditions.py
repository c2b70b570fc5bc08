from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from mariogpt_mcp.counts import column_counts
from mariogpt_mcp.level import Level
from mariogpt_mcp.model.conditions import CONDITION_SIZES, EDGE, Countdown, High, Target, describe
from tests.conftest import levels


@given(levels)
def test_conditions_stay_in_their_range_and_end_with_nothing_left(level: Level) -> None:
    counts = column_counts(level.ids)
    first = -(-level.columns // 2)
    windows = [first, level.columns - first] if level.columns > 1 else [1]
    conditions = describe(counts, windows)
    assert conditions.shape == (level.columns, len(CONDITION_SIZES))
    assert (conditions > 0).all()
    assert (conditions < np.array(list(CONDITION_SIZES.values()))).all()
    # The last column is told exactly what it holds.
    assert conditions[-1, 0] == 1 + min(int(counts.pipes[-1]), 10)
    assert conditions[-1, 4] == 1
    assert conditions[0, 5] == conditions[-1, 6] == 1


def test_a_countdown_counts_down() -> None:
    countdown = Countdown([Target(2, pipes=3, enemies=1, blocks=10, high=True), Target(30)])
    assert countdown.conditions().tolist() == [4, 2, 14, High.DUE, 2, 1, EDGE + 1]
    countdown.add(2, 1, 10, True)
    assert countdown.conditions().tolist() == [2, 1, 1, High.DONE, 1, 2, EDGE + 1]
    countdown.add(5, 0, 0, False)
    assert countdown.conditions().tolist() == [0, 0, 0, 0, 30, 3, EDGE + 1]


def test_more_than_asked_for_is_nothing_left() -> None:
    countdown = Countdown([Target(3, pipes=1, enemies=1, blocks=1, high=False)])
    countdown.add(4, 4, 40, False)
    assert countdown.conditions()[:4].tolist() == [1, 1, 1, High.LOW]


def test_targets_must_fit_a_countdown() -> None:
    with pytest.raises(ValueError, match="1 to 64"):
        Countdown([Target(65)])
    with pytest.raises(ValueError, match="1 to 64"):
        Countdown([])
