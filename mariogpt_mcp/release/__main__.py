"""`python -m mariogpt_mcp.release`: the commands that `make docs`, `mcpb`, `space` and `server.json` run."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.release.documentation.blocks import update_documents
from mariogpt_mcp.release.mcpb import build_bundle
from mariogpt_mcp.release.registry import server_json
from mariogpt_mcp.release.space import build_space

_NEW_FOLDER = click.Path(path_type=Path)
_EXISTING = click.Path(path_type=Path, exists=True)


@click.group()
def release() -> None:
    """Build what is published beside the wheel."""


@release.command("bundle")
@click.argument("wheel", type=_EXISTING)
@click.argument("constraints", type=_EXISTING)
@click.argument("folder", type=_NEW_FOLDER)
def _bundle(wheel: Path, constraints: Path, folder: Path) -> None:
    """Write the unpacked .mcpb bundle of a WHEEL of this version into a new FOLDER.

    CONSTRAINTS is a file with the tested version of each dependency.
    """
    asyncio.run(build_bundle(wheel, constraints, folder))


@release.command("space")
@click.argument("checkout", type=_EXISTING)
@click.argument("folder", type=_NEW_FOLDER)
def _space(checkout: Path, folder: Path) -> None:
    """Write the files of a Hugging Face Space from a CHECKOUT of this project into a new FOLDER."""
    build_space(checkout, folder)


@release.command("server-json")
def _server_json() -> None:
    """Print `server.json`, the entry of the MCP registry."""
    click.echo(json.dumps(server_json(), indent=2))


@release.command("docs")
@click.argument("checkout", type=_EXISTING)
def _docs(checkout: Path) -> None:
    """Write the generated tables into the Markdown documents of a CHECKOUT of this project."""
    for file in update_documents(checkout):
        click.echo(f"updated {file.relative_to(checkout).as_posix()}")


if __name__ == "__main__":
    try:
        release()
    except MarioGPTError as error:
        sys.exit(str(error))
