"""The commands behind `make mcpb`, `make space` and `make server.json`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import click

from mariogpt_mcp.release.mcpb import build_bundle
from mariogpt_mcp.release.registry import server_json
from mariogpt_mcp.release.space import build_space

_FOLDER = click.Path(path_type=Path)
_THERE = click.Path(path_type=Path, exists=True)


@click.group()
def release() -> None:
    """Make what the program is published with."""


@release.command("bundle")
@click.argument("wheel", type=_THERE)
@click.argument("constraints", type=_THERE)
@click.argument("folder", type=_FOLDER)
def _bundle(wheel: Path, constraints: Path, folder: Path) -> None:
    """Write what `mcpb pack` packs: a WHEEL of this very version, and the CONSTRAINTS, into a new FOLDER."""
    asyncio.run(build_bundle(wheel, constraints, folder))


@release.command("space")
@click.argument("checkout", type=_THERE)
@click.argument("folder", type=_FOLDER)
def _space(checkout: Path, folder: Path) -> None:
    """Write the files of a Hugging Face Space from a CHECKOUT into a new FOLDER."""
    build_space(checkout, folder)


@release.command("server-json")
def _server_json() -> None:
    """Print `server.json` of the MCP registry."""
    click.echo(json.dumps(server_json(), indent=2))


if __name__ == "__main__":
    release()
