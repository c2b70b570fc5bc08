"""`mariogpt-mcp demo`: requests a level from a server, as a chat client does."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.cli.options.model import model_arguments, server_environment
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.errors import MarioGPTError


@click.command("demo")
@click.argument("prompt", default="many pipes, some enemies, high elevation")
@click.option("--seed", default=7, show_default=True, help="Seed of the level.")
@click.option("--out", default="levels", show_default=True, help="Folder for the picture.")
def demo(prompt: str, seed: int, out: str) -> None:
    """Start the server, request a level as a chat client does, and show how to connect a client."""
    picture = out_folder(out) / f"demo-{seed}.png"
    text, png = asyncio.run(_call_server(prompt, seed, server_environment()))
    try:
        write_atomically(picture, png)
    except OSError as error:
        raise MarioGPTError(
            f"The picture could not be written to {str(picture)!r} ({error.strerror}); give another folder with --out."
        ) from None
    executable = Path(sys.executable).with_name("mariogpt-mcp")
    config = {"mcpServers": {"mariogpt": {"command": str(executable), "args": []}}}
    click.echo(f"\n{text}\n\nIts picture: {picture.resolve()}\n")
    click.echo("To use the server in Claude Desktop, add this to claude_desktop_config.json (Settings, Developer):")
    click.echo(f"{json.dumps(config, indent=2)}\nThen restart Claude Desktop.")
    click.echo(f"\nTo serve over HTTP at http://127.0.0.1:8765/mcp, run:\n{executable} http")


async def _call_server(prompt: str, seed: int, environment: dict[str, str]) -> tuple[str, bytes]:
    """Start a server and request a level from it; returns the text of the result and the PNG."""
    from fastmcp import Client
    from fastmcp.client.transports import StdioTransport
    from fastmcp.exceptions import McpError, ToolError

    console, shown = Console(stderr=True), [""]

    async def show(progress: float, total: float | None, message: str | None) -> None:
        if message != shown[-1]:
            shown.append(str(message))
            console.print(f"  {message}", highlight=False, markup=False)

    try:
        command = ["-m", "mariogpt_mcp", *model_arguments()]
        async with Client(StdioTransport(sys.executable, command, env=environment)) as client:
            names = ", ".join(tool.name for tool in await client.list_tools())
            text = f"connected over stdio; its tools: {names}\nprompt: {prompt}"
            console.print(text, highlight=False, markup=False)
            arguments: dict[str, Any] = {"prompt": prompt, "seed": seed}
            result = await client.call_tool("generate_mario_level", arguments, progress_handler=show)
    except ToolError as error:
        raise MarioGPTError(str(error)) from None
    except (McpError, RuntimeError):
        raise MarioGPTError("The server did not start; mariogpt-mcp doctor says what is wrong.") from None
    text, picture = result.content
    return text.text, base64.b64decode(picture.data)
