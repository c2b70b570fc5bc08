from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.level.column_counts import column_counts
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.style import STYLES, column_styles
from mariogpt_mcp.model.conditioning import (
    CONDITION_SIZES,
    MAX_EDGE_DISTANCE,
    MAX_OPEN_GAP,
    MAX_WINDOW,
    PACE_EDGES,
    RISE_EDGES,
    Countdown,
    Elevation,
    Origin,
    Target,
    conditions_of,
    pace_class,
)
from tests.conftest import levels

NAMES = list(CONDITION_SIZES)
SIZES = np.array(list(CONDITION_SIZES.values()))


@given(levels)
def test_conditions_are_in_range_and_count_down_to_the_last_column(level: Level) -> None:
    counts = column_counts(level.ids)
    first = -(-level.columns // 2)
    windows = [first, level.columns - first] if level.columns > 1 else [1]
    conditions = conditions_of(counts, windows)
    assert conditions.shape == (level.columns, len(CONDITION_SIZES))
    assert (conditions > 0).all()
    assert (conditions < SIZES).all()
    # The conditions of the last column are exactly what it contains.
    assert conditions[-1, 0] == 1 + min(int(counts.pipes[-1]), 10)
    assert conditions[-1, 4] == 1
    assert conditions[0, 5] == conditions[-1, 6] == 1
    np.testing.assert_array_equal(conditions[:, NAMES.index("style")], 1 + column_styles(counts)[0])
    np.testing.assert_array_equal(conditions[:, NAMES.index("deep")], 1 + column_styles(counts)[1])
    assert (conditions[:, NAMES.index("origin")] == Origin.NATURAL).all()
    gap = 0
    for value, solid in zip(conditions[:, NAMES.index("gap")], counts.solid, strict=True):
        assert value == 1 + min(gap, MAX_OPEN_GAP)
        gap = 0 if solid else gap + 1


def test_edited_levels_have_their_own_origin() -> None:
    counts = column_counts(Level(tuple(["-" * 8] * (HEIGHT - 1) + ["X" * 8])).ids)
    natural, edited = conditions_of(counts, [8]), conditions_of(counts, [8], natural=False)
    assert (edited[:, NAMES.index("origin")] == Origin.EDITED).all()
    different = (natural != edited).any(0)
    assert [name for name, differs in zip(NAMES, different, strict=True) if differs] == ["origin"]


def by_name(countdown: Countdown) -> dict[str, int]:
    return dict(zip(NAMES, countdown.conditions().tolist(), strict=True))


def test_a_countdown_counts_down() -> None:
    first = Target(2, pipes=3, enemies=1, blocks=10, high=True, style="underground", natural=False)
    countdown = Countdown([first, Target(30)])
    assert by_name(countdown) == {
        "pipes_left": 4,
        "enemies_left": 2,
        "block_density_left": 14,
        "elevation": Elevation.DUE + 1,  # two columns left
        "columns_left": 2,
        "from_start": 1,
        "to_end": MAX_EDGE_DISTANCE + 1,
        "pipes_pace": 2 + len(PACE_EDGES),
        "enemies_pace": 2 + 10,
        "style": 1 + STYLES.index("underground"),
        "origin": Origin.EDITED,
        "gap": 1,
        "deep": 0,
    }
    countdown.add(2, 1, 10, True, False)
    assert by_name(countdown) == {
        "pipes_left": 2,
        "enemies_left": 1,
        "block_density_left": 1,
        "elevation": Elevation.DONE,
        "columns_left": 1,
        "from_start": 2,
        "to_end": MAX_EDGE_DISTANCE + 1,
        "pipes_pace": 2 + len(PACE_EDGES),
        "enemies_pace": 1,
        "style": 1 + STYLES.index("underground"),
        "origin": Origin.EDITED,
        "gap": 2,
        "deep": 0,
    }
    countdown.add(5, 0, 0, False, False)
    # The next window leaves everything open; the gap continues.
    assert by_name(countdown) == {
        **dict.fromkeys(NAMES, 0),
        "columns_left": 30,
        "from_start": 3,
        "to_end": MAX_EDGE_DISTANCE + 1,
        "origin": Origin.NATURAL,
        "gap": 3,
        "deep": 0,
    }
    countdown.add(0, 0, 0, False, True)
    assert by_name(countdown)["gap"] == 1


def test_nothing_is_left_of_exceeded_targets() -> None:
    countdown = Countdown([Target(3, pipes=1, enemies=1, blocks=1, high=False)])
    countdown.add(4, 4, 40, False, True)
    assert countdown.conditions()[:4].tolist() == [1, 1, 1, Elevation.LOW]
    assert (by_name(countdown)["pipes_pace"], by_name(countdown)["enemies_pace"]) == (1, 1)


def test_the_elevation_counts_down_until_the_level_has_risen() -> None:
    countdown = Countdown([Target(50, high=True)])
    dues = []
    for _ in range(49):
        dues.append(by_name(countdown)["elevation"])
        countdown.add(0, 0, 0, False, True)
    assert dues == sorted(dues, reverse=True)
    assert set(dues) == set(range(Elevation.DUE + 1, Elevation.DUE + len(RISE_EDGES) + 1))
    assert by_name(countdown)["elevation"] == Elevation.DUE  # in the last column
    low = Countdown([Target(50, high=False)])
    low.add(0, 0, 0, True, True)
    assert by_name(low)["elevation"] == Elevation.LOW


@given(st.integers(0, 20), st.integers(1, MAX_WINDOW))
def test_the_pace_grows_with_fewer_columns_or_more_left(left: int, columns: int) -> None:
    here = pace_class(left, columns)
    assert 1 <= here < CONDITION_SIZES["pipes_pace"]
    assert (here == 1) == (left == 0)
    assert pace_class(left + 1, columns) >= here
    if columns > 1:
        assert pace_class(left, columns - 1) >= here
    assert pace_class(-3, columns) == 1


def test_wide_gaps_stay_in_range() -> None:
    countdown = Countdown([Target(40)])
    for _ in range(30):
        countdown.add(0, 0, 0, False, False)
    assert by_name(countdown)["gap"] == 1 + MAX_OPEN_GAP == CONDITION_SIZES["gap"] - 1


def test_targets_out_of_range_are_an_error() -> None:
    with pytest.raises(ValueError, match="1 to 64"):
        Countdown([Target(65)])
    with pytest.raises(ValueError, match="1 to 64"):
        Countdown([])
