"""The progress of a level while it is made, in the form that MCP clients and pages receive."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.store.records import StoredLevel

log = logging.getLogger(__name__)

SMALLEST_STEP = 0.01
"""Smallest growth of progress between two reports, in columns. MCP requires growth (specification, Progress)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a level: `done` of `total` columns."""

    done: float
    total: float
    message: str
    ids: npt.NDArray[np.integer] | None = None
    """Tile ids of the written columns of one candidate, of shape (columns, 14)."""

    @property
    def draft(self) -> Level | None:
        """The written columns as a level, which is created at each access; `None` before the first column."""
        return None if self.ids is None else Level.from_ids(self.ids)


Notify = Callable[[Progress], Awaitable[None]]
"""Receives a report of progress."""


async def ignore_progress(progress: Progress) -> None:
    """Drop the report."""


class Work:
    """The state of a level that is written or searched. The working thread updates it; the event loop reports it."""

    def __init__(self, columns: int) -> None:
        self._written, self._total, self._shown = 0, columns, 0.0
        self._ids: npt.NDArray[np.integer] | None = None

    def advance(self, written: int, total: int) -> None:
        """Store the number of finished columns."""
        if written != self._written:
            log.debug("column %d of %d is finished", written, total)
        self._written, self._total = written, total

    def watch(self, ids: npt.NDArray[np.integer]) -> None:
        """Store the written columns: a view of a grid in which only later columns change."""
        self._ids = ids

    def progress(self, preparing: str) -> Progress:
        """The next report. Progress grows and stays below the total, also while the model loads or the level is played.

        Args:
            preparing: the message before the first column is written; empty for a default.
        """
        self._shown = max(self._shown + SMALLEST_STEP, min(float(self._written), self._total - 1.0))
        message = f"{self._written} of {self._total} columns" if self._written else preparing or "getting ready"
        return Progress(round(self._shown, 2), float(self._total), message, self._ids)

    def done(self, made: StoredLevel) -> Progress:
        """The last report."""
        total = float(self._total)
        return Progress(max(total, self._shown + SMALLEST_STEP), total, "done", made.level.ids)
