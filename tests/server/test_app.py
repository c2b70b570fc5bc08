"""The tools as clients see them. A change of what is tested here affects all users of the tools."""

from __future__ import annotations

import base64
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from fastmcp import Client, FastMCP
from PIL import Image

from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.store.memory import MemoryStore
from tests.level_texts import FLAT

SNAPSHOT = Path(__file__).parent.parent / "data" / "toolset.json"

MOST_TOKENS = 3000
CHARACTERS_A_TOKEN = 3.2
"""A low estimate: the tokenizer o200k_base made 2,525 tokens of 8,968 characters of these definitions, 3.55 each."""

TOOLS = [
    "generate_mario_level",
    "check_level",
    "get_level_suggestions",
    "get_tile_legend",
    "list_levels",
    "get_level",
    "vary_level",
    "extend_level",
]


async def definitions(server: FastMCP) -> list[dict[str, Any]]:
    async with Client(server) as client:
        return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in await client.list_tools()]


async def test_the_tool_definitions_match_the_snapshot(server: FastMCP) -> None:
    """After an intended change, run `UPDATE_TOOLSET=1 pytest tests/server/test_app.py`."""
    found = await definitions(server)
    if os.environ.get("UPDATE_TOOLSET"):
        SNAPSHOT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


async def test_everything_is_described_for_a_model(server: FastMCP) -> None:
    async with Client(server, mode="legacy") as client:
        tools = await client.list_tools()
        assert "generate_mario_level" in str(client.initialize_result.instructions)
    assert [tool.name for tool in tools] == TOOLS
    for tool in tools:
        assert "Super Mario level" in tool.description
        assert tool.title
        assert tool.output_schema
        hints = tool.annotations
        assert None not in (
            hints.read_only_hint,
            hints.destructive_hint,
            hints.idempotent_hint,
            hints.open_world_hint,
        )
        for name, schema in tool.input_schema["properties"].items():
            assert schema["description"]
            assert "default" in schema or name in tool.input_schema["required"]
            assert schema["type"] in ("string", "integer", "number", "boolean")


async def test_dependencies_of_a_tool_are_not_parameters(server: FastMCP) -> None:
    names = {name for tool in await definitions(server) for name in tool["inputSchema"].get("properties", {})}
    assert "prompt" in names
    assert names.isdisjoint({"parts", "notify", "ctx", "context"})


async def test_the_default_temperature_is_a_setting_of_the_server(parts: ServerParts) -> None:
    async with Client(create_server(replace(parts, temperature=0.5))) as client:
        tools = {tool.name: tool for tool in await client.list_tools()}
        made = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        other = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1, "temperature": 1.5})
    assert tools["generate_mario_level"].input_schema["properties"]["temperature"]["default"] == 0.5
    assert made.structured_content["report"]["temperature"] == 0.5
    assert other.structured_content["report"]["temperature"] == 1.5


async def test_two_servers_in_a_process_share_nothing(parts: ServerParts) -> None:
    service = LevelService(parts.service.generator, MemoryStore(5, 1))
    second = ServerParts(service, lambda: "<!doctype html>second", temperature=1.5)
    async with Client(create_server(parts)) as one, Client(create_server(second)) as other:
        made = await one.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        made_by_other = await other.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        kept, kept_by_other = [(await client.call_tool("list_levels")).structured_content for client in (one, other)]
        [page] = await other.read_resource("ui://mariogpt-mcp/player.html")
    assert [level["id"] for level in kept["levels"]] == [made.structured_content["id"]]
    assert [level["id"] for level in kept_by_other["levels"]] == [made_by_other.structured_content["id"]]
    temperatures = [result.structured_content["report"]["temperature"] for result in (made, made_by_other)]
    assert temperatures == [1.0, 1.5]
    assert page.text == "<!doctype html>second"


async def test_the_tool_definitions_have_few_tokens(server: FastMCP) -> None:
    assert len(json.dumps(await definitions(server))) < MOST_TOKENS * CHARACTERS_A_TOKEN


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("generate_mario_level", {"level_size": 100, "seed": 1}),
        ("check_level", {"level": FLAT}),
        ("check_level", {"level": FLAT.replace("X" * 20, "-" * 20), "repair": True}),
        ("get_level_suggestions", {}),
        ("get_tile_legend", {}),
        ("list_levels", {}),
        ("get_level", {"id": "?"}),
        ("get_level", {"id": "?", "format": "vglc"}),
        ("get_level", {"id": "?", "format": "tiled"}),
        ("vary_level", {"id": "?", "columns": "12", "seed": 1}),
        ("extend_level", {"id": "?", "columns": 1, "seed": 1}),
    ],
)
async def test_results_match_their_schemas(server: FastMCP, tool: str, arguments: dict[str, Any]) -> None:
    schemas = {d["name"]: d["outputSchema"] for d in await definitions(server)}
    async with Client(server) as client:
        checked = await client.call_tool("check_level", {"level": FLAT})
        if "id" in arguments:
            arguments = {**arguments, "id": checked.structured_content["id"]}
        result = await client.call_tool(tool, arguments)
    jsonschema.validate(result.structured_content, schemas[tool])
    assert not set(result.structured_content) - set(schemas[tool]["properties"])
    assert result.content[0].text


@pytest.mark.slow
async def test_the_largest_result_is_not_refused_and_its_picture_is_not_scaled_down(server: FastMCP) -> None:
    """Claude scales pictures to 1568 pixels and refuses results of more than 150,000 characters."""
    async with Client(server) as client:
        result = await client.call_tool("generate_mario_level", {"level_size": 2799, "seed": 1})
    text, picture = result.content
    size = Image.open(io.BytesIO(base64.b64decode(picture.data))).size
    assert max(size) <= 1568
    assert len(text.text) + len(picture.data) + len(json.dumps(result.structured_content)) < 100_000
