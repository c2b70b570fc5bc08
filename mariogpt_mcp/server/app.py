"""Puts the MCP server together."""

from __future__ import annotations

from fastmcp import FastMCP

from mariogpt_mcp.server.mcp_app import AnnounceView, add_view
from mariogpt_mcp.server.middleware.call_log import LogCalls
from mariogpt_mcp.server.middleware.cancellation import CancelByNotification
from mariogpt_mcp.server.middleware.plain_errors import PlainErrors
from mariogpt_mcp.server.prompts import read_prompts
from mariogpt_mcp.server.resources import add_resources
from mariogpt_mcp.server.tools.generate import add_tools
from mariogpt_mcp.server.tools.library import add_material
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.version import __version__

INSTRUCTIONS = """\
Makes Super Mario levels. Call generate_mario_level with what the user wants ("many pipes, few enemies"); show them the
report, the level and the link to play it, and say so when the report says that something was not met or not
understood. Every level is beaten by a built-in player before it is handed over. To change part of a level, or for
another one of its kind with more or less of something, call vary_level with its id; to make it longer extend_level; for
several levels call generate_mario_level several times. After writing or editing a level's text yourself call
check_level: it says whether the level can be beaten, and mends it if asked to. list_levels finds levels from before,
get_level also gives files for Tiled, LDtk and the Mario AI Framework. get_tile_legend explains the symbols,
get_level_suggestions offers prompts. There are no castles, bosses, water or lifts, and one kind of enemy. Where the
result has an https picture link, show it as ![level](link)."""


def create_server(service: LevelService, links: Links) -> FastMCP:
    """The server with its tools, resources and prompts; nothing is loaded yet."""
    mcp: FastMCP = FastMCP(
        "mariogpt-mcp",
        instructions=INSTRUCTIONS,
        version=__version__,
        mask_error_details=True,
        middleware=[LogCalls(), AnnounceView(), CancelByNotification(), PlainErrors()],
    )
    add_tools(mcp, service, links)
    add_material(mcp, service, links)
    add_resources(mcp, service.store)
    add_view(mcp)
    for prompt in read_prompts():
        mcp.add_prompt(prompt)
    return mcp
