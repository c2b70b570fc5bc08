"""Cancelling over stateless HTTP for handshake-era clients.

Such a client cancels with a notification in a request of its own, and a stateless server cannot tell which
call it means: request ids repeat from client to client. So `initialize` is answered with a random
`Mcp-Session-Id`, which clients send along from then on (MCP 2025-11-25, Streamable HTTP, session management).
Nothing is stored under it but the calls running now; a process that does not know it serves it all the same.
Clients of 2026-07-28 cancel by dropping the stream, and stdio needs none of this.
"""

from __future__ import annotations

import uuid
from typing import Any

import anyio
from fastmcp.exceptions import ToolError
from fastmcp.server.dependencies import get_http_headers, get_http_request
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SESSION_HEADER = "mcp-session-id"
METHOD_HEADER = "mcp-method"
"""Sent with every request of 2026-07-28 and with none before."""

CANCELLED = "mariogpt_cancelled"
"""Set in the state of a request whose call was cancelled."""


class Cancelled(ToolError):
    """What a call ends with that its client cancelled by a notification; the client does not get it."""


class NameSessions:
    """ASGI middleware: gives a handshake-era client that has no session id a random one.

    It also keeps back what would answer a cancelled call: clients wait for nothing then, and report an answer to
    nothing as an error. Their stream ends without.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        """Wrap an application that speaks MCP at the path."""
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"].rstrip("/") != self._path:
            await self._app(scope, receive, send)
            return
        headers, state = Headers(scope=scope), scope.setdefault("state", {})
        named = SESSION_HEADER in headers or METHOD_HEADER in headers

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and not named and message["status"] < 300:
                MutableHeaders(scope=message).setdefault(SESSION_HEADER, uuid.uuid4().hex)
            elif message["type"] == "http.response.body" and state.get(CANCELLED):
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, send_on)


class CancelByNotification(Middleware):
    """Ends a running tool call when its client, told by its session id, sends `notifications/cancelled`."""

    def __init__(self) -> None:
        """Start with no calls running."""
        self._running: dict[tuple[str, str], anyio.CancelScope] = {}

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Let the call through, ready to be cancelled."""
        session = _session()
        if not session or context.fastmcp_context is None:
            return await call_next(context)
        key = (session, str(context.fastmcp_context.request_id))
        with anyio.CancelScope() as scope:
            self._running[key] = scope
            try:
                return await call_next(context)
            finally:
                self._running.pop(key, None)
        setattr(get_http_request().state, CANCELLED, True)
        raise Cancelled("The call was cancelled.")

    async def on_notification(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Cancel the call a cancellation names; let everything through."""
        if context.method == "notifications/cancelled" and isinstance(context.message, dict):
            scope = self._running.get((_session(), str(context.message.get("requestId"))))
            if scope is not None:
                scope.cancel()
        return await call_next(context)


def _session() -> str:
    return get_http_headers(include_all=True).get(SESSION_HEADER, "")
