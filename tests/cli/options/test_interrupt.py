from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from mariogpt_mcp.cli.options.interrupt import stop_on_interrupt


@pytest.fixture(autouse=True)
def _usual_interrupts() -> Iterator[None]:
    """As in a terminal: a shell makes the processes that it starts in the background ignore SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_first_interrupt_sets_the_flag_and_the_second_interrupts() -> None:
    reports: list[str] = []
    usual = signal.getsignal(signal.SIGINT)
    with stop_on_interrupt(lambda: reports.append("stopping")) as stop:
        assert not stop.is_set()
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert reports == ["stopping"]
    assert signal.getsignal(signal.SIGINT) == usual


def test_after_the_command_an_interrupt_has_its_usual_effect() -> None:
    usual = signal.getsignal(signal.SIGINT)
    with stop_on_interrupt(lambda: None) as stop:
        assert signal.getsignal(signal.SIGINT) != usual
    assert signal.getsignal(signal.SIGINT) == usual
    assert not stop.is_set()
