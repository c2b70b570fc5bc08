"""The game inside the chat: an MCP App (io.modelcontextprotocol/ui, SEP-1865) on the tools that hand over a level."""

from __future__ import annotations

from fastmcp import FastMCP
from fastmcp.apps import AppConfig
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from mcp.types import InitializeRequest, InitializeResult

VIEW_URI = "ui://mariogpt-mcp/player.html"
MIME_TYPE = "text/html;profile=mcp-app"
EXTENSION = "io.modelcontextprotocol/ui"

SHOWN_IN_VIEW = AppConfig(resource_uri=VIEW_URI)
"""Marks a tool whose results the view shows."""


class AnnounceView(Middleware):
    """Names the extension in the answer to `initialize`, without which hosts show no view.

    FastMCP 4 leaves it out for clients of before 2026-07-28.
    """

    async def on_initialize(
        self,
        context: MiddlewareContext[InitializeRequest],
        call_next: CallNext[InitializeRequest, InitializeResult | None],
    ) -> InitializeResult | None:
        """Add it to what the server can do."""
        result = await call_next(context)
        if result is None:
            return None
        extensions = {**(result.capabilities.extensions or {}), EXTENSION: {"mimeTypes": [MIME_TYPE]}}
        return result.model_copy(
            update={"capabilities": result.capabilities.model_copy(update={"extensions": extensions})}
        )


def add_view(mcp: FastMCP) -> None:
    """Register the view, which holds all it needs and loads nothing."""

    @mcp.resource(
        VIEW_URI,
        name="level_player",
        title="Player for Super Mario levels",
        mime_type=MIME_TYPE,
        app=AppConfig(prefers_border=True),
    )
    def level_player() -> str:
        """The page that hosts show for a generated or checked Super Mario level: it plays the level."""
        from mariogpt_mcp.web.inline_page import app_page

        return app_page()
