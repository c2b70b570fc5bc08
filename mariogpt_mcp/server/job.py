"""Runs the generator for an async caller: progress while it works, and an end to the work when cancelled."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable

import anyio

from mariogpt_mcp.generator import MarioGPT, Request
from mariogpt_mcp.store import MadeLevel

TICK = 0.25
"""Seconds between progress reports; clients that wait want one at least every second."""

Report = Callable[[float, float, str], Awaitable[None]]
"""Called with (columns written, columns to write, message)."""


async def make_level(generator: MarioGPT, request: Request, report: Report, turn: anyio.CapacityLimiter) -> MadeLevel:
    """Make a level in a thread, when it is this call's turn.

    If this task is cancelled, sampling stops before its next column. Calls wait for `turn` here and not in
    threads, in the order they came.
    """
    stop = threading.Event()
    written, total, shown = 0, request.columns, 0.0

    def advance(done: int, of: int) -> None:
        nonlocal written, total
        written, total = done, of

    async def tell() -> None:
        nonlocal shown
        while True:
            # Progress has to grow with each report, also while the model loads, another level is written or
            # this one is counted: by hundredths of a column then, and never to the total.
            shown = max(shown + 0.01, min(float(written), total - 1.0))
            message = f"{written} of {total} columns" if written else "getting ready"
            await report(round(shown, 2), float(total), message)
            await anyio.sleep(TICK)

    failure: Exception | None = None
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(tell)
            try:
                made = await anyio.to_thread.run_sync(
                    generator.make, request, advance, stop, abandon_on_cancel=True, limiter=turn
                )
            except Exception as error:  # raised outside the group, which would wrap it
                failure = error
            group.cancel_scope.cancel()
    finally:
        stop.set()
    if failure is not None:
        raise failure
    await report(float(max(total, shown + 0.01)), float(total), "done")
    return made
