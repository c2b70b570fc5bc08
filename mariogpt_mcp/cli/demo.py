"""`mariogpt-mcp demo`."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from mariogpt_mcp.errors import MarioGPTError


@click.command("demo")
@click.argument("prompt", default="many pipes, some enemies, high elevation")
@click.option("--seed", default=7, show_default=True, help="Seed of the level.")
@click.option("--out", default="levels", show_default=True, help="Folder for the picture.")
def command(prompt: str, seed: int, out: str) -> None:
    """Start the server over stdio, ask it for a level as a chat client does, and say how to connect one."""
    text, png = asyncio.run(_ask(prompt, seed))
    path = Path(out) / f"demo-{seed}.png"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png)
    except OSError as error:
        raise MarioGPTError(
            f"The picture could not be written to {str(path)!r} ({error.strerror}); give another --out."
        ) from None
    executable = Path(sys.executable).with_name("mariogpt-mcp")
    config = {"mcpServers": {"mariogpt": {"command": str(executable), "args": []}}}
    click.echo(f"\n{text}\n\nIts picture: {path.resolve()}\n")
    click.echo("To use it in Claude Desktop, put this into claude_desktop_config.json (Settings, Developer), restart:")
    click.echo(json.dumps(config, indent=2))
    click.echo(f"\nTo serve it over HTTP, at http://127.0.0.1:8765/mcp:\n{executable} http")


async def _ask(prompt: str, seed: int) -> tuple[str, bytes]:
    from fastmcp import Client
    from fastmcp.client.transports import StdioTransport
    from fastmcp.exceptions import McpError, ToolError

    console = Console(stderr=True)

    async def show(progress: float, total: float | None, message: str | None) -> None:
        if message != told[-1]:
            told.append(str(message))
            console.print(f"  {message}", highlight=False, markup=False)

    told = [""]
    transport = StdioTransport(sys.executable, ["-m", "mariogpt_mcp"], env=dict(os.environ))
    try:
        async with Client(transport) as client:
            names = ", ".join(tool.name for tool in await client.list_tools())
            text = f"connected over stdio; its tools: {names}\nasking for: {prompt}"
            console.print(text, highlight=False, markup=False)
            arguments: dict[str, Any] = {"prompt": prompt, "seed": seed}
            result = await client.call_tool("generate_mario_level", arguments, progress_handler=show)
    except ToolError as error:
        raise MarioGPTError(str(error)) from None
    except (McpError, RuntimeError):
        raise MarioGPTError("The server did not start; mariogpt-mcp doctor says what is wrong.") from None
    text, picture = result.content
    return text.text, base64.b64decode(picture.data)
