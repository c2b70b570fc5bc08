from __future__ import annotations

import re

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.server.tools.revise import extend_level, vary_level
from mariogpt_mcp.service.progress import Progress
from tests.level_texts import FLAT
from tests.servers import keep_level


async def test_one_column_is_rewritten(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await keep_level(client, FLAT)
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
    assert f"columns 12 to 12 are new, and counted here; the others are from {level_id}" in result.content[0].text
    assert again.structured_content["cached"]


async def test_columns_are_added(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await keep_level(client, FLAT)
        result = await client.call_tool("extend_level", {"id": level_id, "columns": 2, "seed": 1})
    rows = result.structured_content["level"].split("\n")
    assert all(row.startswith(old) and len(row) == 32 for row, old in zip(rows, FLAT.split("\n"), strict=True))


async def test_the_tools_are_functions_and_use_the_temperature_of_the_server(parts: ServerParts) -> None:
    seen: list[Progress] = []

    async def notify(progress: Progress) -> None:
        seen.append(progress)

    checked = await parts.service.check(FLAT, repair=False)
    cold = ServerParts(parts.service, parts.player_page, temperature=0.5)
    varied = await vary_level(checked.id, "12", seed=1, parts=cold, notify=notify)
    longer = await extend_level(checked.id, 2, seed=1, parts=cold, notify=notify)
    for result in (varied, longer):
        assert result.structured_content is not None
        assert result.structured_content["report"]["temperature"] == 0.5
    assert seen


async def test_bad_columns_are_refused_in_one_sentence(server: FastMCP) -> None:
    async with Client(server) as client:
        level_id = await keep_level(client, FLAT)
        with pytest.raises(ToolError, match=r"^columns is '40-50'; name the first and the last column, 1 to 30"):
            await client.call_tool("vary_level", {"id": level_id, "columns": "40-50"})
        with pytest.raises(ToolError, match="extended by 1 to 200 columns at once, not 0"):
            await client.call_tool("extend_level", {"id": level_id, "columns": 0})
