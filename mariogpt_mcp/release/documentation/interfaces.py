"""The interfaces: tools, resources and prompts over MCP, addresses over HTTP, commands in a shell."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click
from fastapi.routing import APIRoute
from fastmcp import Client
from mcp.types import Tool

from mariogpt_mcp.cli import COMMANDS, cli
from mariogpt_mcp.evaluation.table import markdown_table
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.release.described_server import described_server
from mariogpt_mcp.release.documentation.sentences import first_sentence
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.web import files, pages
from mariogpt_mcp.web.app import create_web

_Listed = TypeVar("_Listed")


def tools() -> str:
    """The tools with their purpose."""
    return markdown_table(["tool", "purpose"], [(f"`{t.name}`", first_sentence(t.description or "")) for t in _tools()])


def parameters() -> str:
    """The parameters of every tool."""
    return "\n\n".join(f"**`{t.name}`**: {first_sentence(t.description or '')}{_parameters(t)}" for t in _tools())


def _parameters(tool: Tool) -> str:
    properties: dict[str, dict[str, Any]] = tool.input_schema["properties"]
    rows = [
        (f"`{name}`", schema["type"], _default(schema), schema["description"]) for name, schema in properties.items()
    ]
    if not rows:
        return " It has no parameters."
    return "\n\n" + markdown_table(["parameter", "type", "default", "description"], rows)


def _default(schema: dict[str, Any]) -> str:
    if "default" not in schema:
        return "required"
    return json.dumps(schema["default"]) if schema["default"] != "" else "empty"


def resources() -> str:
    """The resources, and the templates of resources, by their URI."""

    async def listed(client: Client[Any]) -> list[tuple[str, str]]:
        fixed = [(str(r.uri), r.description or "") for r in await client.list_resources()]
        return fixed + [(t.uri_template, t.description or "") for t in await client.list_resource_templates()]

    return markdown_table(["resource", "content"], [(f"`{uri}`", first_sentence(text)) for uri, text in _ask(listed)])


def prompts() -> str:
    """The prompts with their arguments."""
    rows = [
        (f"`{prompt.name}`", ", ".join(f"`{a.name}`" for a in prompt.arguments or []), prompt.description or "")
        for prompt in _ask(lambda client: client.list_prompts())
    ]
    return markdown_table(["prompt", "arguments", "purpose"], rows)


def addresses() -> str:
    """The addresses of the HTTP server beside `/mcp`: the JSON API, and the pages and files."""
    web = create_web(LevelService(MarioGPT(), MemoryStore(1, 1)), Links())
    api = {
        f"{method.upper()} {path}": entry["description"]
        for path, methods in web.openapi()["paths"].items()
        for method, entry in methods.items()
    }
    others = [route for route in (*web.routes, *pages.router.routes, *files.router.routes) if _is_short(route)]
    shown = api | {f"{_method(r)} {r.path}": r.endpoint.__doc__ or "" for r in others if isinstance(r, APIRoute)}
    return markdown_table(
        ["address", "answer"], [(f"`{address}`", first_sentence(text)) for address, text in shown.items()]
    )


def _is_short(route: object) -> bool:
    """Whether a route is one of a page or file at its short address; the JSON API has the others."""
    return isinstance(route, APIRoute) and not route.path.startswith("/api/")


def _method(route: APIRoute) -> str:
    return " ".join(sorted((route.methods or set()) - {"HEAD"}))


def commands() -> str:
    """Every command with its arguments and options, as its `--help` describes them."""
    group = click.Context(cli, info_name="mariogpt-mcp")
    parts = [_command(cli, group)]
    for name in COMMANDS:
        command = cli.get_command(group, name)
        assert command is not None, f"{name} is a command"
        parts.append(_command(command, click.Context(command, parent=group, info_name=name)))
    return "\n\n".join(parts)


def _command(command: click.Command, context: click.Context) -> str:
    arguments = [p.make_metavar(context) for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option)]
    records = [record for option in options if (record := option.get_help_record(context))]
    head = f"**`{' '.join([context.command_path, *arguments])}`**: {' '.join((command.help or '').split())}"
    rows = [(f"`{option}`", text) for option, text in records]
    return "\n\n".join([head, markdown_table(["option", "meaning"], rows)] if rows else [head])


def _tools() -> list[Tool]:
    return _ask(lambda client: client.list_tools())


def _ask(request: Callable[[Client[Any]], Awaitable[_Listed]]) -> _Listed:
    """The answer of a server in this process. No model is loaded for it."""

    async def answer() -> _Listed:
        async with Client(described_server()) as client:
            return await request(client)

    return asyncio.run(answer())
