"""Hooks through which a caller follows and stops the writing of levels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Stopped(Exception):
    """The stop flag was set while levels were written."""


class StopFlag(Protocol):
    """Anything with `is_set`, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Whether to stop."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions that are called while levels are written, and a flag that stops the writing.

    `progress` is called with (columns written, columns to write) after each column. `watch` is called with the tile ids
    of one of the levels as far as it is written, (columns, 14), and must not change them. `stop` is checked before each
    column.
    """

    progress: Callable[[int, int], None] | None = None
    watch: Callable[[npt.NDArray[np.int64]], None] | None = None
    stop: StopFlag | None = None

    def raise_if_stopped(self) -> None:
        """Raise `Stopped` if the stop flag is set."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped
