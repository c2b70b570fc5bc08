"""The tools that write new columns into an earlier level. The result is a new level with its own id."""

from __future__ import annotations

from typing import Annotated

from fastmcp.dependencies import Depends
from fastmcp.tools import ToolResult
from pydantic import Field

from mariogpt_mcp.generation.request import RANDOM_SEED, seed_of_call
from mariogpt_mcp.generation.revision import extend, vary
from mariogpt_mcp.server.dependencies import ServerParts, current_parts, progress_notifier
from mariogpt_mcp.server.tools.library import LevelId
from mariogpt_mcp.server.tools.results import IncludePicture, level_result
from mariogpt_mcp.service.progress import Notify

Seed = Annotated[int, Field(description="As in generate_mario_level.")]


async def vary_level(
    id: LevelId,
    columns: Annotated[
        str, Field(description='Columns to rewrite, counted from 1, for example "41-60". Empty: all.')
    ] = "",
    prompt: Annotated[
        str,
        Field(
            description='What the new columns have, as in generate_mario_level: "12 enemies". Attributes that are '
            "not named keep their class."
        ),
    ] = "",
    seed: Seed = RANDOM_SEED,
    picture: IncludePicture = True,
    parts: ServerParts = Depends(current_parts),
    notify: Notify = Depends(progress_notifier),
) -> ToolResult:
    """Rewrite some columns of a Super Mario level; all other columns stay the same.

    Use it to change a part of a level. With all columns, it makes a similar level with more or fewer pipes, enemies or
    blocks. The result has a new id, and a built-in player has beaten it. The old level stays.
    """
    request = vary(parts.find(id), columns, prompt, seed_of_call(seed), parts.temperature)
    made, cached = await parts.service.make(request, notify)
    return await level_result(made, parts, picture=picture, cached=cached)


async def extend_level(
    id: LevelId,
    columns: Annotated[int, Field(description="Columns to add, 1 to 200.")] = 50,
    prompt: Annotated[str, Field(description="What the new columns have, as in generate_mario_level.")] = "",
    seed: Seed = RANDOM_SEED,
    picture: IncludePicture = True,
    parts: ServerParts = Depends(current_parts),
    notify: Notify = Depends(progress_notifier),
) -> ToolResult:
    """Make a Super Mario level longer at its right end; the existing columns stay the same.

    The result has a new id, and a built-in player has beaten it.
    """
    request = extend(parts.find(id), columns, prompt, seed_of_call(seed), parts.temperature)
    made, cached = await parts.service.make(request, notify)
    return await level_result(made, parts, picture=picture, cached=cached)
