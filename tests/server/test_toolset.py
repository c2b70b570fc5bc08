"""What clients are told of the tools: a change of it is a change for everyone who uses them."""

from __future__ import annotations

import base64
import io
import json
import os
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from fastmcp import Client, FastMCP
from PIL import Image

SNAPSHOT = Path(__file__).parent.parent / "data" / "toolset.json"

MOST_TOKENS = 3000
CHARACTERS_A_TOKEN = 3.2
"""Fewer than there are: the tokenizer o200k_base made 2,525 tokens of 8,968 characters of this, 3.55 each."""

FLAT = "\n".join(["-" * 30] * 12 + ["X" * 30] * 2)


async def definitions(server: FastMCP) -> list[dict[str, Any]]:
    async with Client(server) as client:
        return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in await client.list_tools()]


async def test_the_toolset_is_as_it_was(server: FastMCP) -> None:
    """Where it is meant to change: `UPDATE_TOOLSET=1 pytest tests/server/test_toolset.py`."""
    found = await definitions(server)
    if os.environ.get("UPDATE_TOOLSET"):
        SNAPSHOT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


async def test_it_costs_a_chat_little(server: FastMCP) -> None:
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
async def test_what_comes_back_matches_its_schema(server: FastMCP, tool: str, arguments: dict[str, Any]) -> None:
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
async def test_the_largest_level_is_light_and_its_picture_not_scaled_down(server: FastMCP) -> None:
    """Claude scales pictures to 1568 pixels and keeps no result of more than 150,000 characters."""
    async with Client(server) as client:
        result = await client.call_tool("generate_mario_level", {"level_size": 2799, "seed": 1})
    text, picture = result.content
    size = Image.open(io.BytesIO(base64.b64decode(picture.data))).size
    assert max(size) <= 1568
    assert len(text.text) + len(picture.data) + len(json.dumps(result.structured_content)) < 100_000
