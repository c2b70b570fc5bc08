"""Limits the size of request bodies."""

from __future__ import annotations

from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mariogpt_mcp.web.error_responses import failure

MAX_BODY = 1_000_000
"""Bytes of the largest request body. 1,000 columns of noise in LDtk's format, the largest of all, are 986,081."""


class LimitBody:
    """ASGI middleware: responds with status 413 to a request body larger than `MAX_BODY`."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def receive_up_to_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise _BodyTooLarge
            return message

        async def send_unless_too_large(message: Message) -> None:
            # FastAPI turns the exception above into its own response; the one below replaces it.
            if received <= MAX_BODY:
                await send(message)

        with suppress(_BodyTooLarge):
            await self._app(scope, receive_up_to_limit, send_unless_too_large)
        if received > MAX_BODY:
            too_large = failure(f"The request body is too large; it may have at most {MAX_BODY} bytes.", 413)
            await too_large(scope, receive, send)


class _BodyTooLarge(Exception):
    """More than `MAX_BODY` bytes were received."""
