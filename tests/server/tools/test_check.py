from __future__ import annotations

import base64

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.server.tools.check import check_level
from mariogpt_mcp.service.progress import ignore_progress
from tests.level_texts import FLAT, PIPE, PIT
from tests.servers import keep_level


async def test_a_level_of_the_user_is_checked(server: FastMCP) -> None:
    async with Client(server) as client:
        result = await client.call_tool("check_level", {"level": FLAT})
        stuck = await client.call_tool("check_level", {"level": PIT})
        read = await client.read_resource(result.structured_content["links"]["text"])
    text, picture = result.content
    structured = result.structured_content
    assert text.text.startswith(f"Super Mario level {structured['id']}: valid, beaten.")
    assert structured["level"] == read[0].text == FLAT
    assert structured["path"][0] == [12, 1]
    assert [column for _, column in structured["path"]] == list(range(1, 31))
    assert base64.b64decode(picture.data).startswith(b"\x89PNG")
    assert "valid, NOT shown to be beatable." in stuck.content[0].text
    assert "no run found past column 12" in stuck.content[0].text
    assert stuck.structured_content["path"] == []


async def test_the_tool_is_a_function(parts: ServerParts) -> None:
    result = await check_level(FLAT, parts=parts, notify=ignore_progress)
    assert result.structured_content is not None
    assert parts.find(result.structured_content["id"]).text == FLAT


async def test_a_level_is_repaired_and_every_change_listed(server: FastMCP) -> None:
    async with Client(server) as client:
        result = await client.call_tool("check_level", {"level": PIT, "repair": True})
    changes = result.structured_content["report"]["changes"]
    assert result.structured_content["report"]["beatable"]["beaten"]
    rows, before = result.structured_content["level"].split("\n"), PIT.split("\n")
    differences = {(r + 1, c + 1) for r in range(14) for c in range(40) if rows[r][c] != before[r][c]}
    assert {(change["row"], change["column"]) for change in changes} == differences != set()


async def test_text_that_is_no_level_is_refused_in_one_sentence(server: FastMCP) -> None:
    async with Client(server) as client:
        for text in ("hello", FLAT.replace("X", "$"), "X" * 2000 + ("\n" + "X" * 2000) * 13):
            with pytest.raises(ToolError) as caught:
                await client.call_tool("check_level", {"level": text})
            assert "\n" not in str(caught.value)


async def test_a_stored_level_is_checked_by_its_id(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await keep_level(client, PIPE)
        result = await client.call_tool("check_level", {"level": f" {level_id}\n"})
        with pytest.raises(ToolError, match="There is no level '1f0c9a5e-7d1b-4c55-9a0e-3b1f6d2c8e47' here"):
            await client.call_tool("check_level", {"level": "1f0c9a5e-7d1b-4c55-9a0e-3b1f6d2c8e47"})
    assert result.structured_content["level"] == PIPE
