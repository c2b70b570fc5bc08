from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError
from mcp.types import EmbeddedResource, TextResourceContents

from mariogpt_mcp.check.reading import read_level
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.server.tools.library import get_level, list_levels
from mariogpt_mcp.service.links import Links
from tests.level_texts import FLAT, PIPE
from tests.servers import keep_level


async def test_levels_are_listed_newest_first(server: FastMCP) -> None:
    async with Client(server) as client:
        empty = await client.call_tool("list_levels")
        first = await keep_level(client, FLAT)
        made = await client.call_tool("generate_mario_level", {"prompt": "some pipes", "level_size": 100, "seed": 1})
        result = await client.call_tool("list_levels")
        one = await client.call_tool("list_levels", {"count": 1})
    assert "No level has been made yet" in empty.content[0].text
    lines = result.content[0].text.split("\n")
    second = made.structured_content["id"]
    assert [line.split(":")[0] for line in lines] == [second, first]
    assert re.search(r": \d{4}-\d\d-\d\d \d\d:\d\d UTC, 7 columns, 'some pipes', ", lines[0])
    assert "30 columns, checked, valid, beaten." in lines[1]
    assert [level["id"] for level in result.structured_content["levels"]] == [second, first]
    assert one.structured_content["kept"] == 2
    assert len(one.structured_content["levels"]) == 1


async def test_the_list_contains_links_if_there_are_pages(parts: ServerParts) -> None:
    server = create_server(replace(parts, links=Links("http://mario.example.org")))
    async with Client(server) as client:
        level_id = await keep_level(client, FLAT)
        result = await client.call_tool("list_levels")
    assert result.content[0].text.endswith(f" http://mario.example.org/levels/{level_id}")


async def test_an_empty_list_starts_no_preview(parts: ServerParts) -> None:
    started: list[Links] = []

    async def start() -> Links:
        started.append(Links("http://127.0.0.1:5"))
        return started[-1]

    parts = replace(parts, start_preview=start)
    await list_levels(parts=parts)
    assert not started
    checked = await parts.service.check(FLAT, repair=False)
    result = await list_levels(parts=parts)
    assert result.structured_content is not None
    assert result.structured_content["levels"][0]["link"] == f"http://127.0.0.1:5/levels/{checked.id}"
    assert len(started) == 1


async def test_the_tool_is_a_function(parts: ServerParts) -> None:
    checked = await parts.service.check(FLAT, repair=False)
    result = await get_level(f" {checked.id} ", parts=parts)
    assert result.structured_content is not None
    assert result.structured_content["level"] == FLAT
    with pytest.raises(MarioGPTError, match="There is no level 'nowhere' here"):
        await get_level("nowhere", parts=parts)


async def test_an_earlier_level_is_returned_unchanged(server: FastMCP) -> None:
    async with Client(server) as client:
        made = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        again = await client.call_tool("get_level", {"id": f" {made.structured_content['id']} "})
    assert [block.model_dump() for block in again.content] == [block.model_dump() for block in made.content]
    assert again.structured_content == made.structured_content


@pytest.mark.parametrize("format", FORMATS)
async def test_a_level_is_returned_as_a_file(server: FastMCP, format: str) -> None:
    async with Client(server) as client:
        level_id = await keep_level(client, PIPE)
        result = await client.call_tool("get_level", {"id": level_id, "format": format})
        link = result.structured_content["links"]["file"]
        read = await client.read_resource(link)
    assert link == f"mario://levels/{level_id}/export/{format}"
    text = result.content[0].text
    assert f"file: {link}" in text
    assert FORMATS[format].about in text
    assert read[0].mime_type == FORMATS[format].media_type
    assert len(read) == (2 if FORMATS[format].has_tileset else 1)
    if format == "vglc":
        assert Level.parse(read[0].text) == Level.parse(PIPE)
        assert PIPE in text
    elif format == "tiled":
        assert json.loads(read[0].text)["width"] == 30
    assert len(text) < 10_000


async def test_unknown_formats_and_levels_are_refused_in_one_sentence(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await keep_level(client, FLAT)
        with pytest.raises(
            ToolError, match=r'^format must be "level", "vglc", "framework", "tiled" or "ldtk", not "amiga"\.$'
        ):
            await client.call_tool("get_level", {"id": level_id, "format": "amiga"})
        for tool in ("get_level", "vary_level", "extend_level"):
            with pytest.raises(ToolError, match=r"^There is no level 'nowhere' here.*"):
                await client.call_tool(tool, {"id": "nowhere"})
        for count in (0, 101, -1):
            with pytest.raises(ToolError, match="count must be a whole number from 1 to 100"):
                await client.call_tool("list_levels", {"count": count})


@pytest.mark.parametrize("format", FORMATS)
async def test_without_pages_the_result_is_the_file_itself(server: FastMCP, format: str) -> None:
    rows = ["-" * 400] * 12 + ["X" * 400] * 2
    async with Client(server) as client:
        checked = await client.call_tool("check_level", {"level": rows})
        assert checked.structured_content
        result = await client.call_tool("get_level", {"id": checked.structured_content["id"], "format": format})
    [_, embedded] = result.content
    assert isinstance(embedded, EmbeddedResource)
    if isinstance(embedded.resource, TextResourceContents):
        text: str | bytes = embedded.resource.text
    else:
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(embedded.resource.blob))) as archive:
            assert len(archive.namelist()) == 2
            text = archive.read(next(name for name in archive.namelist() if not name.endswith(".png")))
    assert read_level(text).level.rows == tuple(rows)
    assert sum(len(str(block)) for block in result.content) < 60_000


async def test_a_list_of_levels_with_long_prompts_fits(server: FastMCP) -> None:
    async with Client(server) as client:
        made = {"level_size": 100, "prompt": "many pipes and " * 20, "seed": 1}
        await client.call_tool("generate_mario_level", made)
        result = await client.call_tool("list_levels")
    [entry] = result.structured_content["levels"]
    assert entry["about"] == "'many pipes and many pipes and many pipes and many [...]'"
    assert 2 * 100 * len(str(entry)) < 60_000
