"""Logs requests to the pages and the JSON API."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mariogpt_mcp.web.error_responses import MAX_PATH

log = logging.getLogger(__name__)


class LogRequests:
    """ASGI middleware: logs each POST, which makes or checks a level, at level `info`, other requests at `debug`.

    The outcome is `ok`, `refused` (status 400 and above), `failed` (an exception), or `cancelled` (the response was not
    sent to its end, because the client disconnected).
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and log how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, complete = time.monotonic(), 0, False

        async def send_and_note(message: Message) -> None:
            nonlocal status, complete
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                complete = not message.get("more_body", False)
            await send(message)

        outcome = "failed"
        try:
            await self._app(scope, receive, send_and_note)
            outcome = "cancelled" if not complete else "ok" if status < 400 else "refused"
        except BaseException as error:
            if not isinstance(error, Exception):  # asyncio.CancelledError, for example
                outcome = "cancelled"
            raise
        finally:
            _log(scope["method"], scope["path"][:MAX_PATH], status, outcome, round(time.monotonic() - started, 3))


def _log(method: str, path: str, status: int, outcome: str, seconds: float) -> None:
    level = logging.INFO if method == "POST" else logging.DEBUG
    fields = {"method": method, "path": path, "status": status, "outcome": outcome, "seconds": seconds}
    message = f"{method} {path} {outcome} in {seconds:.2f} s, status {status or 'none'}"
    log.log(level, "%s", message, extra=fields)
