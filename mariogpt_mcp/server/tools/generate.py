"""The tool that makes a new level."""

from __future__ import annotations

from typing import Annotated

from fastmcp.dependencies import Depends
from fastmcp.tools import ToolResult
from pydantic import Field

from mariogpt_mcp.generation.request import RANDOM_SEED, Request, seed_of_call
from mariogpt_mcp.server.dependencies import ServerParts, current_parts, progress_notifier
from mariogpt_mcp.server.tools.results import IncludePicture, level_result
from mariogpt_mcp.service.progress import Notify
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, DEFAULT_TEMPERATURE


async def generate_mario_level(
    prompt: Annotated[
        str,
        Field(
            description="What the level has: pipes, enemies, blocks (no/little/some/many, or a number), elevation "
            '(low/high), style (overworld/underground/athletic). Example: "many pipes, 3 enemies, high elevation". All '
            'parts are optional. Everyday English works too ("a few goombas", "easy").'
        ),
    ] = "",
    temperature: Annotated[
        float, Field(description="Randomness of the tiles, from 0.1 (calm, regular) to 2.0 (wild).")
    ] = DEFAULT_TEMPERATURE,
    level_size: Annotated[
        int,
        Field(description="Size in tiles, 100 to 2799, 14 a column: 1399 is 100 columns."),
    ] = DEFAULT_LEVEL_SIZE,
    seed: Annotated[
        int,
        Field(description="0 to 4294967295, or -1 (random). The same seed makes the same level."),
    ] = RANDOM_SEED,
    show_path: Annotated[bool, Field(description="Draw the path of the run that beat the level.")] = False,
    picture: IncludePicture = True,
    parts: ServerParts = Depends(current_parts),
    notify: Notify = Depends(progress_notifier),
) -> ToolResult:
    """Make a new Super Mario level from a prompt, in about a second.

    Use it whenever someone wants a Mario level. A built-in player plays the level before it is returned. Returns a
    report (how it was beaten; what was requested, counted, not met), the 14 rows, a picture, and links to the level.
    """
    request = Request.check(prompt, level_size, temperature, seed_of_call(seed))
    made, cached = await parts.service.make(request, notify)
    return await level_result(made, parts, picture=picture, show_path=show_path, cached=cached)
