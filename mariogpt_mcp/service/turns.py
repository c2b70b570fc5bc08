"""Lets the checks of this process wait while a level is being made.

Both hold Python's global interpreter lock. Beside a repair, torch waits for the lock at each of its many small steps,
and a level took 58 seconds instead of 1.2.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from mariogpt_mcp.hooks import StopFlag

MOST_WAITING = 3.0
"""Seconds for which a check waits at most; then it continues for a while, because a server may always be busy."""

LEAST_WORKING = 0.1
"""Seconds for which it then continues."""

_POLL = 0.02


class Turns:
    """Counts the levels that are being made."""

    def __init__(self) -> None:
        """Create it, with no level being made."""
        self._making = 0
        self._lock = threading.Lock()

    @contextmanager
    def making(self) -> Iterator[None]:
        """A level is being made inside."""
        with self._lock:
            self._making += 1
        try:
            yield
        finally:
            with self._lock:
                self._making -= 1

    def waiting(self, stop: StopFlag) -> StopFlag:
        """A stop flag for a check; looking at it waits while a level is being made."""
        return _Waiting(self, stop)

    @property
    def busy(self) -> bool:
        """Whether a level is being made."""
        return self._making > 0


class _Waiting:
    def __init__(self, turns: Turns, stop: StopFlag) -> None:
        self._turns, self._stop = turns, stop
        self._next_wait = 0.0

    def is_set(self) -> bool:
        if self._turns.busy and time.monotonic() >= self._next_wait:
            end = time.monotonic() + MOST_WAITING
            while self._turns.busy and not self._stop.is_set() and time.monotonic() < end:
                time.sleep(_POLL)
            self._next_wait = time.monotonic() + (LEAST_WORKING if self._turns.busy else 0.0)
        return self._stop.is_set()


turns = Turns()
"""The one of this process: all its threads share the lock of the interpreter."""
