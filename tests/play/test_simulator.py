from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.play.cells import SKY_ROWS, STRIDE
from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.simulator import Key, State, Status, advance, start
from mariogpt_mcp.play.world import World
from tests.play.ground import (
    JUMP,
    LEAP,
    LEFT,
    RIGHT,
    RUN_RIGHT,
    ground,
    key_runs,
    pit,
    tunnel,
    wall,
    wild_levels,
    world,
)

MARIO = PHYSICS.mario
STILL = 0


def furthest(level: Level, *, runup: int = RUN_RIGHT) -> State:
    """The furthest state of a run from the start with one jump, which may be pressed at any moment."""
    here = world(level)
    ends = []
    for frames in range(1, 60):
        at = advance(here, start(here), runup, frames)
        ends.append(advance(here, at, runup | JUMP, 60))
    return max(ends, key=lambda state: state.x)


def is_inside(here: World, state: State) -> bool:
    """Whether Mario's body is in something solid."""
    for x, tall in itertools.product((-MARIO.half_width, 0, MARIO.half_width), (0, MARIO.height // 2, MARIO.height)):
        column = (state.x + x) // TILE
        if 0 <= column < here.columns and here.solid[column * STRIDE + (state.y - tall) // TILE + SKY_ROWS]:
            return True
    return False


def frames(here: World, state: State, keys: int, count: int) -> list[State]:
    """One state per frame."""
    states = [state]
    for _ in range(count):
        states.append(advance(here, states[-1], keys))
    return states[1:]


@pytest.mark.parametrize(("width", "crossed"), [(9, True), (10, True), (12, False), (14, False)])
def test_a_pit_of_ten_columns_is_crossed_from_a_run_and_one_of_twelve_is_not(width: int, crossed: bool) -> None:
    assert (furthest(pit(width)).status == Status.WON) == crossed


def test_a_walk_crosses_less_than_a_run() -> None:
    assert furthest(pit(7)).status == Status.WON
    assert furthest(pit(7), runup=RIGHT).status == Status.FELL


@pytest.mark.parametrize(("height", "climbed"), [(3, True), (4, True), (5, False), (6, False)])
def test_a_wall_of_four_tiles_is_climbed_and_one_of_five_is_not(height: int, climbed: bool) -> None:
    assert (furthest(wall(height)).x > 15 * TILE) == climbed


@pytest.mark.parametrize(("height", "passed"), [(1, False), (2, True)])
def test_mario_passes_where_two_tiles_are_free_and_not_where_one_is(height: int, passed: bool) -> None:
    here = world(tunnel(height))
    state = advance(here, start(here), RUN_RIGHT, 200)
    assert (state.status == Status.WON) == passed
    assert passed or state.x // TILE == 11


def test_mario_cannot_enter_a_last_column_that_is_solid_to_the_top() -> None:
    here = world(ground([1] * 9 + [14]))
    state = advance(here, start(here), RUN_RIGHT, 300)
    assert (state.status, state.vx) == (Status.PLAYING, 0)
    assert state.x + MARIO.half_width == 9 * TILE - 1


def test_running_settles_at_its_top_speed() -> None:
    here = world(ground([1] * 100))
    run = advance(here, start(here), RUN_RIGHT, 80)
    walk = advance(here, start(here), RIGHT, 80)
    assert 960 <= run.vx <= 970
    assert 475 <= walk.vx <= 485
    assert advance(here, run, RUN_RIGHT).x - run.x == run.vx + MARIO.run


def test_mario_stops_when_no_key_is_held() -> None:
    here = world(ground([1] * 60))
    state = advance(here, start(here), RUN_RIGHT, 40)
    assert advance(here, state, STILL, 40).vx == 0


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(1, 20)), max_size=8))
def test_left_is_the_mirror_of_right(holds: list[tuple[int, int]]) -> None:
    here = world(ground([1] * 400))
    middle = start(here)._replace(x=200 * TILE)
    one, other = middle, middle
    for keys, count in holds:
        mirrored = keys & ~3 | (keys & 1) << 1 | (keys & 2) >> 1
        one, other = advance(here, one, keys, count), advance(here, other, mirrored, count)
        assert (one.x - middle.x, one.vx) == (middle.x - other.x, -other.vx)
        assert one[3:] == other[3:]
        assert one.y == other.y


