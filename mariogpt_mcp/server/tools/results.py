"""What the tools that hand over a level answer: a short text first, its picture, and the same for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
from fastmcp import Context
from fastmcp.exceptions import ToolError
from fastmcp.tools import ToolResult
from fastmcp.utilities.types import Image
from mcp.types import ToolAnnotations
from pydantic import BaseModel

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.report.reports import CheckReport
from mariogpt_mcp.service.level_service import LevelService, Progress
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.service.schema import LevelResult, result_of
from mariogpt_mcp.settings import settings
from mariogpt_mcp.store.records import MadeLevel, StoredLevel


def outline(model: type[BaseModel]) -> dict[str, Any]:
    """A model's JSON schema to a depth of one.

    The schema in full is in the OpenAPI document of the JSON API; a client pays for every word here in each chat.
    """
    schema = model.model_json_schema()
    kinds = {}
    for name, entry in schema["properties"].items():
        kinds[name] = {"type": entry.get("type", "object")}
    return {"type": "object", "properties": kinds, "required": schema.get("required", [])}


LEVEL_SCHEMA = outline(LevelResult)
"""Of a generated level and of a checked one."""


READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)


async def write(
    ctx: Context, service: LevelService, links: Links, request: Callable[[], Request], *, path: bool
) -> ToolResult:
    """Make the level of a request, telling the client how far it is.

    Raises:
        ToolError: the request cannot be met, in one sentence.
    """

    async def tell(progress: Progress) -> None:
        await ctx.report_progress(progress.done, progress.total, progress.message)

    try:
        made, cached = await service.make(request(), tell)
    except MarioGPTError as error:
        raise ToolError(str(error)) from None
    return await hand_over(made, links, path=path, cached=cached)


async def hand_over(stored: StoredLevel, links: Links, *, path: bool, cached: bool = False) -> ToolResult:
    """A level as the result of a tool; `path` draws the run that beat it."""
    found = await anyio.to_thread.run_sync(links.of, stored.id)
    picture = Image(data=stored.path_png if path else stored.png, format="png")
    return ToolResult(
        content=[text_of(stored, found, cached=cached), picture],
        structured_content=result_of(stored, found, cached=cached).model_dump(mode="json"),
    )


def text_of(stored: StoredLevel, links: dict[str, str], *, cached: bool = False) -> str:
    """The text of a level: first whether all is well with it, then the report, the rows and the links."""
    where = "\n".join(f"{name}: {link}" for name, link in links.items())
    rows = f"\n\n```\n{stored.text}\n```" if settings().grid == "on" else ""
    return f"Super Mario level {stored.id}: {summary(stored, cached=cached)}\n{stored.report.text()}{rows}\n{where}"


def summary(stored: StoredLevel, *, cached: bool = False) -> str:
    """In a few words whether a level is beaten and as asked."""
    if isinstance(stored, MadeLevel):
        beaten = "beaten" if stored.report.beatable.beaten else "NOT shown to be beatable"
        asked = "as asked" if stored.report.met else "NOT everything is as asked"
        again = ". Made before, of the same prompt, settings and seed" if cached else ""
        return f"{beaten}, {asked}{again}."
    assert isinstance(stored.report, CheckReport)
    return "whole, and beaten." if stored.report.good else "NOT all is well."
