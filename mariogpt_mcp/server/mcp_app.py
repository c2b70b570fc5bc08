"""The player inside the chat: an MCP App (io.modelcontextprotocol/ui, SEP-1865) for tools that return a level."""

from __future__ import annotations

from fastmcp import FastMCP
from fastmcp.apps import AppConfig
from fastmcp.dependencies import Depends
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from mcp.types import InitializeRequest, InitializeResult

from mariogpt_mcp.server.dependencies import ServerParts, current_parts

PLAYER_URI = "ui://mariogpt-mcp/player.html"
MIME_TYPE = "text/html;profile=mcp-app"
EXTENSION = "io.modelcontextprotocol/ui"

SHOWN_IN_PLAYER = AppConfig(resource_uri=PLAYER_URI)
"""Marks a tool. Hosts show the results of marked tools in the player."""


class AnnounceMcpApps(Middleware):
    """Lists the MCP Apps extension in the response to `initialize`. Without it, hosts do not show the player.

    FastMCP 4 omits the extension for clients of protocol versions before 2026-07-28.
    """

    async def on_initialize(
        self,
        context: MiddlewareContext[InitializeRequest],
        call_next: CallNext[InitializeRequest, InitializeResult | None],
    ) -> InitializeResult | None:
        """Add the extension to the capabilities of the server."""
        result = await call_next(context)
        if result is None:
            return None
        extensions = {**(result.capabilities.extensions or {}), EXTENSION: {"mimeTypes": [MIME_TYPE]}}
        return result.model_copy(
            update={"capabilities": result.capabilities.model_copy(update={"extensions": extensions})}
        )


def add_player(mcp: FastMCP) -> None:
    """Register the player's page."""
    mcp.resource(
        PLAYER_URI,
        title="Player for Super Mario levels",
        mime_type=MIME_TYPE,
        app=AppConfig(prefers_border=True),
    )(level_player)


def level_player(parts: ServerParts = Depends(current_parts)) -> str:
    """The page with the player that hosts show for a Super Mario level."""
    return parts.player_page()
