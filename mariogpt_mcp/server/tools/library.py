"""The tools that find earlier levels and return them, also as files for other programs."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timezone
from textwrap import shorten
from typing import Annotated, Literal

import anyio
from fastmcp.dependencies import Depends
from fastmcp.tools import ToolResult
from mcp.types import BlobResourceContents, ContentBlock, EmbeddedResource, TextContent, TextResourceContents
from pydantic import BaseModel, Field

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, Exported, export
from mariogpt_mcp.server.dependencies import ServerParts, current_parts
from mariogpt_mcp.server.tools.results import LEVEL_SCHEMA, IncludePicture, level_result, summary
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.store.records import MadeLevel, StoredLevel

MAX_LISTED = 100

MAX_PROMPT = 60
"""Characters of a prompt in the list of levels, where words at its end are left out."""

MAX_SPELLED_OUT = 5_000
"""Length in characters up to which a result contains the text of an exported file. A longer file is only linked."""

FILE_SCHEMA = {**LEVEL_SCHEMA, "required": ["id", "links"]}
"""Schema of the result of `get_level`: a level, or the link to its file."""

LevelId = Annotated[str, Field(description="Id of a level, from an earlier result or list_levels.")]


class Levels(BaseModel):
    """The newest levels."""

    levels: list[dict[str, str | int]]
    kept: int = Field(description="number of levels on this server")


async def list_levels(
    count: Annotated[int, Field(description=f"Number of levels, 1 to {MAX_LISTED}.")] = 10,
    parts: ServerParts = Depends(current_parts),
) -> ToolResult:
    """List the newest Super Mario levels on this server: id, time, width, prompt, whether it is beaten, link.

    Use it to find an earlier level.
    """
    if not 1 <= count <= MAX_LISTED:
        raise MarioGPTError(f"count must be a whole number from 1 to {MAX_LISTED}, not {count}, for example 10.")
    store = parts.service.store
    newest = store.recent(count)
    links = await parts.links_to_levels() if newest else parts.links
    entries = [_entry(level, when, links) for level, when in newest]
    lines = [
        f"{e['id']}: {e['when']}, {e['columns']} columns, {e['about']}, {e['state']} {e['link']}".strip()
        for e in entries
    ] or ["No level has been made yet; generate_mario_level makes one."]
    found = Levels(levels=entries, kept=len(store.ids()))
    return ToolResult(content="\n".join(lines), structured_content=found.model_dump(mode="json"))


async def get_level(
    id: LevelId,
    format: Annotated[
        Literal["level", "vglc", "framework", "tiled", "ldtk"],
        Field(
            description="level: report, rows, picture. The others are files: vglc (text), framework (text for the "
            "Mario AI Framework), tiled and ldtk (map and tileset)."
        ),
    ] = "level",
    show_path: Annotated[bool, Field(description="As in generate_mario_level.")] = False,
    picture: IncludePicture = True,
    parts: ServerParts = Depends(current_parts),
) -> ToolResult:
    """Get an earlier Super Mario level with its report and links, or as a file for another program."""
    stored = parts.find(id)
    if format == "level":
        return await level_result(stored, parts, picture=picture, show_path=show_path)
    exported = await anyio.to_thread.run_sync(export, stored.level, format, f"mario-{stored.id[:8]}")
    file = (await parts.links_to_levels()).export(stored.id, format)
    text = exported.files[exported.main].decode()
    spelled_out = f"\n\n```\n{text.rstrip()}\n```" if len(text) <= MAX_SPELLED_OUT else ""
    about = f"Super Mario level {stored.id} as {FORMATS[format].about}.{spelled_out}\nfile: {file}"
    content: list[ContentBlock] = [TextContent(type="text", text=about)]
    if not file.startswith("http") and (not spelled_out or len(exported.files) > 1):
        content.append(_embedded(exported, file))
    return ToolResult(content=content, structured_content={"id": stored.id, "links": {"file": file}})


def _embedded(exported: Exported, uri: str) -> EmbeddedResource:
    """The file itself, for clients that cannot open a link; a ZIP archive if it needs the tileset's picture."""
    packed = exported.packed()
    if packed is exported:
        text = TextResourceContents(uri=uri, mime_type=exported.media_type, text=exported.content.decode())
        return EmbeddedResource(type="resource", resource=text)
    blob = b64encode(packed.content).decode()
    archive = BlobResourceContents(uri=uri, mime_type=packed.media_type, blob=blob)
    return EmbeddedResource(type="resource", resource=archive)


def _entry(stored: StoredLevel, when: float, links: Links) -> dict[str, str | int]:
    return {
        "id": stored.id,
        "when": datetime.fromtimestamp(when, timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "about": repr(shorten(stored.report.prompt, MAX_PROMPT)) if isinstance(stored, MadeLevel) else "checked",
        "columns": stored.level.columns,
        "state": summary(stored),
        "link": links.of(stored.id).get("play", ""),
    }
