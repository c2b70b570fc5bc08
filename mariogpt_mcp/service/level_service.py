"""Makes and checks levels for async callers: one after the other, with progress, and stopped when cancelled."""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.store.records import CheckedLevel, LevelStore, MadeLevel

log = logging.getLogger(__name__)

TICK = 0.25
"""Seconds between progress reports; clients that wait want one at least every second."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a level is: `done` of `total` columns, and a candidate for it as far as it is written."""

    done: float
    total: float
    message: str
    draft: Level | None = None


Tell = Callable[[Progress], Awaitable[None]]


class LevelService:
    """Levels made by a generator and kept in a store. It belongs to one event loop; those two may have several."""

    def __init__(self, generator: MarioGPT, store: LevelStore) -> None:
        """Nothing is loaded yet."""
        self.generator, self.store = generator, store
        self._turn = anyio.CapacityLimiter(1)

    async def make(self, request: Request, tell: Tell, tick: float = TICK) -> tuple[MadeLevel, bool]:
        """The level of a request, kept, and whether it had been made before.

        If this task is cancelled, sampling stops before its next column. Calls wait for their turn here and not in
        threads, in the order they came.

        Raises:
            MarioGPTError: the model cannot be loaded.
        """
        key = await anyio.to_thread.run_sync(self.generator.key, request)
        known = self.store.made_from(key)
        if known is not None:
            await tell(Progress(1.0, 1.0, "made before"))
            return known, True
        made = await self._write(request, tell, tick)
        self.store.put(made)
        return made, False

    async def check(self, text: str, *, repair: bool) -> CheckedLevel:
        """A checked level, kept.

        Raises:
            MarioGPTError: the text is no level.
        """
        checked = await anyio.to_thread.run_sync(lambda: check_level(text, repair=repair))
        self.store.put(checked)
        return checked

    async def _write(self, request: Request, tell: Tell, tick: float) -> MadeLevel:
        stop = threading.Event()
        written, total, shown = 0, request.columns, 0.0
        draft: Level | None = None

        def advance(done: int, of: int) -> None:
            nonlocal written, total
            written, total = done, of
            log.debug("column %d of %d is written", done, of)

        def watch(level: Level) -> None:
            nonlocal draft
            draft = level

        async def report() -> None:
            nonlocal shown
            while True:
                # Progress has to grow with each report, also while the model loads, another level is written or
                # this one is counted: by hundredths of a column then, and never to the total.
                shown = max(shown + 0.01, min(float(written), total - 1.0))
                ready = self.generator.loader.status or "getting ready"
                message = f"{written} of {total} columns" if written else ready
                await tell(Progress(round(shown, 2), float(total), message, draft))
                await anyio.sleep(tick)

        def make() -> MadeLevel:
            return self.generator.make(request, advance, watch, stop)

        failure: Exception | None = None
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(report)
                try:
                    made = await anyio.to_thread.run_sync(make, abandon_on_cancel=True, limiter=self._turn)
                except Exception as error:  # raised outside the group, which would wrap it
                    failure = error
                group.cancel_scope.cancel()
        finally:
            stop.set()
        if failure is not None:
            raise failure
        await tell(Progress(float(max(total, shown + 0.01)), float(total), "done", made.level))
        return made
