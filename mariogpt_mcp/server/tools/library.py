"""The MCP tools for levels that are there: find them, take them into other programs, write part of them anew."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Literal

import anyio
from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.tools import ToolResult
from pydantic import BaseModel, Field

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.generation.request import RANDOM_SEED
from mariogpt_mcp.generation.revision import extend, vary
from mariogpt_mcp.server.mcp_app import SHOWN_IN_VIEW
from mariogpt_mcp.server.tools.results import LEVEL_SCHEMA, READ_ONLY, WRITES, hand_over, outline, summary, write
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import settings
from mariogpt_mcp.store.records import MadeLevel, StoredLevel

SPELLED_OUT = 5_000
"""Characters of an exported file up to which its text stands in the answer; larger ones are linked."""

FILE_SCHEMA = {**LEVEL_SCHEMA, "required": ["id", "links"]}
"""Of a level, or of where a file of it lies."""

Id = Annotated[str, Field(description="Id of a level, from an earlier result or list_levels.")]
Seed = Annotated[int, Field(description="As in generate_mario_level.")]
View = Literal["level", "vglc", "framework", "tiled", "ldtk"]


class Levels(BaseModel):
    """The newest levels."""

    levels: list[dict[str, str | int]]
    kept: int = Field(description="how many there are")


def add_material(mcp: FastMCP, service: LevelService, links: Links) -> None:
    """Register the tools on a server."""

    def find(level_id: str) -> StoredLevel:
        try:
            return service.store.get(level_id.strip())
        except MarioGPTError as error:
            raise ToolError(str(error)) from None

    @mcp.tool(title="List Super Mario levels", annotations=READ_ONLY, output_schema=outline(Levels))
    async def list_levels(
        count: Annotated[int, Field(description="How many, 1 to 100.")] = 10,
    ) -> ToolResult:
        """The newest Super Mario levels on this server: id, time, width, prompt, whether it is beaten, link to play it.

        Use it to find a level from before.
        """
        if not 1 <= count <= 100:
            raise ToolError(f"count must be a whole number from 1 to 100, not {count}, for example 10.")
        newest = service.store.recent(count)
        entries = [await anyio.to_thread.run_sync(_entry, level, when, links) for level, when in newest]
        lines = [
            f"{e['id']}: {e['when']}, {e['columns']} columns, {e['about']}, {e['state']} {e['link']}".strip()
            for e in entries
        ] or ["No level has been made yet; generate_mario_level makes one."]
        found = Levels(levels=entries, kept=len(service.store.ids()))
        return ToolResult(content="\n".join(lines), structured_content=found.model_dump(mode="json"))

    @mcp.tool(
        title="Get a Super Mario level",
        annotations=READ_ONLY,
        output_schema=FILE_SCHEMA,
    )
    async def get_level(
        id: Id,
        format: Annotated[
            View,
            Field(
                description="level: report, rows, picture. Or a file: vglc (text), framework (text for the Java "
                "Mario AI Framework), tiled, ldtk (map and tileset)."
            ),
        ] = "level",
        show_path: Annotated[bool, Field(description="Draw the path of the run that beat it.")] = False,
    ) -> ToolResult:
        """A Super Mario level from before, with links to play and see it, or as a file for another program."""
        stored = find(id)
        if format == "level":
            return await hand_over(stored, links, path=show_path)
        exported = export(stored.level, format, f"mario-{stored.id[:8]}")
        about, where = FORMATS[format].about, await anyio.to_thread.run_sync(links.export, stored.id, format)
        text = exported.files[exported.main].decode()
        shown = f"\n\n```\n{text.rstrip()}\n```" if len(text) <= SPELLED_OUT else ""
        return ToolResult(
            content=f"Super Mario level {stored.id} as {about}.{shown}\nfile: {where}",
            structured_content={"id": stored.id, "links": {"file": where}},
        )

    @mcp.tool(title="Vary a Super Mario level", annotations=WRITES, output_schema=LEVEL_SCHEMA, app=SHOWN_IN_VIEW)
    async def vary_level(
        ctx: Context,
        id: Id,
        columns: Annotated[
            str, Field(description='Columns to write anew, from 1, such as "41-60"; empty: all of them.')
        ] = "",
        prompt: Annotated[
            str,
            Field(
                description='What these columns shall have, as in generate_mario_level: "12 enemies". What it leaves '
                "open keeps its class (no, little, some, many)."
            ),
        ] = "",
        seed: Seed = RANDOM_SEED,
    ) -> ToolResult:
        """Write some columns of a Super Mario level anew; all others stay exactly as they are.

        Use it to change a part, or, with all columns, for another level of the same kind with more or less of
        something. The new level is beaten again and has its own id; the old one stays.
        """
        stored = find(id)
        return await write(
            ctx, service, links, lambda: vary(stored, columns, prompt, seed, settings().temperature), path=False
        )

    @mcp.tool(title="Extend a Super Mario level", annotations=WRITES, output_schema=LEVEL_SCHEMA, app=SHOWN_IN_VIEW)
    async def extend_level(
        ctx: Context,
        id: Id,
        columns: Annotated[int, Field(description="Columns to add, 1 to 200.")] = 50,
        prompt: Annotated[str, Field(description="What the new columns shall have, as in generate_mario_level.")] = "",
        seed: Seed = RANDOM_SEED,
    ) -> ToolResult:
        """Make a Super Mario level longer at its right end; what is there stays exactly as it is.

        The new level is beaten again and has its own id.
        """
        stored = find(id)
        return await write(
            ctx, service, links, lambda: extend(stored, columns, prompt, seed, settings().temperature), path=False
        )


def _entry(stored: StoredLevel, when: float, links: Links) -> dict[str, str | int]:
    return {
        "id": stored.id,
        "when": datetime.fromtimestamp(when, timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "about": repr(stored.report.prompt) if isinstance(stored, MadeLevel) else "checked",
        "columns": stored.level.columns,
        "state": summary(stored),
        "link": links.of(stored.id).get("play", ""),
    }
