"""Handles Ctrl-C for commands that need to finish a step before they stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def stop_on_interrupt(report: Callable[[], None]) -> Iterator[threading.Event]:
    """Yield a flag that the first Ctrl-C sets; the second Ctrl-C interrupts at once, as usual.

    `report` is called when the flag is set.
    """
    stop = threading.Event()
    usual = signal.getsignal(signal.SIGINT)

    def set_flag(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, usual)
        stop.set()
        report()

    signal.signal(signal.SIGINT, set_flag)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, usual)
