from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.play.physics import PHYSICS
from mariogpt_mcp.play.replay import Replay, ReplayError, digest
from mariogpt_mcp.play.simulator import Status, advance, start
from tests.play.ground import LEAP, RIGHT, RUN_RIGHT, ground, key_runs, wild_levels, world

LEVEL = ground([1] * 10)
GOOD = f"m1-{digest(LEVEL)}-k30"


@given(wild_levels, key_runs)
def test_the_text_of_a_replay_is_read_back(level: Level, holds: list[tuple[int, int]]) -> None:
    replay = Replay.of(level, holds)
    assert Replay.parse(replay.text) == replay
    assert replay.keys == [keys for keys, frames in holds for _ in range(frames)]


@given(wild_levels, key_runs)
def test_a_replay_plays_the_run_frame_by_frame(level: Level, holds: list[tuple[int, int]]) -> None:
    states = list(Replay.parse(Replay.of(level, holds).text).play(level))
    here = world(level)
    assert states[0] == start(here)
    state = states[0]
    for keys, frames in holds:
        state = advance(here, state, keys, frames)
    assert states[-1]._replace(actors=()) == state._replace(actors=())
    assert [s.frame for s in states] == list(range(len(states)))
    assert all(s.status == Status.PLAYING for s in states[:-1])


def test_consecutive_holds_of_the_same_keys_become_one() -> None:
    holds = Replay.of(LEVEL, [(2, 4), (2, 4), (10, 1), (2, 3)]).holds
    assert holds == ((2, 8), (10, 1), (2, 3))
    assert all(a[0] != b[0] for a, b in itertools.pairwise(holds))


def test_a_replay_is_short_text() -> None:
    assert Replay.of(LEVEL, [(RUN_RIGHT, 30), (LEAP, 8)]).text == f"m1-{digest(LEVEL)}-k30o8"
    assert Replay.parse("  m1-9f86d081884c-\n").keys == []


def test_a_run_that_reaches_the_goal_wins() -> None:
    assert Replay.of(LEVEL, [(RIGHT, 100)]).wins(LEVEL)
    assert not Replay.of(LEVEL, [(RIGHT, 5)]).wins(LEVEL)
    assert not Replay.of(LEVEL, []).wins(LEVEL)


def test_frames_after_the_goal_are_not_played() -> None:
    states = list(Replay.of(LEVEL, [(RIGHT, 1000)]).play(LEVEL))
    assert states[-1].status == Status.WON
    assert len(states) < 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        "right right jump",
        GOOD[1:],
        GOOD + "q3",
        GOOD + "k0",
        GOOD + "k",
        GOOD + "k-3",
        GOOD + "k100000",
        GOOD.upper(),
        f"m1-{digest(LEVEL)[:-1]}-k30",
        GOOD + "\n" + GOOD,
    ],
)
def test_text_that_is_not_a_replay_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(ReplayError, match=r"^The text is not a replay; a replay looks like [^.\n]*\.$"):
        Replay.parse(text)


def test_the_example_in_the_refusal_is_a_replay() -> None:
    assert Replay.parse("m1-9f86d081884c-k30o8k4").holds == ((10, 30), (14, 8), (10, 4))


def test_a_replay_of_another_level_is_refused_in_one_sentence() -> None:
    with pytest.raises(ReplayError, match=r"^The replay was recorded on another level; [^.\n]*\.$"):
        Replay.parse(GOOD).wins(ground([1] * 11))


def test_a_replay_for_other_physics_is_refused_in_one_sentence() -> None:
    other = Replay.parse(GOOD.replace("m1", "m2"))
    with pytest.raises(
        ReplayError, match=r"^The replay is for physics 2, but this version plays physics 1; [^.\n]*\.$"
    ):
        other.wins(LEVEL)
    assert PHYSICS.version == 1


def test_the_digest_does_not_depend_on_the_path() -> None:
    assert digest(LEVEL) == digest(LEVEL.with_path([(12, 3)])) == digest(Level.parse(LEVEL.text()))
    assert digest(LEVEL) == "bdcf41199db1"


@given(st.integers(0, 9), st.integers(0, 13))
def test_another_tile_changes_the_digest(column: int, height: int) -> None:
    other = ground([1] * 10, {(column, height): "o"})
    assert digest(other) != digest(LEVEL)
