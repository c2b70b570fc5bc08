"""Answers MCP requests in the form that a client accepts: as server-sent events, or as one JSON object."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mariogpt_mcp.server.middleware.endpoint import is_for

JSON, EVENTS = "application/json", "text/event-stream"

BATCH = "This server takes one message in a request; send the messages of a batch one after the other."
"""The error of a request that holds several messages; MCP has had no batches since 2025-06-18."""

INVALID_REQUEST = -32600


class AnswerAsAccepted:
    """ASGI middleware for the MCP endpoint, which needs clients that accept JSON and server-sent events.

    A client that does not accept server-sent events gets the last message of the stream as JSON, without progress.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        """Wrap an application that serves MCP at the path."""
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if not is_for(scope, self._path) or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        first = await receive()
        if first.get("body", b"").lstrip()[:1] == b"[":
            error = {"code": INVALID_REQUEST, "message": BATCH}
            await JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, 400)(scope, receive, send)
            return
        accepts_events = _accepts_events(Headers(scope=scope).get("accept", ""))
        scope = {**scope, "headers": [*(h for h in scope["headers"] if h[0] != b"accept")]}
        scope["headers"].append((b"accept", f"{JSON}, {EVENTS}".encode()))
        await self._app(scope, _again(first, receive), send if accepts_events else _AsJson(send))


class _AsJson:
    """Collects a stream of events and sends its last message as JSON. Other responses are sent as they are."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(raw=message["headers"]).get("content-type", "").startswith(EVENTS):
                self._start = message
            else:
                await self._send(message)
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                body = _last_message(self._body)
                headers = MutableHeaders(raw=self._start["headers"])
                headers["content-type"], headers["content-length"] = JSON, str(len(body))
                await self._send(self._start)
                await self._send({"type": "http.response.body", "body": body})


def _accepts_events(accept: str) -> bool:
    kinds = [kind.split(";")[0].strip().lower() for kind in accept.split(",")]
    return any(kind in (EVENTS, "text/*", "*/*") for kind in kinds)


def _again(first: Message, receive: Receive) -> Receive:
    """A `receive` that begins with a message that was already received."""
    waiting = [first]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def _last_message(stream: bytes) -> bytes:
    """The data of the last event that is a response; empty if there is none."""
    for event in reversed(stream.decode().replace("\r\n", "\n").split("\n\n")):
        data = "\n".join(line[5:].removeprefix(" ") for line in event.split("\n") if line.startswith("data:"))
        if data and _is_response(json.loads(data)):
            return data.encode()
    return b""


def _is_response(message: Any) -> bool:
    return isinstance(message, dict) and ("result" in message or "error" in message)
