"""Builds the MCP server from its tools, resources, prompts and middleware."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial, wraps
from typing import Any

from fastmcp import FastMCP
from fastmcp.server.lifespan import lifespan

from mariogpt_mcp.server.dependencies import LIFESPAN_KEY, ServerParts
from mariogpt_mcp.server.mcp_app import SHOWN_IN_PLAYER, AnnounceMcpApps, add_player
from mariogpt_mcp.server.middleware.arguments import ReadArguments
from mariogpt_mcp.server.middleware.call_log import LogToolCalls
from mariogpt_mcp.server.middleware.cancellation import CancelByNotification
from mariogpt_mcp.server.middleware.plain_errors import PlainErrors
from mariogpt_mcp.server.prompts import read_prompts
from mariogpt_mcp.server.resources import add_resources, complete
from mariogpt_mcp.server.tools.check import check_level
from mariogpt_mcp.server.tools.generate import generate_mario_level
from mariogpt_mcp.server.tools.library import FILE_SCHEMA, Levels, get_level, list_levels
from mariogpt_mcp.server.tools.reference import Legend, Suggestions, get_level_suggestions, get_tile_legend
from mariogpt_mcp.server.tools.results import LEVEL_SCHEMA, READ_ONLY, WRITES, outline
from mariogpt_mcp.server.tools.revise import extend_level, vary_level
from mariogpt_mcp.version import __version__

INSTRUCTIONS = """\
Makes Super Mario levels. Call generate_mario_level with what the user wants ("many pipes, few enemies"). Show the user
the report, the level and the link to play it. Tell the user what the report lists as not met or not understood. A
built-in player plays every level; if it cannot beat one, the report says so first. To rewrite some columns, or to get a
similar level with more or fewer pipes, enemies or blocks, call vary_level with the level's id. To make a level longer,
call extend_level. For several levels, call generate_mario_level several times. After you write or edit a level's text,
call check_level: it says whether the level is valid and can be beaten, and repairs it with repair=true. list_levels
lists earlier levels. get_level returns one of them, also as a file for Tiled, LDtk or the Mario AI Framework.
get_tile_legend explains the symbols. get_level_suggestions suggests prompts. There are no castles, bosses, water or
lifts, and there is one kind of enemy. If a result has an https picture link, show it as ![level](link)."""


def create_server(parts: ServerParts) -> FastMCP:
    """The server with its tools, resources and prompts. The model is loaded later, by the first call that needs it."""

    @lifespan
    async def provide_parts(server: FastMCP[Any]) -> AsyncIterator[dict[str, Any]]:
        yield {LIFESPAN_KEY: parts}

    mcp: FastMCP = FastMCP(
        "mariogpt-mcp",
        instructions=INSTRUCTIONS,
        version=__version__,
        lifespan=provide_parts,
        mask_error_details=True,
        middleware=[LogToolCalls(), AnnounceMcpApps(), CancelByNotification(), PlainErrors(), ReadArguments()],
    )
    _add_tools(mcp, parts.temperature)
    add_resources(mcp)
    add_player(mcp)
    mcp.completion(partial(complete, store=parts.service.store))
    for prompt in read_prompts():
        mcp.add_prompt(prompt)
    return mcp


def _add_tools(mcp: FastMCP, temperature: float) -> None:
    """Register the tools in the order in which clients list them."""
    level: dict[str, Any] = {"annotations": WRITES, "output_schema": LEVEL_SCHEMA, "app": SHOWN_IN_PLAYER}
    reads: dict[str, Any] = {"annotations": READ_ONLY}
    generate = _with_defaults(generate_mario_level, temperature=temperature)
    suggestions, legend, levels = outline(Suggestions), outline(Legend), outline(Levels)
    mcp.tool(generate, title="Generate a Super Mario level", **level)
    mcp.tool(check_level, title="Check a Super Mario level", **level)
    mcp.tool(get_level_suggestions, title="Suggest Super Mario level prompts", output_schema=suggestions, **reads)
    mcp.tool(get_tile_legend, title="Explain the tiles of a Super Mario level", output_schema=legend, **reads)
    mcp.tool(list_levels, title="List Super Mario levels", output_schema=levels, **reads)
    mcp.tool(get_level, title="Get a Super Mario level", output_schema=FILE_SCHEMA, **reads)
    mcp.tool(vary_level, title="Vary a Super Mario level", **level)
    mcp.tool(extend_level, title="Extend a Super Mario level", **level)


def _with_defaults(tool: Callable[..., Coroutine[Any, Any, Any]], **defaults: Any) -> Callable[..., Any]:
    """The same tool with other default values. Its schema shows these defaults."""

    @wraps(tool)
    async def call(**arguments: Any) -> Any:
        return await tool(**{**defaults, **arguments})

    signature = inspect.signature(tool)
    parameters = [p.replace(default=defaults.get(p.name, p.default)) for p in signature.parameters.values()]
    call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return call
