from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.search import (
    BACK_COST,
    CHANGE_COST,
    ENEMY_DISTANCE,
    HOLDS,
    JUMP_COST,
    Grain,
    Node,
    Search,
    surcharge,
)
from mariogpt_mcp.play.simulator import State, Status, advance, start
from mariogpt_mcp.play.world import World
from tests.play.ground import JUMP, LEFT, RIGHT, RUN_RIGHT, ground, pit, rolling, wall, world

GRAIN = Grain(hold=4, cell=1600, speed=800, weight=2)
CAREFUL = Grain(hold=4, cell=1600, speed=800, weight=2, careful=True)


def is_near_an_enemy(state: State) -> bool:
    places = [path.at(state.frame - born) for path, born in state.actors]
    return any(
        p is not None and abs(p[0] - state.x) < ENEMY_DISTANCE and abs(p[1] - state.y) < ENEMY_DISTANCE for p in places
    )


def found(search: Search, budget: int = 5000) -> Node:
    node = search.run(budget)
    assert node is not None
    return node


@given(rolling(columns=(10, 25)), st.sampled_from([GRAIN, CAREFUL]))
@settings(max_examples=20)
def test_each_node_follows_from_its_parent_and_its_keys(level: Level, grain: Grain) -> None:
    here = world(level)
    search = Search(here, grain)
    node = search.run(1500) or search.best
    for step in node.line():
        assert step.parent is not None
        assert advance(here, step.parent.state, step.keys, grain.hold) == step.state
    state = start(here)
    for keys, frames in node.holds():
        state = advance(here, state, keys, frames)
    assert state == node.state


@given(rolling(columns=(10, 25)))
@settings(max_examples=20)
def test_a_search_in_parts_equals_one_at_once(level: Level) -> None:
    whole, parts = Search(world(level), GRAIN), Search(world(level), GRAIN)
    goal = whole.run(1600)
    part = None
    while part is None and parts.made < 1600:
        before = parts.made
        part = parts.run(8)
        if parts.made == before:
            break
    assert (goal is None) == (part is None)
    assert whole.made == parts.made
    assert whole.best.holds() == parts.best.holds()
    if goal is not None and part is not None:
        assert goal.holds() == part.holds()


def test_it_stops_at_the_number_of_states() -> None:
    search = Search(world(wall(5)), GRAIN)
    assert search.run(0) is None
    assert search.made == 0
    assert search.run(100) is None
    assert 100 <= search.made < 100 + len(HOLDS)


def test_it_stops_when_no_states_are_left() -> None:
    search = Search(world(wall(5)), GRAIN)
    assert search.run(100_000) is None
    made = search.made
    assert made < 20_000
    assert search.run(100_000) is None
    assert search.made == made


def test_on_level_ground_it_only_runs_to_the_right() -> None:
    assert {keys for keys, _ in found(Search(world(ground([1] * 30)), GRAIN)).holds()} == {RUN_RIGHT}


def test_it_can_start_in_the_middle_of_a_run() -> None:
    here = world(pit(5))
    midway = advance(here, start(here), RUN_RIGHT, 20)
    node = found(Search(here, GRAIN, midway))
    assert node.line()[0].parent is not None
    assert node.state.frame > 20
    assert sum(frames for _, frames in node.holds()) == node.state.frame - 20


def test_the_furthest_node_on_the_ground_differs_from_the_furthest_in_the_air() -> None:
    search = Search(world(pit(14)), GRAIN)
    assert search.run(5000) is None
    assert search.stood.state.on_ground
    assert search.stood.state.x < 20.5 * TILE < search.best.state.x


def test_a_grown_search_continues_in_the_longer_level() -> None:
    heights = [1] * 40 + [0] * 6 + [1] * 40
    short = Search(world(ground(heights[:60])), GRAIN)
    found(short)
    made = short.made
    long = short.grown(world(ground(heights)))
    node = found(long)
    fresh = Search(world(ground(heights)), GRAIN)
    found(fresh)
    assert long.made - made < fresh.made
    assert node.state.x > 85 * TILE
    assert short.made == made
    assert short.run(100) is not None


def test_a_grown_search_is_stopped_by_a_wall_in_the_new_columns() -> None:
    short = Search(world(ground([1] * 20)), GRAIN)
    found(short)
    blocked = short.grown(world(ground([1] * 20 + [14] * 3 + [1] * 5)))
    assert blocked.run(3000) is None
    assert blocked.best.state.x < 20 * TILE


@pytest.mark.parametrize(
    ("before", "keys", "cost"),
    [
        (RIGHT, RIGHT, 0),
        (RIGHT, RUN_RIGHT, CHANGE_COST),
        (RIGHT, RIGHT | JUMP, CHANGE_COST + JUMP_COST),
        (RIGHT | JUMP, RIGHT, CHANGE_COST),
        (RIGHT | JUMP, JUMP, CHANGE_COST),
        (LEFT, LEFT, BACK_COST),
        (0, LEFT | JUMP, BACK_COST + CHANGE_COST + JUMP_COST),
    ],
)
def test_changes_jumps_and_going_back_cost(before: int, keys: int, cost: int) -> None:
    assert surcharge(before, keys) == cost


def test_a_careful_search_comes_near_enemies_less_often() -> None:
    rng = np.random.default_rng(0)
    near = dict.fromkeys((CAREFUL, GRAIN), 0)
    for _ in range(20):
        level = ground([1] * 50, {(int(c), 1): "E" for c in rng.choice(np.arange(12, 48), 4, replace=False)})
        for grain in near:
            near[grain] += sum(is_near_an_enemy(node.state) for node in found(Search(world(level), grain)).line())
    assert near[CAREFUL] < near[GRAIN] * 0.8


def test_no_enemy_is_met_in_a_peaceful_world() -> None:
    level = ground([1] * 30, {(c, 1): "E" for c in range(8, 25)})
    assert {keys for keys, _ in found(Search(World(level.ids, peaceful=True), GRAIN)).holds()} == {RUN_RIGHT}
    assert all(node.state.status != Status.HIT for node in found(Search(world(level), GRAIN), 20_000).line())
