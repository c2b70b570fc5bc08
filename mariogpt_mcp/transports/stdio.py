"""Serves MCP over stdin and stdout, and the pages of the levels on a free port of this machine."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from starlette.types import ASGIApp

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.service.log_format import set_up_logging
from mariogpt_mcp.settings import Settings
from mariogpt_mcp.store.factory import open_store
from mariogpt_mcp.telemetry import flush_spans
from mariogpt_mcp.transports.preview import Preview

WAITING = (
    "mariogpt-mcp waits for an MCP client on its standard input. To make a level in this terminal, press Ctrl-C and "
    'run mariogpt-mcp generate "many pipes, few enemies".'
)
"""The line that a person who starts the server in a terminal reads."""


def serve_stdio(settings: Settings) -> None:
    """Serve until the client closes stdin.

    Raises:
        MarioGPTError: the folder of the store cannot be used.
    """
    set_up_logging(settings.for_logs())
    generator = MarioGPT.from_settings(settings)
    store = open_store(settings.for_store())

    # The modules of the pages are imported on first use, so that `initialize` does not wait for them.
    def player_page() -> str:
        from mariogpt_mcp.web.inline_page import app_page

        return app_page()

    def create_pages(links: Links) -> ASGIApp:
        from mariogpt_mcp.web.app import create_web

        # The preview has its own event loop, and a level service belongs to one event loop.
        return create_web(LevelService(generator, store), links, settings.for_web(), temperature=settings.temperature)

    parts = ServerParts(
        service=LevelService(generator, store),
        player_page=player_page,
        temperature=settings.temperature,
        spell_out_rows=settings.grid == "on",
        pictures=settings.pictures == "on",
        start_preview=Preview(create_pages).start if settings.preview == "on" else None,
    )
    signal.signal(signal.SIGINT, _stop)
    if sys.stdin.isatty():
        print(WAITING, file=sys.stderr)
    try:
        create_server(parts).run(transport="stdio", show_banner=False)
    finally:
        # The protocol has ended. Later output on stdout, such as spans on the console, must not reach the client.
        with suppress(OSError):
            os.dup2(2, 1)


def _stop(number: int, frame: FrameType | None) -> None:
    """End the process on Ctrl-C. A normal exit would wait for the thread that reads stdin, until the next line."""
    flush_spans()
    with suppress(OSError):
        os.write(2, b"mariogpt-mcp: Stopped.\n")
    os._exit(130)
