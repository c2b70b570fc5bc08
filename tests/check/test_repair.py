from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings

from mariogpt_mcp.check import repair
from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.check.repair import repair_level
from mariogpt_mcp.hooks import Hooks, Stopped
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.height import parse_any_height
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.solver import ENDED, QUICK, Stuck, is_safe_start, solve
from mariogpt_mcp.report.reports import Change
from tests.conftest import levels
from tests.play.ground import ground, pit, rolling, wall


def apply(level: Level, changes: list[Change]) -> Level:
    """The level after its listed changes."""
    rows = [list(row) for row in level.rows]
    for change in changes:
        assert rows[change.row - 1][change.column - 1] == change.before
        rows[change.row - 1][change.column - 1] = change.after
    return Level(tuple("".join(row) for row in rows))


def assert_good(level: Level) -> None:
    assert faults(level.ids) == []
    assert isinstance(solve(level.ids), Beaten)
    assert is_safe_start(level.ids)


@pytest.mark.parametrize("level", [ground([1] * 30), pit(5), wall(4)])
def test_a_good_level_is_left_alone(level: Level) -> None:
    repaired = repair_level(level)
    assert (repaired.level, repaired.changes) == (level, [])


@pytest.mark.parametrize(
    ("level", "count", "why"),
    [
        (pit(13), 1, "no run got past column"),
        (wall(6), 1, "no run got past column"),
        (ground([1] * 30, {(9, 1): "[", (9, 2): "<", (10, 2): ">"}), 1, "half a pipe"),
        (ground([1] * 30, {(14, 1): "]"}), 1, "half a pipe"),
        (ground([1] * 30, {(14, 5): "b"}), 1, "cannon"),
        (ground([1] * 30, {(4, 1): "E"}), 1, "the enemy reached the start"),
        (ground([0] + [1] * 29), 1, "no run got past column 1"),
    ],
)
def test_one_fault_is_repaired_with_one_tile(level: Level, count: int, why: str) -> None:
    repaired = repair_level(level)
    fixed, changes = repaired.level, repaired.changes
    assert_good(fixed)
    assert len(changes) == count
    assert why in changes[0].why
    assert apply(level, changes) == fixed


STEPPING_STONES = parse_any_height(
    """
------X-----------------
------------------------
-----------------X------
------------------------
------X-----------------
------------------------
------------------------
XXXX----------------XXXX
"""
).level
"""Only the thorough searches beat it, not the quick ones."""


def test_a_level_that_only_the_thorough_solver_beats_is_left_alone() -> None:
    """Earlier, a repair used only the quick searches, and changed levels that a check could beat."""
    level = STEPPING_STONES
    assert not isinstance(solve(level.ids, QUICK), Beaten)
    run = solve(level.ids)
    assert isinstance(run, Beaten)
    repaired = repair_level(level)
    assert (repaired.level, repaired.changes, repaired.run) == (level, [], run)


NEEDS_AN_ENEMY = Level.parse("""
S---->-
B---<--
-------
----[->
--?E-E-
>---o--
---ESS-
--o--XE
----B--
------X
[---E-?
---S--<
-<-<->-
XXXXXXX
""")
"""When it is valid, a run must jump on an enemy. A repair removes this enemy, because it reaches the start."""


def test_the_run_of_a_repaired_level_is_on_the_repaired_level() -> None:
    repaired = repair_level(pit(13))
    assert isinstance(repaired.run, Beaten)
    assert repaired.run.replay.wins(repaired.level)


def test_a_level_is_made_passable_again_after_an_enemy_was_removed() -> None:
    assert_good(repair_level(NEEDS_AN_ENEMY).level)


@pytest.mark.parametrize("level", [pit(13), wall(6), NEEDS_AN_ENEMY])
def test_a_check_of_a_repaired_level_finds_the_same_run(level: Level) -> None:
    repaired = repair_level(level)
    assert repaired.run == solve(repaired.level.ids)


def test_a_pit_of_thirty_columns_is_bridged() -> None:
    """Earlier, a repair changed the same tile back and forth until it had no steps left."""
    level = ground([1] * 20 + [0] * 30 + [1] * 20)
    repaired = repair_level(level)
    fixed, changes = repaired.level, repaired.changes
    assert_good(fixed)
    assert len(changes) <= 20
    assert all(20 < change.column <= 50 for change in changes)


def test_a_wall_to_the_sky_is_opened() -> None:
    repaired = repair_level(ground([1] * 15 + [HEIGHT] * 2 + [1] * 15))
    fixed, changes = repaired.level, repaired.changes
    assert_good(fixed)
    assert {change.column for change in changes} <= {15, 16, 17}


def test_a_change_reads_as_a_sentence() -> None:
    [change] = repair_level(ground([1] * 30, {(4, 1): "E"})).changes
    assert str(change) == "row 13, column 5: E became - (the enemy reached the start)"


@pytest.mark.slow
@settings(max_examples=5)
@given(levels.map(lambda level: level[:8]) | rolling(highest=8))
def test_every_level_becomes_valid(level: Level) -> None:
    repaired = repair_level(level)
    fixed, changes = repaired.level, repaired.changes
    assert faults(fixed.ids) == []
    assert fixed.columns == level.columns
    assert apply(level, changes) == fixed
    assert len({(change.row, change.column) for change in changes}) == len(changes)
    assert len(changes) == np.count_nonzero(level.ids != fixed.ids)
    assert repair_level(level) == repaired


def noise(columns: int) -> Level:
    return Level.from_ids(np.random.default_rng(7).integers(0, len(SYMBOLS), (columns, HEIGHT)))


def test_a_repair_that_reaches_its_limit_returns_what_it_achieved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "MAX_WORK", 60_000)
    level = noise(60)
    repaired = repair_level(level)
    assert repaired.ended
    assert isinstance(repaired.run, Stuck)
    assert repaired.run.reason == ENDED
    assert faults(repaired.level.ids) == []
    assert apply(level, repaired.changes) == repaired.level
    report = check_level(level.text(), repair=True).report
    assert not report.beatable.beaten
    assert report.notes == [
        f"the repair ended at its limit, after {len(report.changes)} changes; "
        "repair the level in parts, for example of 100 columns"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("columns", [200, 1000])
def test_long_noise_is_repaired_or_said_not_to_be(columns: int) -> None:
    level = noise(columns)
    repaired = repair_level(level)
    assert faults(repaired.level.ids) == []
    assert apply(level, repaired.changes) == repaired.level
    assert repaired.ended == isinstance(repaired.run, Stuck)
    if isinstance(repaired.run, Beaten):
        assert isinstance(solve(repaired.level.ids), Beaten)


def test_a_repair_is_stopped_by_its_flag() -> None:
    stop = threading.Event()
    calls: list[int] = []

    def progress(done: int, total: int) -> None:
        calls.append(done)
        if len(calls) == 40:
            stop.set()

    with pytest.raises(Stopped):
        repair_level(noise(30), Hooks(progress, stop=stop))
    assert len(calls) == 40