def test_a_jump_held_longer_rises_higher_up_to_four_tiles() -> None:
    here = world(ground([1] * 20))
    stood = advance(here, start(here), STILL)
    heights = []
    for held in (1, 3, 5, 7, 9, 20):
        rise = frames(here, stood, JUMP, held)
        heights.append(stood.y - min(state.y for state in rise + frames(here, rise[-1], STILL, 20)))
    assert heights[:4] == sorted(set(heights[:4]))
    assert max(heights) == heights[-1]
    assert 4 * TILE < heights[-1] < 5 * TILE


def test_a_held_key_jumps_once() -> None:
    here = world(ground([1] * 20))
    states = frames(here, advance(here, start(here), STILL), JUMP, 80)
    takeoffs = sum(b.vy < 0 and a.on_ground for a, b in itertools.pairwise(states))
    assert (takeoffs, states[0].vy < 0, states[-1].on_ground) == (0, True, True)
    released = advance(here, states[-1], STILL)
    assert advance(here, released, JUMP).vy < 0


def test_a_block_overhead_is_hit_and_named() -> None:
    here = world(ground([1] * 9, {(0, 4): "?"}))
    states = frames(here, advance(here, start(here), STILL), JUMP, 20)
    hit = [state.bumped for state in states if state.bumped >= 0]
    assert hit == [13 - 4 + SKY_ROWS]
    assert min(state.y for state in states) - MARIO.height == (13 - 4 + 1) * TILE


def test_the_goal_wins() -> None:
    here = world(ground([1] * 9))
    states = [start(here)]
    while states[-1].status == Status.PLAYING:
        states.append(advance(here, states[-1], RIGHT))
    assert states[-1].status == Status.WON
    assert states[-2].x <= here.goal < states[-1].x


def test_falling_out_loses() -> None:
    here = world(pit(5))
    state = advance(here, start(here), RIGHT, 500)
    assert state.status == Status.FELL
    assert 20 <= state.x // TILE < 25


def test_mario_falls_if_the_first_column_has_no_floor() -> None:
    here = world(ground([0, 1, 1]))
    assert not start(here).on_ground
    assert advance(here, start(here), STILL, 100).status == Status.FELL


def test_the_clock_runs_out_at_6000_frames() -> None:
    here = world(ground([1] * 9))
    assert advance(here, start(here), STILL, 5999).status == Status.PLAYING
    late = advance(here, start(here), STILL, 7000)
    assert (late.status, late.frame) == (Status.LATE, 6000)


def test_a_run_that_is_over_stays_as_it_is() -> None:
    here = world(ground([1] * 9))
    over = advance(here, start(here), RIGHT, 300)
    assert over.status == Status.WON
    assert advance(here, over, LEFT, 50) == over


def test_an_enemy_touched_from_the_side_loses() -> None:
    here = world(ground([1] * 20, {(8, 1): "E"}))
    state = advance(here, start(here), STILL, 200)
    assert (state.status, state.on_ground, state.stomps) == (Status.HIT, True, 0)
    assert advance(here, start(here), RIGHT, 200).frame < state.frame


def falling_on(here: World) -> State:
    """Mario in the air over the first enemy, which is awake."""
    enemy = here.sleepers[0]
    return start(here)._replace(x=enemy.x, y=enemy.left.at(0)[1] - 2 * TILE, on_ground=False, asleep=1)  # type: ignore[index]


