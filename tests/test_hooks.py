from __future__ import annotations

import threading

import pytest

from mariogpt_mcp import Hooks, MarioGPT, Stopped


def test_without_a_flag_nothing_stops() -> None:
    Hooks().raise_if_stopped()


def test_a_set_flag_stops() -> None:
    stop = threading.Event()
    hooks = Hooks(stop=stop)
    hooks.raise_if_stopped()
    stop.set()
    with pytest.raises(Stopped):
        hooks.raise_if_stopped()


def test_a_level_can_be_followed_column_by_column(generator: MarioGPT) -> None:
    seen: list[tuple[int, int]] = []
    shapes: list[tuple[int, ...]] = []
    hooks = Hooks(lambda done, total: seen.append((done, total)), lambda ids: shapes.append(ids.shape))
    made = generator.generate("", level_size=100, seed=1, hooks=hooks)
    assert seen[: made.level.columns] == [(column + 1, made.level.columns) for column in range(made.level.columns)]
    assert shapes[: made.level.columns] == [(column + 1, 14) for column in range(made.level.columns)]
