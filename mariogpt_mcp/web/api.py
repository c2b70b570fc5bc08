"""The JSON API: make levels, check levels, read them again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi import FastAPI
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sse_starlette import EventSourceResponse
from starlette.responses import Response

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.request import RANDOM_SEED, Request
from mariogpt_mcp.service.level_service import LevelService, Progress
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.service.schema import CheckResult, LevelResult, result_of
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, MAX_SEED, settings
from mariogpt_mcp.web.error_responses import NOT_FOUND, REFUSED, failure

DRAWN_EVERY = 0.1
"""Seconds between the drafts of a level that a page shows while it is written."""


def _whole(value: object) -> object:
    """865.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class NewLevel(_Body):
    """What a new level is to be."""

    prompt: str = Field("", description="pipes, enemies, blocks, elevation, style, or everyday English")
    temperature: float = Field(
        default_factory=lambda: settings().temperature, description="0.1 (calm, regular) to 2.0 (wild)"
    )
    level_size: Whole = Field(DEFAULT_LEVEL_SIZE, description="tiles, 14 a column, 100 to 2799; 1399 are 100 columns")
    seed: Whole = Field(
        RANDOM_SEED,
        description="0 to 4294967295; -1: random",
        # Documented here, checked with the same words as over MCP in `Request.of_call`.
        json_schema_extra={"minimum": RANDOM_SEED, "maximum": MAX_SEED},
    )

    def request(self) -> Request:
        """Checked and clamped, or `MarioGPTError`."""
        return Request.of_call(self.prompt, self.level_size, self.temperature, self.seed)


class OwnLevel(_Body):
    """A level to be checked."""

    level: str = Field(description="14 rows of tiles of equal length, top row first, separated by line breaks")
    repair: bool = Field(False, description="mend what is broken or impossible with few tiles")


async def _silent(progress: Progress) -> None:
    return


def add_api(web: FastAPI, service: LevelService, links: Links) -> None:
    """Register the JSON API."""

    @web.post("/api/levels", operation_id="make_level", response_model=LevelResult, responses=REFUSED)
    async def make_level(new: NewLevel) -> Any:
        """Make a level, in about a second; the same body with the same seed gets the same level."""
        try:
            made, cached = await service.make(new.request(), _silent)
        except MarioGPTError as error:
            return failure(str(error), 422)
        return result_of(made, links.of(made.id), cached=cached)

    @web.post("/api/levels/check", operation_id="check_level", response_model=CheckResult, responses=REFUSED)
    async def check_level(own: OwnLevel) -> Any:
        """Check any level: is it whole, and can it be beaten?"""
        try:
            checked = await service.check(own.level, repair=own.repair)
        except MarioGPTError as error:
            return failure(str(error), 422)
        return result_of(checked, links.of(checked.id))

    @web.get(
        "/api/levels/{id}",
        operation_id="read_level",
        response_model=LevelResult | CheckResult,
        responses=NOT_FOUND,
    )
    def read_level(id: str) -> Any:
        """A kept level."""
        try:
            return result_of(service.store.get(id), links.of(id))
        except MarioGPTError as error:
            return failure(str(error), 404)

    @web.post("/api/levels/stream", include_in_schema=False)
    async def stream_level(new: NewLevel) -> Response:
        """Make a level and tell of it meanwhile, as server-sent events: progress, then made or failed."""
        try:
            request = new.request()
        except MarioGPTError as error:
            return failure(str(error), 422)
        send, receive = anyio.create_memory_object_stream[dict[str, str]](1)
        # The response runs the work and cancels it when the page goes away.
        return EventSourceResponse(_read(receive), data_sender_callable=lambda: _tell(send, service, request))


async def _read(receive: MemoryObjectReceiveStream[dict[str, str]]) -> AsyncIterator[dict[str, str]]:
    async with receive:
        async for event in receive:
            yield event


async def _tell(send: MemoryObjectSendStream[dict[str, str]], service: LevelService, request: Request) -> None:
    async def tell(progress: Progress) -> None:
        rows = progress.draft.rows if progress.draft is not None else ()
        event = {"done": progress.done, "total": progress.total, "message": progress.message, "rows": rows}
        await send.send({"event": "progress", "data": json.dumps(event)})

    async with send:
        try:
            made, _ = await service.make(request, tell, DRAWN_EVERY)
            await send.send({"event": "made", "data": json.dumps({"id": made.id})})
        except MarioGPTError as error:
            await send.send({"event": "failed", "data": json.dumps({"error": str(error)})})
