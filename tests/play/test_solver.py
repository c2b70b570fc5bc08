from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.solver import QUICK, THOROUGH, Stuck, is_safe_start, solve
from tests.play.ground import beaten, ground, pit, rolling, tunnel, wall, wild_levels

EMPTY = "nothing to stand on"


def stuck(level: Level) -> Stuck:
    run = solve(level.ids, QUICK)
    assert isinstance(run, Stuck)
    return run


def verdict(level: Level) -> tuple[object, ...]:
    run = solve(level.ids, QUICK)
    if isinstance(run, Beaten):
        return run.replay.text, run.path, run.difficulty, run.states_made
    return run.reason, run.states_made, run.furthest.x, run.furthest.frame


@pytest.mark.parametrize(
    "level", [ground([1] * 30), pit(10), wall(4), tunnel(2), ground([1] * 2), ground([8, 4, 1, 0, 1])]
)
def test_levels_inside_the_limits_are_beaten(level: Level) -> None:
    run = beaten(level)
    assert run.replay.wins(level)
    assert run.path
    assert run.states_made > 0


@pytest.mark.parametrize(
    ("level", "column", "reason"),
    [
        (pit(14), 20, f"columns have {EMPTY}"),
        (wall(5), 15, "too high, too narrow or too far"),
        (tunnel(1), 12, "too high, too narrow or too far"),
        (ground([1] * 20 + [14]), 20, "too high, too narrow or too far"),
        (ground([0, 1, 1]), 1, f"the first column has {EMPTY}"),
    ],
)
def test_impossible_levels_are_reported_with_column_and_reason(level: Level, column: int, reason: str) -> None:
    run = stuck(level)
    assert column <= run.column <= column + 1
    assert reason in run.reason
    assert not run.reason.endswith(".")


def test_enemies_are_the_reason_if_they_stop_mario() -> None:
    assert stuck(ground([1] * 20, {(0, 1): "E"})).reason == "because of enemies (without them it can be beaten)"


@given(rolling(columns=(20, 30)), st.integers(1, 40), st.integers(1, 3))
@settings(max_examples=15)
def test_a_wall_to_the_sky_is_never_passed(level: Level, place: int, width: int) -> None:
    """No ground is near that is high enough for a jump over the top."""
    column = min(place, level.columns - 1)
    blocked = level[:column] + ground([HEIGHT] * width) + level[column:]
    run = solve(blocked.ids, QUICK)
    assert isinstance(run, Stuck)
    assert run.column <= column + 1


@given(rolling())
@settings(max_examples=20)
def test_a_filled_pit_stops_no_run(level: Level) -> None:
    filled = Level((*level.rows[:-1], "X" * level.columns))
    before, after = solve(level.ids, QUICK), solve(filled.ids, QUICK)
    if isinstance(before, Beaten) and isinstance(after, Stuck):
        assert EMPTY not in after.reason


@given(wild_levels | rolling())
@settings(max_examples=15)
def test_a_level_that_was_written_and_read_gets_the_same_verdict(level: Level) -> None:
    again = Level.parse(level.text() + "\n")
    assert verdict(level) == verdict(level) == verdict(again)


def test_the_thorough_solver_finds_the_runs_of_the_quick_one() -> None:
    assert THOROUGH[: len(QUICK)] == QUICK
    level = ground([1] * 20 + [4] * 3 + [1] * 10, {(15, 1): "E"})
    assert solve(level.ids) == solve(level.ids, QUICK)


def test_states_are_counted_up_to_the_budget() -> None:
    run = stuck(wall(5))
    assert run.states_made <= sum(states * 50 + 8 for _, states in QUICK)


@pytest.mark.parametrize(
    ("level", "safe"),
    [
        (ground([1] * 20), True),
        (ground([1] * 20, {(18, 1): "E"}), True),
        (ground([1] * 20, {(4, 1): "E"}), False),
        (ground([2] + [1] * 19, {(4, 1): "E"}), True),
        (ground([0] + [1] * 19), False),
    ],
)
def test_a_start_is_safe_if_mario_can_stand_there_for_two_seconds(level: Level, safe: bool) -> None:
    assert is_safe_start(level.ids) == safe
