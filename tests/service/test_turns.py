from __future__ import annotations

import threading

import pytest

from mariogpt_mcp.service import turns as module
from mariogpt_mcp.service.turns import Turns


def test_a_check_waits_while_a_level_is_made() -> None:
    turns, stop = Turns(), threading.Event()
    flag = turns.waiting(stop)
    assert not flag.is_set()
    looked = threading.Event()

    def look() -> None:
        flag.is_set()
        looked.set()

    with turns.making():
        assert turns.busy
        threading.Thread(target=look).start()
        assert not looked.wait(0.1)
    assert looked.wait(10)
    assert not turns.busy


def test_a_cancelled_check_does_not_wait() -> None:
    turns, stop = Turns(), threading.Event()
    stop.set()
    with turns.making():
        assert turns.waiting(stop).is_set()


def test_a_check_does_not_wait_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 0.05)
    turns, stop = Turns(), threading.Event()
    flag = turns.waiting(stop)
    with turns.making():
        assert not flag.is_set()
        assert not flag.is_set()
