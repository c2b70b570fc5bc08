from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from mariogpt_mcp.check.repair import Change, mend
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.play.solver import Beaten, is_safe_start, solve
from tests.conftest import levels
from tests.play.ground import ground, pit, rolling, wall


def apply(level: Level, changes: list[Change]) -> Level:
    """The level with its listed changes made by hand."""
    rows = [list(row) for row in level.rows]
    for change in changes:
        assert rows[change.row - 1][change.column - 1] == change.before
        rows[change.row - 1][change.column - 1] = change.after
    return Level(tuple("".join(row) for row in rows))


def assert_good(level: Level) -> None:
    assert faults(level) == []
    assert isinstance(solve(level), Beaten)
    assert is_safe_start(level)


@pytest.mark.parametrize("level", [ground([1] * 30), pit(5), wall(4)])
def test_a_good_level_is_left_alone(level: Level) -> None:
    assert mend(level) == (level, [])


@pytest.mark.parametrize(
    ("level", "count", "why"),
    [
        (pit(13), 1, "nobody got past column"),
        (wall(6), 1, "nobody got past column"),
        (ground([1] * 30, {(9, 1): "[", (9, 2): "<", (10, 2): ">"}), 1, "half a pipe"),
        (ground([1] * 30, {(14, 1): "]"}), 1, "half a pipe"),
        (ground([1] * 30, {(14, 5): "b"}), 1, "cannon"),
        (ground([1] * 30, {(4, 1): "E"}), 1, "it reached the start"),
        (ground([0] + [1] * 29), 1, "nobody got past column 1"),
    ],
)
def test_one_thing_wrong_is_one_tile_changed(level: Level, count: int, why: str) -> None:
    mended, changes = mend(level)
    assert_good(mended)
    assert len(changes) == count
    assert why in changes[0].why
    assert apply(level, changes) == mended


def test_a_pit_of_thirty_columns_is_bridged() -> None:
    """It used to change the same tile to and fro until its patience ended."""
    level = ground([1] * 20 + [0] * 30 + [1] * 20)
    mended, changes = mend(level)
    assert_good(mended)
    assert len(changes) <= 20
    assert all(20 < change.column <= 50 for change in changes)


def test_a_wall_to_the_sky_is_opened() -> None:
    mended, changes = mend(ground([1] * 15 + [HEIGHT] * 2 + [1] * 15))
    assert_good(mended)
    assert {change.column for change in changes} <= {15, 16, 17}


def test_a_change_reads_as_a_sentence() -> None:
    _, [change] = mend(ground([1] * 30, {(4, 1): "E"}))
    assert str(change) == "row 13, column 5: E became - (it reached the start)"


@pytest.mark.slow
@settings(max_examples=5)
@given(levels.map(lambda level: level[:8]) | rolling(highest=8))
def test_whatever_comes_in_whole_levels_come_out(level: Level) -> None:
    mended, changes = mend(level)
    assert faults(mended) == []
    assert mended.columns == level.columns
    assert apply(level, changes) == mended
    assert len({(change.row, change.column) for change in changes}) == len(changes)
    assert len(changes) == np.count_nonzero(level.ids != mended.ids)
    assert mend(level) == (mended, changes)
