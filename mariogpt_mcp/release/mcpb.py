"""The folder that `mcpb pack` makes an .mcpb bundle of: Claude Desktop installs such a file by a double click.

The host has uv install what the bundle's `pyproject.toml` names, when the bundle is installed and so before the first
connection, and runs the entry point. The package itself lies in the bundle as the wheel unpacks, ready to be imported.
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
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.release.icon import icon_png
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.service.identity import OWNER, TITLE
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import PREFIX, RANGES, Settings
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.version import __version__

PYTHON = "3.11"
"""The version that uv takes, or downloads where there is none: the one that everything was tested with."""

CONFIGURED = ("device", "model", "temperature", "preview")
"""The settings that a user is asked for when installing."""

CODE = "server"
"""Where the code lies in the bundle."""

ENTRY = f"{CODE}/main.py"

_MAIN = '''\
"""Where the bundle starts: its folder holds the package."""

from mariogpt_mcp.cli import main

main()
'''

_LONG_DESCRIPTION = (
    "Say what a Super Mario level shall have (pipes, enemies, blocks, elevation, a style) and get one: beaten by a "
    "built-in player, counted against what you asked, as text, as a picture, and to play at once in the chat or in "
    "the browser. Everything runs on this computer; the model is small and inside."
)


async def build_bundle(wheel: Path, constraints: Path, folder: Path) -> None:
    """Write the bundle of a wheel of the running version into a new folder.

    `constraints` names the versions of everything else that were tested together, one a line.

    Raises:
        MarioGPTError: the folder is there already, or the wheel is of another version.
    """
    if folder.exists():
        raise MarioGPTError(f"{str(folder)!r} is there already; give a new folder, for example build/mcpb.")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / CODE)
    metadata = _metadata(folder)
    if metadata["Version"] != __version__:
        raise MarioGPTError(f"The wheel is of version {metadata['Version']}, not {__version__}; build it anew.")
    server = create_server(LevelService(MarioGPT(), MemoryStore(1, 1)), Links())
    (folder / ENTRY).write_text(_MAIN, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(await manifest(metadata, server), indent=2), encoding="utf-8")
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
    """The bundle's manifest: words from the package's metadata, tools and prompts from the server."""
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
            # The host runs its own uv with these arguments, whatever the command; the validator wants both.
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
        # Nothing of Python, which the host would look for on the machine: uv brings its own.
        "compatibility": {"platforms": ["darwin", "win32", "linux"]},
        "user_config": {name: _option(name) for name in CONFIGURED},
    }


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n\n")[0].replace("\n", " ")


async def _prompt(client: Client[Any], prompt: Prompt) -> dict[str, Any]:
    """A prompt with placeholders as bundles write them, filled in by the server itself."""
    names = [argument.name for argument in prompt.arguments or []]
    rendered = await client.get_prompt(prompt.name, {argument: f"${{arguments.{argument}}}" for argument in names})
    text = "\n".join(message.content.text for message in rendered.messages if message.content.type == "text")
    return {"name": prompt.name, "description": prompt.description or "", "arguments": names, "text": text}


def _option(name: str) -> dict[str, Any]:
    """How a setting is asked for."""
    field = Settings.model_fields[name]
    words = get_args(field.annotation)
    option: dict[str, Any] = {
        "title": name.capitalize(),
        "description": str(field.description),
        "default": field.default,
    }
    if words == ("on", "off"):
        return {"type": "boolean", **option, "default": field.default == "on"}
    if field.annotation is float:
        low, high = RANGES[name]
        return {"type": "number", **option, "min": low, "max": high}
    if words:
        option["description"] += f" ({', '.join(words)})"
    return {"type": "string", **option}


def _pyproject(metadata: Message, constraints: str) -> str:
    """What uv installs: the package's requirements in the versions tested, and not the folder itself."""
    tested = [line for line in constraints.splitlines() if line and not line.startswith("#")]
    needs = [need for need in metadata.get_all("Requires-Dist", []) if "extra ==" not in need]
    return "\n".join(
        [
            "[project]",
            f"name = {json.dumps(metadata['Name'])}",
            f"version = {json.dumps(metadata['Version'])}",
            f'requires-python = "=={PYTHON}.*"',
            "dependencies = [",
            *(f"  {json.dumps(need)}," for need in needs),
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
