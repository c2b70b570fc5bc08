"""Makes and checks levels for async callers: one after the other, with progress, and stopped when cancelled."""

from __future__ import annotations

import threading

import anyio

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.service.progress import Progress, Tell, Work, ignore_progress
from mariogpt_mcp.store.records import CheckedLevel, LevelStore, MadeLevel

TICK = 0.25
"""Seconds between progress reports; clients that wait want one at least every second."""


class LevelService:
    """Levels made by a generator and kept in a store.

    It belongs to one event loop. A generator and a store may be shared by several services.
    """

    def __init__(self, generator: MarioGPT, store: LevelStore) -> None:
        """Nothing is loaded yet."""
        self.generator, self.store = generator, store
        self._one_at_a_time = anyio.CapacityLimiter(1)

    async def make(self, request: Request, tell: Tell = ignore_progress, tick: float = TICK) -> tuple[MadeLevel, bool]:
        """The level of a request, kept in the store, and whether it had been made before.

        `tell` is called every `tick` seconds. If this task is cancelled, sampling stops before its next column. Calls
        wait in the order they came, as tasks and not in threads.

        Raises:
            MarioGPTError: the model cannot be loaded, or new columns do not join a level.
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
        """A checked level, kept in the store.

        Raises:
            MarioGPTError: the text is not a level.
        """
        checked = await anyio.to_thread.run_sync(lambda: check_level(text, repair=repair))
        self.store.put(checked)
        return checked

    async def _write(self, request: Request, tell: Tell, tick: float) -> MadeLevel:
        stop = threading.Event()
        work = Work(request.columns)
        hooks = Hooks(work.advance, work.watch, stop)

        async def report() -> None:
            while True:
                await tell(work.progress(self.generator.loader.status))
                await anyio.sleep(tick)

        def make() -> MadeLevel:
            return self.generator.make(request, hooks)

        failure: Exception | None = None
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(report)
                try:
                    made = await anyio.to_thread.run_sync(make, abandon_on_cancel=True, limiter=self._one_at_a_time)
                except Exception as error:  # raised outside the group, which would wrap it
                    failure = error
                group.cancel_scope.cancel()
        finally:
            stop.set()
        if failure is not None:
            raise failure
        await tell(work.done(made))
        return made
