"""The tool that checks and repairs a level."""

from __future__ import annotations

from typing import Annotated

from fastmcp.dependencies import Depends
from fastmcp.tools import ToolResult
from pydantic import Field

from mariogpt_mcp.export.imported import Legend
from mariogpt_mcp.server.dependencies import ServerParts, current_parts, progress_notifier
from mariogpt_mcp.server.tools.results import IncludePicture, level_result
from mariogpt_mcp.service.progress import Notify


async def check_level(
    level: Annotated[
        str,
        Field(
            description="14 rows of equal length, top row first, with the symbols of get_tile_legend; or a file of "
            "Tiled (.tmj) or LDtk; or the id of an earlier level."
        ),
    ],
    repair: Annotated[bool, Field(description="Repair faults and impassable places by changing a few tiles.")] = False,
    legend: Annotated[
        Legend,
        Field(description="Symbols: vglc (get_tile_legend) or framework (Mario AI Framework)."),
    ] = "auto",
    picture: IncludePicture = True,
    parts: ServerParts = Depends(current_parts),
    notify: Notify = Depends(progress_notifier),
) -> ToolResult:
    """Check whether a Super Mario level is valid and can be beaten.

    Use it after writing or editing a level's text. Returns the structural faults, the counts, whether a built-in player
    beat the level or where it got stuck, and a picture with the path of the run. With repair=true, returns a repaired
    level.
    """
    checked = await parts.service.check(parts.service.store.text_of(level), notify, repair=repair, legend=legend)
    return await level_result(checked, parts, picture=picture, show_path=True)
