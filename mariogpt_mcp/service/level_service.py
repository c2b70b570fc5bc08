"""Makes and checks levels for async callers: one level at a time, with progress and cancellation."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.export.imported import Legend
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.service.progress import Notify, Progress, Work, ignore_progress
from mariogpt_mcp.service.turns import turns
from mariogpt_mcp.store.records import CheckedLevel, LevelStore, MadeLevel

_T = TypeVar("_T")

TICK = 0.25
"""Seconds between progress reports. A waiting client should receive one at least every second."""


class LevelService:
    """Makes levels with a generator and keeps them in a store.

    A service belongs to one event loop. Several services may share a generator and a store.
    """

    def __init__(self, generator: MarioGPT, store: LevelStore) -> None:
        """Create the service. The model is loaded later, by the first request for a level."""
        self.generator, self.store = generator, store
        self._one_at_a_time = anyio.CapacityLimiter(1)

    async def make(
        self, request: Request, notify: Notify = ignore_progress, tick: float = TICK
    ) -> tuple[MadeLevel, bool]:
        """Make and store the level of a request, or find the level that an equal request made earlier.

        `notify` is called every `tick` seconds. If this task is cancelled, sampling stops before the next column.
        Levels are made in the order of the calls. A waiting call is a task and takes no thread.

        Returns:
            The level, and whether an earlier request made it.

        Raises:
            MarioGPTError: the model cannot be loaded, or new columns do not join a level.
        """
        key = await anyio.to_thread.run_sync(self.generator.key, request)
        known = self.store.made_from(key)
        if known is not None:
            await notify(Progress(1.0, 1.0, "already made"))
            return known, True
        made = await self._write(request, notify, tick)
        self.store.put(made)
        return made, False

    async def check(
        self,
        text: str,
        notify: Notify = ignore_progress,
        *,
        repair: bool,
        legend: Legend = "auto",
        tick: float = TICK,
    ) -> CheckedLevel:
        """Check a level as `check_level` does, keep it in the store, and return it.

        `notify` is called every `tick` seconds. If this task is cancelled, the search stops. The search pauses while a
        level is made.

        Raises:
            MarioGPTError: there is no level in the text.
        """
        stop = threading.Event()
        work = Work(1)
        hooks = Hooks(work.advance, stop=turns.waiting(stop))

        def check() -> CheckedLevel:
            return check_level(text, repair=repair, legend=legend, hooks=hooks)

        checked = await _in_thread(check, stop, lambda: notify(work.progress("reading the level")), tick)
        await notify(work.done(checked))
        self.store.put(checked)
        return checked

    async def _write(self, request: Request, notify: Notify, tick: float) -> MadeLevel:
        stop = threading.Event()
        work = Work(request.columns)
        hooks = Hooks(work.advance, work.watch, stop)

        def make() -> MadeLevel:
            with turns.making():
                return self.generator.make(request, hooks)

        def report() -> Awaitable[None]:
            return notify(work.progress(self.generator.loader.status))

        made = await _in_thread(make, stop, report, tick, self._one_at_a_time)
        await notify(work.done(made))
        return made


async def _in_thread(
    call: Callable[[], _T],
    stop: threading.Event,
    report: Callable[[], Awaitable[None]],
    tick: float,
    limiter: anyio.CapacityLimiter | None = None,
) -> _T:
    """The result of a call in a thread. It reports every `tick` seconds, and sets the stop flag if it is cancelled."""
    failure: Exception | None = None
    results: list[_T] = []

    async def reports() -> None:
        while True:
            await report()
            await anyio.sleep(tick)

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(reports)
            try:
                results.append(await anyio.to_thread.run_sync(call, abandon_on_cancel=True, limiter=limiter))
            except Exception as error:  # raised outside the group, which would wrap it in an exception group
                failure = error
            group.cancel_scope.cancel()
    finally:
        stop.set()
    if failure is not None:
        raise failure
    return results[0]
