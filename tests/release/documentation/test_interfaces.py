"""The tables of tools, resources, prompts, addresses and commands name what there is."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import click
from fastmcp import Client, FastMCP

from mariogpt_mcp.cli import COMMANDS, cli
from mariogpt_mcp.release.documentation import interfaces


def _names(table: str) -> list[str]:
    """What is in code font in the first column."""
    return re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)


def _listed(server: FastMCP, kind: str) -> list[Any]:
    async def ask() -> list[Any]:
        async with Client(server) as client:
            return list(await getattr(client, f"list_{kind}")())

    return asyncio.run(ask())


def test_a_row_for_every_tool_and_every_parameter(server: FastMCP) -> None:
    tools = _listed(server, "tools")
    assert _names(interfaces.tools()) == [tool.name for tool in tools]
    parts = re.split(r"^\*\*", interfaces.parameters(), flags=re.MULTILINE)[1:]
    for tool, text in zip(tools, parts, strict=True):
        assert text.startswith(f"`{tool.name}`**: ")
        assert _names(text) == list(tool.input_schema["properties"])


def test_defaults_are_those_of_the_schema() -> None:
    text = interfaces.parameters()
    assert "| `temperature` | number | 1.0 |" in text
    assert "| `show_path` | boolean | false |" in text
    assert "| `prompt` | string | empty |" in text
    assert "| `level` | string | required |" in text


def test_a_row_for_every_resource_and_prompt(server: FastMCP) -> None:
    uris = [str(found.uri) for found in _listed(server, "resources")]
    uris += [found.uri_template for found in _listed(server, "resource_templates")]
    assert _names(interfaces.resources()) == uris
    assert _names(interfaces.prompts()) == [prompt.name for prompt in _listed(server, "prompts")]


def test_the_json_api_the_files_and_the_pages_have_rows() -> None:
    shown = _names(interfaces.addresses())
    assert len(shown) == len(set(shown))
    for address in (
        "POST /api/levels",
        "GET /api/levels/{id}.png",
        "GET /levels/{id}/path.png",
        "GET /health",
        "GET /",
    ):
        assert address in shown


def test_every_command_has_its_options_with_what_its_help_says() -> None:
    parts = re.split(r"^\*\*`mariogpt-mcp ?", interfaces.commands(), flags=re.MULTILINE)[1:]
    assert [re.split(r"[ `]", part)[0] for part in parts] == ["", *COMMANDS]
    for name, part in zip(COMMANDS, parts[1:], strict=True):
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        named = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
        assert set(re.findall(r"--[\w-]+", " ".join(_names(part)))) == {one for one in named if one.startswith("--")}
    assert "`mariogpt-mcp generate PROMPT`" in interfaces.commands()
    assert "--format [vglc\\|framework\\|tiled\\|ldtk]" in interfaces.commands()
