"""A line in the log for each request to the pages and the JSON API that makes or checks a level."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mariogpt_mcp.service.log_format import FIELDS

log = logging.getLogger(__name__)

MOST = 80
"""Characters of a path in the log."""


class LogRequests:
    """ASGI middleware: logs what is posted; what is only read is logged at the level `debug`."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and log its end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, whole = time.monotonic(), 0, False

        async def send_noted(message: Message) -> None:
            nonlocal status, whole
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                whole = not message.get("more_body", False)
            await send(message)

        outcome = "failed"
        try:
            await self._app(scope, receive, send_noted)
            outcome = "cancelled" if not whole else "ok" if status < 400 else "refused"
        except BaseException as error:
            if not isinstance(error, Exception):  # a cancellation
                outcome = "cancelled"
            raise
        finally:
            _log(scope["method"], scope["path"][:MOST], status, outcome, round(time.monotonic() - began, 3))


def _log(method: str, path: str, status: int, outcome: str, seconds: float) -> None:
    level = logging.INFO if method == "POST" else logging.DEBUG
    fields = {"method": method, "path": path, "status": status, "outcome": outcome, "seconds": seconds}
    message = f"{method} {path} {outcome} in {seconds:.2f} s, status {status or 'none'}"
    log.log(level, "%s", message, extra={FIELDS: fields})
