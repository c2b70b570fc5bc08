"""The pages beside a server that speaks over stdio: on a free port of this machine, from the first level on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import uvicorn
from fastmcp.server.http import HostOriginGuardMiddleware
from starlette.types import ASGIApp

from mariogpt_mcp.web.middleware.guard import PlainRefusals

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
PATIENCE = 5.0
"""Seconds in which it has to come up; without it levels are handed over all the same."""


class Preview:
    """Serves an application in a thread that ends with the process."""

    def __init__(self, create: Callable[[], ASGIApp]) -> None:
        """Nothing is started yet; `create` makes the application in the thread that serves it."""
        self._create = create
        self._lock = threading.Lock()
        self._address: str | None = None

    def address(self) -> str:
        """Where it is, started if it was not; empty if it did not come up."""
        with self._lock:
            if self._address is None:
                self._address = self._start()
            return self._address

    def _start(self) -> str:
        server: uvicorn.Server | None = None

        def serve() -> None:
            nonlocal server
            app = PlainRefusals(HostOriginGuardMiddleware(self._create(), mode="strict"))
            server = uvicorn.Server(uvicorn.Config(app, host=HOST, port=0, log_config=None, lifespan="off"))
            server.run()

        threading.Thread(target=serve, name="preview", daemon=True).start()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if server is not None and server.started:
                port = server.servers[0].sockets[0].getsockname()[1]
                log.info("levels are shown and played at http://%s:%d", HOST, port)
                return f"http://{HOST}:{port}"
            time.sleep(0.01)
        log.warning("the preview did not come up; results hold no links to open")
        return ""
