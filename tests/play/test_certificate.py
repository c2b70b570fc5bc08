from __future__ import annotations

from hypothesis import given, settings

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.play.certificate import Beaten, certify
from mariogpt_mcp.play.replay import Replay
from mariogpt_mcp.play.solver import QUICK, solve
from mariogpt_mcp.play.world import World
from tests.play.ground import RUN_RIGHT, beaten, ground, pit, rolling, wild_levels


@given(wild_levels | rolling())
@settings(max_examples=30)
def test_the_replay_of_a_beaten_level_wins(level: Level) -> None:
    run = solve(level.ids, QUICK)
    if isinstance(run, Beaten):
        assert run.replay.wins(level)
        assert Replay.parse(run.replay.text).wins(Level.parse(level.text()))


def test_the_path_is_where_the_feet_were() -> None:
    level = pit(8)
    path = beaten(level).path
    assert len(set(path)) == len(path)
    assert {column for _, column in path} == set(range(level.columns))
    assert all(not IS_SOLID[level.ids[column, HEIGHT - 1 - row]] for row, column in path)
    assert level.with_path(path).path == set(path)


def test_keys_after_the_goal_are_left_out() -> None:
    """A repair tries the keys of a run on a level with fewer changes, where they may reach the goal sooner."""
    level = ground([1] * 20)
    run = beaten(level)
    again = certify(World(level.ids), [*run.replay.holds, (RUN_RIGHT, 90)], run.states_made)
    assert again == run
    assert again.replay.wins(level)
