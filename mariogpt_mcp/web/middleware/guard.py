"""What every answer of the pages and the JSON API goes through: headers, and a limit on what is sent."""

from __future__ import annotations

from contextlib import suppress

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 65_536
"""Bytes of a request: the text of the longest level that is checked has a quarter of them."""

FRAMED_BY = "'self' https://huggingface.co"
"""Who may show the pages in a frame: a Space is shown on its hub's page."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    f"form-action 'self'; base-uri 'none'; frame-ancestors {FRAMED_BY}"
)


class Guard:
    """ASGI middleware: security headers on every answer, one sentence for a body that is too large."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read = 0

        async def send_guarded(message: Message) -> None:
            if read > MAX_BODY:
                return  # whatever is made of a body that was cut short
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "same-origin")
            await send(message)

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MAX_BODY:
                raise _TooLarge
            return message

        with suppress(_TooLarge):
            await self._app(scope, receive_some, send_guarded)
        if read > MAX_BODY:
            error = f"The request is too large: at most {MAX_BODY} bytes are taken, four times the longest level."
            await JSONResponse({"error": error}, 413)(scope, receive, send)


class _TooLarge(Exception):
    """More than `MAX_BODY` bytes came."""


_REFUSALS = {
    421: b"This server does not answer under that host name; open it at the address it printed when it started.\n",
    403: b"This server takes no requests from pages of other sites; open its own page instead.\n",
}


class PlainRefusals:
    """ASGI middleware: says in a sentence what the guard against other hosts and origins refuses in two words."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the guarded application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        sentence: bytes | None = None

        async def send_plain(message: Message) -> None:
            nonlocal sentence
            if message["type"] == "http.response.start":
                sentence = _REFUSALS.get(message["status"])
                if sentence is not None:
                    MutableHeaders(scope=message)["content-length"] = str(len(sentence))
            elif sentence is not None and message["type"] == "http.response.body":
                message = {**message, "body": sentence}
                sentence = b""
            await send(message)

        await self._app(scope, receive, send_plain)
