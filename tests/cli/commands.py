"""What the tests of several commands share."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable

Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs the command with arguments, and with environment variables given by name."""

FLAT = ["-" * 30] * 12 + ["X" * 30] * 2
PIT = ["-" * 40] * 12 + ["X" * 12 + "-" * 15 + "X" * 13] * 2


def hear_interrupts() -> None:
    """Let a child process be interrupted, also where a shell makes background processes ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