def test_an_enemy_jumped_on_is_gone_and_mario_bounces() -> None:
    here = world(ground([1] * 20, {(6, 1): "E"}))
    before = falling_on(here)._replace(actors=((here.sleepers[0].left, 0),))
    states = frames(here, before, STILL, 15)
    stomp = next(i for i, state in enumerate(states) if state.stomps)
    assert states[stomp - 1].vy > 0 > states[stomp].vy
    assert states[stomp].actors == ()
    assert (states[-1].status, states[-1].stomps) == (Status.PLAYING, 1)
    assert states[stomp + 2].y < states[stomp].y


def test_a_jump_key_held_on_a_stomp_leads_higher() -> None:
    here = world(ground([1] * 20, {(6, 1): "E"}))
    before = falling_on(here)._replace(actors=((here.sleepers[0].left, 0),))
    tops = [min(state.y for state in frames(here, before, keys, 40)[5:]) for keys in (STILL, JUMP)]
    assert tops[1] < tops[0]


def test_a_cannon_fires_every_hundred_frames_and_its_bullet_hits() -> None:
    here = world(ground([1] * 30, {(10, 1): "B"}))
    states = [start(here), *frames(here, start(here), STILL, 200)]
    born = [state.frame for a, state in itertools.pairwise(states) if len(state.actors) > len(a.actors)]
    assert born == [100]
    assert states[-1].status == Status.HIT
    flown = (states[-1].frame - 100) * PHYSICS.bullet.speed
    assert abs(10 * TILE - flown - states[-1].x) < PHYSICS.enemy.reach + TILE


def test_a_cannon_fires_both_ways_but_not_at_mario_beside_it() -> None:
    here = world(ground([1] * 30, {(10, 1): "B"}))
    for column, bullets in ((9, 0), (8, 1), (10, 0), (12, 1)):
        state = start(here)._replace(x=column * TILE + TILE // 2, y=8 * TILE, frame=99)
        after = advance(here, state, STILL)
        assert len(after.actors) == bullets
        for path, _ in after.actors:
            place = path.at(10)
            assert place is not None
            assert (place[0] < 10 * TILE) == (column < 10)


def test_enemies_wake_from_the_left_as_mario_comes() -> None:
    here = world(ground([8] * 4 + [1] * 96, {(30, 1): "E", (60, 1): "E"}))
    state = advance(here, start(here), STILL)
    assert (state.actors, state.asleep) == ((), 0)
    state = advance(here, state._replace(x=22 * TILE), STILL)
    assert (len(state.actors), state.asleep) == (1, 1)


@given(wild_levels, key_runs, st.integers(0, 15), st.integers(0, 120), st.integers(0, 120))
def test_two_holds_of_the_same_keys_equal_one_of_their_sum(
    level: Level, before: list[tuple[int, int]], keys: int, a: int, b: int
) -> None:
    here = world(level)
    state = start(here)
    for held, count in before:
        state = advance(here, state, held, count)
    assert advance(here, state, keys, a + b) == advance(here, advance(here, state, keys, a), keys, b)


@given(wild_levels, key_runs)
@example(ground([1] * 30, {(6, 1): "E", (9, 5): "E", (14, 1): "B"}), [(RUN_RIGHT, 10), (LEAP, 20), (LEFT, 20)])
def test_the_same_keys_make_the_same_run(level: Level, holds: list[tuple[int, int]]) -> None:
    ends = []
    for _ in range(2):
        here = world(level)
        state = start(here)
        for keys, count in holds:
            state = advance(here, state, keys, count)
        places = tuple(path.at(state.frame - born) for path, born in state.actors)
        ends.append((state._replace(actors=()), places))
    assert ends[0] == ends[1]


@settings(max_examples=150)
@given(wild_levels, key_runs)
def test_mario_is_never_inside_something_solid_if_he_starts_free(level: Level, holds: list[tuple[int, int]]) -> None:
    here = world(level)
    state = start(here)
    assume(not is_inside(here, state))
    for keys, count in holds:
        for following in frames(here, state, keys, count):
            assert not is_inside(here, following)
            assert following.status != Status.PLAYING or 0 <= following.x <= here.goal
            state = following


def test_each_key_has_its_own_bit() -> None:
    assert [int(key) for key in Key] == [1, 2, 4, 8]
