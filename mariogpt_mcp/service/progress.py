"""The progress of a level that is being made, as it is reported to MCP clients and pages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.store.records import MadeLevel

log = logging.getLogger(__name__)

SMALLEST_STEP = 0.01
"""Columns by which progress grows at least with each report: MCP wants it to grow."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a level is: `done` of `total` columns."""

    done: float
    total: float
    message: str
    ids: npt.NDArray[np.integer] | None = None
    """Tile ids of one candidate as far as it is written, (columns, 14)."""

    @property
    def draft(self) -> Level | None:
        """That candidate as a level, made when it is asked for; `None` before the first column."""
        return None if self.ids is None else Level.from_ids(self.ids)


Tell = Callable[[Progress], Awaitable[None]]


async def ignore_progress(progress: Progress) -> None:
    """Tell nobody."""


class Work:
    """How far one level is. The thread that writes the level updates it, the event loop reports it."""

    def __init__(self, columns: int) -> None:
        self._written, self._total, self._shown = 0, columns, 0.0
        self._ids: npt.NDArray[np.integer] | None = None

    def advance(self, written: int, total: int) -> None:
        """Note how many columns are written."""
        self._written, self._total = written, total
        log.debug("column %d of %d is written", written, total)

    def watch(self, ids: npt.NDArray[np.integer]) -> None:
        """Note what is written: a view of a grid of which only the columns after these change."""
        self._ids = ids

    def progress(self, preparing: str) -> Progress:
        """The next report; it grows and never reaches the total, also while the model loads or the level is beaten."""
        self._shown = max(self._shown + SMALLEST_STEP, min(float(self._written), self._total - 1.0))
        message = f"{self._written} of {self._total} columns" if self._written else preparing or "getting ready"
        return Progress(round(self._shown, 2), float(self._total), message, self._ids)

    def done(self, made: MadeLevel) -> Progress:
        """The last report."""
        total = float(self._total)
        return Progress(max(total, self._shown + SMALLEST_STEP), total, "done", made.level.ids)
