"""Real servers in their own processes, and long calls to them."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client

ERAS = ["auto", "legacy"]

HEADERS = {"accept": "application/json, text/event-stream"}

INITIALIZE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}
"""What a client of 2025-11-25 posts first."""

REAL_COMMAND = ("mariogpt_mcp", "http", "--port", "0")
LONG = {"prompt": "300 pipes", "level_size": 2799, "seed": 1}
"""No level has 300 pipes, so every round is used: with many candidates that takes minutes."""

SLOW = {"MARIOGPT_CANDIDATES": "32", "MARIOGPT_ROUNDS": "20"}
Connect = Callable[..., AbstractAsyncContextManager[Client[Any]]]


@contextmanager
def http_server(
    environment: dict[str, str], log: Path, *options: str, module: Sequence[str] = REAL_COMMAND
) -> Iterator[str]:
    """The real command, or another module that serves as it does, on a free port; yields its address."""
    command = [sys.executable, "-m", *module, *options]
    with log.open("w") as errors, subprocess.Popen(command, env=environment, stderr=errors, stdout=-1) as process:
        try:
            while not (found := re.search(r"serving MCP at (\S+)/mcp", log.read_text())):
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            yield found.group(1)
        finally:
            process.terminate()
            assert process.communicate(timeout=30)[0] == b""
            assert "Traceback" not in log.read_text()


async def cancel_a_long_call(client: Client[Any]) -> None:
    """Cancel a call while columns are written, then make another level, which the cancelled call must not delay."""
    begun = asyncio.Event()

    async def handler(progress: float, total: float | None, message: str | None) -> None:
        if progress >= 1:
            begun.set()

    call = asyncio.create_task(client.call_tool("generate_mario_level", LONG, progress_handler=handler))
    await begun.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1, "prompt": "no pipes"})


async def keep_level(client: Client[Any], text: str) -> str:
    """Store a level by checking it; returns its id."""
    result = await client.call_tool("check_level", {"level": text})
    assert result.structured_content is not None
    return str(result.structured_content["id"])


def free_port() -> int:
    """A port of this machine that was free just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
