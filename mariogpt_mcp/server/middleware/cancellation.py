"""Cancels tool calls over stateless HTTP for clients of protocol version 2025-11-25 and earlier.

Such a client cancels a call with a notification in a separate request. The notification names only the request id of
the call, and several clients can use the same id. To distinguish the clients, the response to `initialize` contains a
random `Mcp-Session-Id`, which the client sends with every later request (MCP 2025-11-25, Streamable HTTP, session
management). Only running calls are stored under the session id; a process without an entry for it still serves the
request.

Clients of 2026-07-28 cancel a call by closing its stream. Over stdio, each client has a separate process.
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

from mariogpt_mcp.server.middleware.endpoint import is_for

SESSION_HEADER = "mcp-session-id"
METHOD_HEADER = "mcp-method"
"""Header that clients of 2026-07-28 send with every request. Older clients never send it."""

CANCELLED = "mariogpt_cancelled"
"""Name in the state of an HTTP request; it is set if the call of the request was cancelled."""


class CancelledByClient(ToolError):
    """Ends a call that its client cancelled with a notification. The error is not sent to the client."""


class AssignSessionIds:
    """ASGI middleware that assigns a random session id to each client of 2025-11-25 and earlier.

    It also removes the body of the response to a cancelled call, because the client no longer waits for the response
    and would report it as an error.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        """Wrap an application that serves MCP at the path."""
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if not is_for(scope, self._path) or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers, state = Headers(scope=scope), scope.setdefault("state", {})
        needs_no_id = SESSION_HEADER in headers or METHOD_HEADER in headers

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start" and not needs_no_id and message["status"] < 300:
                MutableHeaders(scope=message).setdefault(SESSION_HEADER, uuid.uuid4().hex)
            elif message["type"] == "http.response.body" and state.get(CANCELLED):
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, send_with_id)


class CancelByNotification(Middleware):
    """Cancels a running tool call when a client with the same session id sends `notifications/cancelled`."""

    def __init__(self) -> None:
        """Create the middleware, without running calls."""
        self._running: dict[tuple[str, str], anyio.CancelScope] = {}

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Run the call in a scope that a notification can cancel."""
        session = _session_id()
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
        raise CancelledByClient("The call was cancelled.")

    async def on_notification(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Cancel the call that a cancellation names. All notifications then reach the next handler."""
        if context.method == "notifications/cancelled" and isinstance(context.message, dict):
            scope = self._running.get((_session_id(), str(context.message.get("requestId"))))
            if scope is not None:
                scope.cancel()
        return await call_next(context)


def _session_id() -> str:
    return get_http_headers(include_all=True).get(SESSION_HEADER, "")
