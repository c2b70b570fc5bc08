"""Results of the tools. A level is returned as a text, a picture and structured content."""

from __future__ import annotations

from typing import Annotated, Any

import anyio
from fastmcp.tools import ToolResult
from fastmcp.utilities.types import Image
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from mariogpt_mcp.report.reports import CheckReport
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.service.schema import LevelResult, result_of
from mariogpt_mcp.store.records import MadeLevel, StoredLevel

IncludePicture = Annotated[bool, Field(description="Return a picture.")]

READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)


def outline(model: type[BaseModel]) -> dict[str, Any]:
    """The top level of a model's JSON schema: names, types and required fields.

    It is short because clients put the schemas of all tools into every chat. The full schema is in the OpenAPI document
    of the JSON API.
    """
    schema = model.model_json_schema()
    properties = {name: {"type": entry.get("type", "object")} for name, entry in schema["properties"].items()}
    return {"type": "object", "properties": properties, "required": schema.get("required", [])}


LEVEL_SCHEMA = outline(LevelResult)
"""Schema of a generated or checked level."""


async def level_result(
    stored: StoredLevel, parts: ServerParts, *, picture: bool, show_path: bool = False, cached: bool = False
) -> ToolResult:
    """A level as the result of a tool.

    Args:
        stored: the level.
        parts: the parts of the server that returns it.
        picture: whether the call wants a picture.
        show_path: whether the picture shows the path of the run that beat the level.
        cached: whether an earlier call made the level.
    """
    links = (await parts.links_to_levels()).of(stored.id)
    text = level_text(stored, links, cached=cached, spell_out_rows=parts.spell_out_rows)
    content: list[str | Image] = [text]
    if picture and parts.pictures:
        content.append(Image(data=await anyio.to_thread.run_sync(_png, stored, show_path), format="png"))
    return ToolResult(
        content=content,
        structured_content=result_of(stored, links, cached=cached).model_dump(mode="json"),
    )


def _png(stored: StoredLevel, show_path: bool) -> bytes:
    return stored.path_png if show_path else stored.png


def level_text(stored: StoredLevel, links: dict[str, str], *, cached: bool, spell_out_rows: bool) -> str:
    """The text of a level: a summary, the report, the rows and the links."""
    where = "\n".join(f"{name}: {link}" for name, link in links.items())
    rows = f"\n\n```\n{stored.text}\n```" if spell_out_rows else ""
    return f"Super Mario level {stored.id}: {summary(stored, cached=cached)}\n{stored.report.text()}{rows}\n{where}"


def summary(stored: StoredLevel, *, cached: bool = False) -> str:
    """One line: whether the level is beaten, and whether it is as requested (generated) or valid (checked)."""
    beaten = "beaten" if stored.report.beatable.beaten else "NOT shown to be beatable"
    if isinstance(stored, MadeLevel):
        requested = "as requested" if stored.report.met else "NOT everything is as requested"
        again = ". It was made before, from the same prompt, settings and seed" if cached else ""
        return f"{beaten}, {requested}{again}."
    assert isinstance(stored.report, CheckReport)
    valid = "NOT valid" if stored.report.structure_faults else "valid"
    start = "" if stored.report.beatable.safe_start else ", the start is NOT safe"
    return f"{valid}, {beaten}{start}."
