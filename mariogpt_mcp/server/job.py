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


async def make_level(generator: MarioGPT, request: Request, report: Report) -> MadeLevel:
    """Make a level in a thread. If this task is cancelled, sampling stops before its next column."""
    stop = threading.Event()
    written, total = 0, request.columns

    def advance(done: int, of: int) -> None:
        nonlocal written, total
        written, total = done, of

    async def tell() -> None:
        shown = 0.0
        while True:
            # Progress has to grow with each report, also while the model loads or another level is written.
            shown = max(shown + 0.01, float(written))
            message = f"{written} of {total} columns" if written else "getting ready"
            await report(shown, float(max(total, written)), message)
            await anyio.sleep(TICK)

    failure: Exception | None = None
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(tell)
            try:
                made = await anyio.to_thread.run_sync(generator.make, request, advance, stop, abandon_on_cancel=True)
            except Exception as error:  # raised outside the group, which would wrap it
                failure = error
            group.cancel_scope.cancel()
    finally:
        stop.set()
    if failure is not None:
        raise failure
    await report(float(total), float(total), "done")
    return made
