from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

from mariogpt_mcp.export.formats import FORMATS
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.store.memory import MemoryStore

FLAT = "\n".join(["-" * 30] * 12 + ["X" * 30] * 2)
PIPE = "\n".join(["-" * 30] * 10 + ["-" * 10 + "<>" + "-" * 18, "-" * 10 + "[]" + "-" * 18] + ["X" * 30] * 2)


async def kept(client: Client[Any], text: str = FLAT) -> str:
    result = await client.call_tool("check_level", {"level": text})
    assert result.structured_content is not None
    return str(result.structured_content["id"])


async def test_levels_are_listed_the_newest_first(server: FastMCP) -> None:
    async with Client(server) as client:
        empty = await client.call_tool("list_levels")
        first = await kept(client)
        made = await client.call_tool("generate_mario_level", {"prompt": "some pipes", "level_size": 100, "seed": 1})
        result = await client.call_tool("list_levels")
        one = await client.call_tool("list_levels", {"count": 1})
    assert "No level has been made yet" in empty.content[0].text
    lines = result.content[0].text.split("\n")
    second = made.structured_content["id"]
    assert [line.split(":")[0] for line in lines] == [second, first]
    assert re.search(r": \d{4}-\d\d-\d\d \d\d:\d\d UTC, 7 columns, 'some pipes', ", lines[0])
    assert "30 columns, checked, whole, and beaten." in lines[1]
    assert [level["id"] for level in result.structured_content["levels"]] == [second, first]
    assert one.structured_content["kept"] == 2
    assert len(one.structured_content["levels"]) == 1


async def test_a_list_holds_links_where_there_are_pages(generator: MarioGPT) -> None:
    server = create_server(LevelService(generator, MemoryStore(5, 1)), Links("http://mario.example.org"))
    async with Client(server) as client:
        level_id = await kept(client)
        result = await client.call_tool("list_levels")
    assert result.content[0].text.endswith(f" http://mario.example.org/levels/{level_id}")


async def test_a_level_comes_again_as_it_was_handed_over(server: FastMCP) -> None:
    async with Client(server) as client:
        made = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        again = await client.call_tool("get_level", {"id": f" {made.structured_content['id']} "})
    assert [block.model_dump() for block in again.content] == [block.model_dump() for block in made.content]
    assert again.structured_content == made.structured_content


@pytest.mark.parametrize("format", FORMATS)
async def test_a_level_comes_as_a_file(server: FastMCP, format: str) -> None:
    async with Client(server) as client:
        level_id = await kept(client, PIPE)
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


async def test_unknown_formats_and_levels_are_one_sentence(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await kept(client)
        with pytest.raises(
            ToolError, match=r'^format must be "level", "vglc", "framework", "tiled" or "ldtk", not "amiga"\.$'
        ):
            await client.call_tool("get_level", {"id": level_id, "format": "amiga"})
        for tool in ("get_level", "vary_level", "extend_level"):
            with pytest.raises(ToolError, match=r"^There is no level 'nowhere' here .*"):
                await client.call_tool(tool, {"id": "nowhere"})
        for count in (0, 101, -1):
            with pytest.raises(ToolError, match="count must be a whole number from 1 to 100"):
                await client.call_tool("list_levels", {"count": count})


async def test_one_column_is_written_anew(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await kept(client)
        call = {"id": level_id, "columns": "12", "seed": 1}
        result = await client.call_tool("vary_level", call)
        again = await client.call_tool("vary_level", call)
        old = await client.call_tool("get_level", {"id": level_id})
    new = result.structured_content
    assert old.structured_content["level"] == FLAT
    for row in new["level"].split("\n"):
        assert re.fullmatch(r"(-{11}.-{18})|(X{11}.X{18})", row)
    assert new["report"]["beatable"]["beaten"]
    assert new["report"]["source_id"] == level_id
    assert (new["report"]["first_new_column"], new["report"]["last_new_column"]) == (12, 12)
    assert f"columns 12 to 12 are new, and counted here; the rest is of {level_id}" in result.content[0].text
    assert again.structured_content["cached"]


async def test_columns_are_added(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await kept(client)
        result = await client.call_tool("extend_level", {"id": level_id, "columns": 2, "seed": 1})
    rows = result.structured_content["level"].split("\n")
    assert all(row.startswith(old) and len(row) == 32 for row, old in zip(rows, FLAT.split("\n"), strict=True))


async def test_refusals_of_a_revision_are_one_sentence(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await kept(client)
        with pytest.raises(ToolError, match=r"^columns is '40-50'; name the first and the last one, from 1 to 30"):
            await client.call_tool("vary_level", {"id": level_id, "columns": "40-50"})
        with pytest.raises(ToolError, match="extended by 1 to 200 columns at once, not 0"):
            await client.call_tool("extend_level", {"id": level_id, "columns": 0})


async def test_the_rows_can_be_left_out_of_the_text(server: FastMCP, monkeypatch: pytest.MonkeyPatch) -> None:
    from mariogpt_mcp.settings import settings

    monkeypatch.setenv("MARIOGPT_GRID", "off")
    settings.cache_clear()
    async with Client(server) as client:
        result = await client.call_tool("check_level", {"level": FLAT})
    assert "```" not in result.content[0].text
    assert result.structured_content["level"] == FLAT


async def test_a_kept_level_is_checked_by_its_id(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await kept(client, PIPE)
        result = await client.call_tool("check_level", {"level": f" {level_id}\n"})
        with pytest.raises(ToolError, match="There is no level '1f0c9a5e-7d1b-4c55-9a0e-3b1f6d2c8e47' here"):
            await client.call_tool("check_level", {"level": "1f0c9a5e-7d1b-4c55-9a0e-3b1f6d2c8e47"})
    assert result.structured_content["level"] == PIPE
