from __future__ import annotations

import pytest
from hypothesis import given, settings

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.difficulty import MOST_FRAMES, Difficulty, difficulty_of
from mariogpt_mcp.play.physics import PHYSICS
from mariogpt_mcp.play.replay import Replay
from mariogpt_mcp.play.simulator import Status
from mariogpt_mcp.play.solver import QUICK, solve
from tests.play.ground import LEAP, RIGHT, RUN_RIGHT, ground, pit, rolling, wall, world

FREE = MOST_FRAMES
ENEMY_AHEAD = ground([1] * 40, {(14, 1): "E"})


def difficulty(level: Level) -> Difficulty:
    run = solve(level.ids, QUICK)
    assert isinstance(run, Beaten)
    return run.difficulty


def played(level: Level, *holds: tuple[int, int]) -> Difficulty:
    replay = Replay.of(level, holds)
    states = list(replay.play(level))
    assert states[-1].status == Status.WON
    return difficulty_of(world(level), states, replay.keys[: len(states) - 1])


def test_a_walk_on_level_ground_is_easy() -> None:
    walk = played(ground([1] * 30), (RIGHT, 200))
    assert walk.model_dump(exclude={"seconds"}) == {
        "jumps": 0, "widest_jump": 0, "tightest_timing": FREE, "enemies_met": 0, "stomps": 0,
    }  # fmt: skip
    assert 2 < walk.seconds < 4


def test_the_length_is_that_of_the_run_and_not_of_its_keys() -> None:
    level = ground([1] * 30)
    assert played(level, (RUN_RIGHT, 60)).seconds == played(level, (RUN_RIGHT, 4000)).seconds


@pytest.mark.parametrize("width", [3, 6, 9])
def test_a_jump_over_a_pit_is_as_wide_as_the_pit(width: int) -> None:
    over = difficulty(pit(width))
    assert over.jumps == 1
    assert over.widest_jump > width - 0.5


def test_the_wider_the_pit_the_tighter_the_timing() -> None:
    timing = [difficulty(pit(width)).tightest_timing for width in (3, 6, 8, 9, 10)]
    assert timing == sorted(timing, reverse=True)
    assert timing[-1] <= 2


def test_a_jump_on_level_ground_has_looser_timing_than_one_at_a_pit() -> None:
    free = played(ground([1] * 60), (RUN_RIGHT, 30), (LEAP, 8), (RUN_RIGHT, 100))
    edge = played(pit(9), (RUN_RIGHT, 35), (LEAP, 8), (RUN_RIGHT, 100))
    assert free.jumps == edge.jumps == 1
    assert edge.tightest_timing < free.tightest_timing


def test_walls_are_jumped_too() -> None:
    assert difficulty(wall(4)).jumps >= 1


def test_only_enemies_that_come_near_are_met() -> None:
    level = ground([1] * 30, {(20, 1): "E"})
    assert difficulty(level).enemies_met == 1
    above = ground([1] * 30, {(20, 12): "E", **{(c, 11): "S" for c in range(8, 29)}})
    assert difficulty(above).enemies_met == 0


def test_a_stomp_is_counted() -> None:
    stomps = set()
    for wait in range(8, 30):
        holds = [(RUN_RIGHT, wait), (LEAP, 4), (RUN_RIGHT, 80)]
        if Replay.of(ENEMY_AHEAD, holds).wins(ENEMY_AHEAD):
            stomps.add(played(ENEMY_AHEAD, *holds).stomps)
    assert stomps == {0, 1}


@given(rolling())
@settings(max_examples=15)
def test_measurements_are_in_range(level: Level) -> None:
    run = solve(level.ids, QUICK)
    if isinstance(run, Beaten):
        found = run.difficulty
        assert 0 < found.seconds <= PHYSICS.clock / PHYSICS.frames_per_second
        assert 1 <= found.tightest_timing <= FREE
        assert found.stomps <= found.enemies_met <= level.text().count("E")
        assert found.jumps or found.widest_jump == 0


def test_the_text_is_one_line() -> None:
    easy = Difficulty(seconds=3.2, jumps=0, widest_jump=0, tightest_timing=FREE, enemies_met=0, stomps=0)
    hard = easy.model_copy(update={"tightest_timing": 3, "jumps": 2, "widest_jump": 9.5})
    assert easy.text() == "3 s, no jump, no enemies met"
    assert hard.text() == "3 s, 2 jumps, the widest 9.5 columns, the tightest to be timed within 3/30 s, no enemies met"
    one = hard.model_copy(update={"jumps": 1, "tightest_timing": FREE, "enemies_met": 1, "stomps": 1})
    assert one.text() == ("3 s, one jump of 9.5 columns, to be timed within 1/4 s or more, 1 enemy met, 1 stomped")
