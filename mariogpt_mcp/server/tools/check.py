"""The tool that checks and repairs a level."""

from __future__ import annotations

from typing import Annotated

from fastmcp.dependencies import Depends
from fastmcp.tools import ToolResult
from pydantic import Field

from mariogpt_mcp.export.imported import Legend
from mariogpt_mcp.server.dependencies import ServerParts, current_parts, progress_notifier
from mariogpt_mcp.server.tools.results import level_result
from mariogpt_mcp.service.progress import Notify


async def check_level(
    level: Annotated[
        str,
        Field(
            description="14 rows of equal length, top row first, separated by line breaks, with the symbols of "
            "get_tile_legend; or the content of a Tiled (.tmj) or LDtk file; or the id of an earlier level."
        ),
    ],
    repair: Annotated[
        bool, Field(description="Repair faults and impassable places by changing a few tiles; each change is listed.")
    ] = False,
    legend: Annotated[
        Legend,
        Field(description="Symbols of the rows: vglc as in get_tile_legend, or framework for the Mario AI Framework."),
    ] = "auto",
    parts: ServerParts = Depends(current_parts),
    notify: Notify = Depends(progress_notifier),
) -> ToolResult:
    """Check whether a Super Mario level is valid and can be beaten.

    Use it after writing or editing a level's text. Returns the structural faults, the counts, whether a built-in player
    beat the level or where it got stuck, and a picture with the path of the run. With repair=true, returns a repaired
    level.
    """
    checked = await parts.service.check(parts.service.store.text_of(level), notify, repair=repair, legend=legend)
    return await level_result(checked, parts, show_path=True)
