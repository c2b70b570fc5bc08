"""The folder from which `mcpb pack` makes an .mcpb bundle, a file that Claude Desktop installs on a double click.

When a user installs the bundle, the host lets uv install the dependencies in the bundle's `pyproject.toml`; this is
before the first connection, which has a time limit. The package itself is in the bundle as an unpacked wheel.
"""

from __future__ import annotations

import json
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import Any, get_args

from fastmcp import Client, FastMCP
from mcp.types import Prompt

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.release.described_server import described_server
from mariogpt_mcp.release.icon import icon_png
from mariogpt_mcp.service.identity import OWNER, TITLE
from mariogpt_mcp.settings import PREFIX, RANGES, Settings
from mariogpt_mcp.version import __version__

PYTHON = "3.11"
"""The Python version that uv uses, and downloads if it is missing: the one that the tests run on."""

CONFIGURED = ("device", "model", "temperature", "preview")
"""The settings that Claude Desktop shows when the bundle is installed."""

CODE = "server"
"""The folder of the code in the bundle."""

ENTRY = f"{CODE}/main.py"

_MAIN = '''\
"""The entry point of the bundle. The package is in the same folder."""

from mariogpt_mcp.cli import main

main()
'''

_LONG_DESCRIPTION = (
    "Describe a Super Mario level (pipes, enemies, blocks, elevation, style) and get one as text, as a picture, and to "
    "play at once in the chat or in the browser. A built-in player has beaten it, and what you asked for is counted. "
    "Everything runs on this computer; the small model is included."
)


async def build_bundle(wheel: Path, constraints: Path, folder: Path) -> None:
    """Write the unpacked bundle.

    Args:
        wheel: a wheel of this version of the package.
        constraints: a file with the tested version of each dependency, one a line.
        folder: where to write; must not exist.

    Raises:
        MarioGPTError: the folder exists, or the wheel is of another version.
    """
    if folder.exists():
        raise MarioGPTError(f"{str(folder)!r} exists already; give a new folder, for example build/mcpb.")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / CODE)
    metadata = _metadata(folder)
    if metadata["Version"] != __version__:
        raise MarioGPTError(f"The wheel is of version {metadata['Version']}, not {__version__}; build it again.")
    (folder / ENTRY).write_text(_MAIN, encoding="utf-8")
    (folder / "manifest.json").write_text(
        json.dumps(await manifest(metadata, described_server()), indent=2), encoding="utf-8"
    )
    (folder / "pyproject.toml").write_text(
        _pyproject(metadata, constraints.read_text(encoding="utf-8")), encoding="utf-8"
    )
    (folder / ".python-version").write_text(f"{PYTHON}\n", encoding="utf-8")
    (folder / ".mcpbignore").write_text(".venv/\nuv.lock\n__pycache__/\n", encoding="utf-8")
    (folder / "icon.png").write_bytes(icon_png())


def _metadata(folder: Path) -> Message:
    [text] = [path.read_text(encoding="utf-8") for path in folder.glob(f"{CODE}/*.dist-info/METADATA")]
    return Parser().parsestr(text)


async def manifest(metadata: Message, server: FastMCP) -> dict[str, Any]:
    """The bundle's `manifest.json`: names and texts from the package's metadata, tools and prompts from the server."""
    async with Client(server) as client:
        tools = [
            {"name": tool.name, "description": _first_line(tool.description)} for tool in await client.list_tools()
        ]
        prompts = [await _prompt(client, prompt) for prompt in await client.list_prompts()]
    return {
        "manifest_version": "0.4",
        "name": metadata["Name"],
        "display_name": TITLE,
        "version": metadata["Version"],
        "description": metadata["Summary"],
        "long_description": _LONG_DESCRIPTION,
        "author": {"name": OWNER},
        "icon": "icon.png",
        "server": {
            "type": "uv",
            "entry_point": ENTRY,
            # The host runs its own uv with these arguments and ignores the command, which the schema requires.
            "mcp_config": {
                "command": "uv",
                "args": ["run", "--directory", "${__dirname}", ENTRY],
                "env": {f"{PREFIX}{name.upper()}": f"${{user_config.{name}}}" for name in CONFIGURED},
            },
        },
        "tools": tools,
        "prompts": prompts,
        "keywords": metadata["Keywords"].split(","),
        "license": metadata["License-Expression"],
        # No Python version: the host would look for it on the machine, and uv downloads its own.
        "compatibility": {"platforms": ["darwin", "win32", "linux"]},
        "user_config": {name: _option(name) for name in CONFIGURED},
    }


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n\n")[0].replace("\n", " ")


async def _prompt(client: Client[Any], prompt: Prompt) -> dict[str, Any]:
    """A prompt as the server renders it, with the manifest's placeholder for each argument."""
    names = [argument.name for argument in prompt.arguments or []]
    rendered = await client.get_prompt(prompt.name, {argument: f"${{arguments.{argument}}}" for argument in names})
    text = "\n".join(message.content.text for message in rendered.messages if message.content.type == "text")
    return {"name": prompt.name, "description": prompt.description or "", "arguments": names, "text": text}


def _option(name: str) -> dict[str, Any]:
    """A setting as an entry of the manifest's `user_config`."""
    field = Settings.model_fields[name]
    choices = get_args(field.annotation)
    option: dict[str, Any] = {
        "title": name.capitalize(),
        "description": str(field.description),
        "default": field.default,
    }
    if choices == ("on", "off"):
        return {"type": "boolean", **option, "default": field.default == "on"}
    if field.annotation is float:
        low, high = RANGES[name]
        return {"type": "number", **option, "min": low, "max": high}
    if choices:
        option["description"] += f" ({', '.join(choices)})"
    return {"type": "string", **option}


def _pyproject(metadata: Message, constraints: str) -> str:
    """The bundle's `pyproject.toml`: the package's requirements at their tested versions, not the package itself."""
    tested = [line for line in constraints.splitlines() if line and not line.startswith("#")]
    requirements = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    return "\n".join(
        [
            "[project]",
            f"name = {json.dumps(metadata['Name'])}",
            f"version = {json.dumps(metadata['Version'])}",
            f'requires-python = "=={PYTHON}.*"',
            "dependencies = [",
            *(f"  {json.dumps(line)}," for line in requirements),
            "]",
            "",
            "[tool.uv]",
            "package = false",
            "constraint-dependencies = [",
            *(f"  {json.dumps(line)}," for line in tested),
            "]",
            "",
        ]
    )
