"""Server-sent events about a level while it is made: `progress`, then `made` or `failed`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from functools import partial

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from sse_starlette import EventSourceResponse

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.progress import Progress

PROGRESS_INTERVAL = 0.1
"""Seconds between progress events; a page draws the rows that each one holds."""

Event = dict[str, str]


def level_events(service: LevelService, request: Request) -> EventSourceResponse:
    """Make a level and report on it in a response.

    The data of each event is JSON. `progress` has `done` and `total` (columns), `message`, and `rows`, the 14 rows
    written so far, empty before the first column. `made` has the `id` of the level, `failed` an `error`.
    """
    send, receive = anyio.create_memory_object_stream[Event](1)
    # The response runs the sender as a task and cancels it when the client disconnects.
    return EventSourceResponse(_received(receive), data_sender_callable=partial(_make_level, send, service, request))


async def _received(receive: MemoryObjectReceiveStream[Event]) -> AsyncIterator[Event]:
    async with receive:
        async for event in receive:
            yield event


async def _make_level(send: MemoryObjectSendStream[Event], service: LevelService, request: Request) -> None:
    async def tell(progress: Progress) -> None:
        rows = progress.draft.rows if progress.draft is not None else ()
        fields = {"done": progress.done, "total": progress.total, "message": progress.message, "rows": rows}
        await send.send(_event("progress", fields))

    async with send:
        try:
            made, _ = await service.make(request, tell, PROGRESS_INTERVAL)
            await send.send(_event("made", {"id": made.id}))
        except MarioGPTError as error:
            await send.send(_event("failed", {"error": str(error)}))


def _event(name: str, fields: dict[str, object]) -> Event:
    return {"event": name, "data": json.dumps(fields)}
