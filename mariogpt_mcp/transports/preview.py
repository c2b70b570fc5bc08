"""Serves the pages of the levels on a free port of this machine, beside a server over stdio."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future

import anyio
import uvicorn
from fastmcp.server.http import HostOriginGuardMiddleware
from starlette.types import ASGIApp

from mariogpt_mcp.service.links import Links
from mariogpt_mcp.web.middleware.host_refusals import ExplainHostRefusals

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
START_TIMEOUT = 5.0
"""Seconds within which the preview must start. Otherwise results contain no links to it."""


class Preview:
    """Serves a web application in a thread that ends with the process."""

    def __init__(self, create_app: Callable[[Links], ASGIApp]) -> None:
        """Create a preview that is not running yet. The serving thread calls `create_app` with the preview's links."""
        self._create_app = create_app
        self._lock = anyio.Lock()
        self._links: Links | None = None

    async def start(self) -> Links:
        """Start the server if it is not running, and return the links to it.

        The event loop is not blocked while it starts. If it does not start, the links are MCP resources.
        """
        async with self._lock:
            if self._links is None:
                self._links = await anyio.to_thread.run_sync(self._start)
            return self._links

    def _start(self) -> Links:
        started: Future[None] = Future()
        try:
            listener = socket.create_server((HOST, 0))
            links = Links(f"http://{HOST}:{listener.getsockname()[1]}")
            arguments = (listener, links, started)
            threading.Thread(target=self._serve, args=arguments, name="preview", daemon=True).start()
            started.result(START_TIMEOUT)
        except Exception:  # results are useful without a preview
            log.warning("the preview did not start; results contain no links to it", exc_info=True)
            return Links()
        log.info("levels can be viewed and played at %s", links.base)
        return links

    def _serve(self, listener: socket.socket, links: Links, started: Future[None]) -> None:
        with listener:
            try:
                app = ExplainHostRefusals(HostOriginGuardMiddleware(self._create_app(links), mode="strict"))
                config = uvicorn.Config(app, log_config=None, lifespan="off")
                _Server(config, started).run(sockets=[listener])
            except Exception as error:
                if started.done():
                    raise
                started.set_exception(error)


class _Server(uvicorn.Server):
    """A uvicorn server that completes a future when it accepts connections."""

    def __init__(self, config: uvicorn.Config, started: Future[None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started.set_result(None)
