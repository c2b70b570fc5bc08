"""Lets MCP clients in browsers call the server: answers to preflight requests, and headers that scripts may read."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from mariogpt_mcp.server.middleware.endpoint import is_for

LOOPBACK = r"https?://(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?"
"""Origins of pages that come from this machine, such as the MCP Inspector's."""

EXPOSED = ("mcp-session-id", "mcp-protocol-version")
"""Headers of responses that a client needs."""


class AllowBrowsers:
    """ASGI middleware: CORS for the MCP endpoint, for pages from this machine and from listed origins."""

    def __init__(self, app: ASGIApp, path: str, origins: Sequence[str]) -> None:
        """Wrap an application that serves MCP at the path."""
        self._app, self._path = app, path
        self._cors = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_origin_regex=LOOPBACK,
            allow_methods=("POST", "GET", "DELETE"),
            allow_headers=("*",),
            expose_headers=EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        await (self._cors if is_for(scope, self._path) else self._app)(scope, receive, send)
