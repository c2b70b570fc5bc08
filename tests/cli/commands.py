"""Shared by the tests of several commands."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable

Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs the command with arguments, with environment variables given by name, and with text as its `stdin`."""

FLAT = ["-" * 30] * 12 + ["X" * 30] * 2
PIT = ["-" * 40] * 12 + ["X" * 12 + "-" * 15 + "X" * 13] * 2


def hear_interrupts() -> None:
    """Let SIGINT interrupt a child process, even if the shell makes background processes ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
