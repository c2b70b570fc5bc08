from __future__ import annotations

import threading

import numpy as np
import pytest

from mariogpt_mcp.hooks import Hooks, Stopped
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.effort import SLICE, Effort
from mariogpt_mcp.play.solver import ENDED, Stuck, solve

PIT = Level(("-" * 60,) * 12 + ("X" * 30 + "-" * 15 + "X" * 15,) * 2)
FLAT = Level(("-" * 60,) * 12 + ("X" * 60,) * 2)


def test_a_search_within_the_limit_finds_the_same_run() -> None:
    limited = solve(FLAT.ids, effort=Effort(10**9, 60))
    free = solve(FLAT.ids)
    assert isinstance(limited, Beaten)
    assert isinstance(free, Beaten)
    assert limited.replay == free.replay
    assert limited.states_made == free.states_made


def test_a_search_ends_at_the_limit_and_says_so() -> None:
    effort = Effort(2 * SLICE, 60)
    run = solve(PIT.ids, effort=effort)
    assert isinstance(run, Stuck)
    assert run.reason == ENDED
    assert effort.exhausted
    assert run.states_made <= 4 * SLICE


def test_enemies_count_as_work() -> None:
    ids = np.array(PIT.ids)
    ids[10:30:2, 2] = Level(("E",) * 14).ids[0, 0]
    with_enemies, without = Effort(10**9, 60), Effort(10**9, 60)
    made = solve(ids, effort=with_enemies)
    assert isinstance(made, Stuck)
    solve(PIT.ids, effort=without)
    assert (10**9 - with_enemies.left) > made.states_made


def test_progress_is_the_furthest_column() -> None:
    seen: list[tuple[int, int]] = []
    effort = Effort(10**9, 60, Hooks(lambda done, total: seen.append((done, total))))
    solve(PIT.ids, effort=effort)
    assert seen == sorted(seen)
    assert seen[-1] == (30, 60)


def test_the_stop_flag_stops_a_search_at_the_next_slice() -> None:
    stop = threading.Event()

    def progress(done: int, total: int) -> None:
        assert not stop.is_set()
        stop.set()

    with pytest.raises(Stopped):
        solve(PIT.ids, effort=Effort(10**9, 60, Hooks(progress, stop=stop)))
