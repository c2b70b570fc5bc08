from __future__ import annotations

import logging

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

from tests.servers import ERAS

SMALL = {"level_size": 100, "seed": 1}


@pytest.mark.parametrize("era", ERAS)
async def test_arguments_that_clients_add_are_ignored_and_logged(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "mariogpt_mcp")
    async with Client(server, mode=era) as client:
        bare = await client.call_tool("generate_mario_level", SMALL)
        added = await client.call_tool(
            "generate_mario_level", {**SMALL, "toolCallId": "x", "_sessionID": 7, "parts": {}, "notify\n": None}
        )
    assert added.structured_content
    assert bare.structured_content
    assert added.structured_content["id"] == bare.structured_content["id"]
    first, second = [record for record in caplog.records if hasattr(record, "tool")]
    assert not hasattr(first, "ignored")
    assert vars(second)["ignored"] == "toolCallId, _sessionID, parts, notify\n"
    assert ", ignored arguments: toolCallId, _sessionID, parts, notify" in second.getMessage()


async def test_a_misspelled_name_is_mentioned_in_the_result(server: FastMCP) -> None:
    async with Client(server) as client:
        result = await client.call_tool("generate_mario_level", {**SMALL, "temprature": 0.5})
    note = "there is no parameter 'temprature', so it was ignored; did you mean 'temperature'?"
    assert result.content[-1].text == f"note: {note}"
    assert result.structured_content
    assert note in result.structured_content["report"]["notes"]
    assert result.structured_content["report"]["temperature"] == 1


@pytest.mark.parametrize("nothing", [None, "", "null"])
async def test_nothing_is_the_default_for_every_optional_argument(server: FastMCP, nothing: object) -> None:
    async with Client(server) as client:
        made = await client.call_tool("generate_mario_level", SMALL)
        assert made.structured_content
        level = made.structured_content["id"]
        for tool in await client.list_tools():
            required = dict.fromkeys(tool.input_schema.get("required", ()), level)
            if tool.name == "vary_level":  # new columns for the whole of a random level may find no run
                required |= {"columns": "7", "seed": 2}
            optional = {name: nothing for name in tool.input_schema.get("properties", {}) if name not in required}
            assert (await client.call_tool(tool.name, {**required, **optional})).content, tool.name


async def test_nothing_for_a_required_argument_is_refused(server: FastMCP) -> None:
    async with Client(server) as client:
        with pytest.raises(ToolError, match="check_level needs the parameter 'level'"):
            await client.call_tool("check_level", {"level": None})


@pytest.mark.parametrize("columns", [5, [3, 5], "3 to 5", "columns 3 - 5", ["3", "5"], 5.0])
async def test_columns_as_a_number_or_a_range(server: FastMCP, columns: object) -> None:
    async with Client(server) as client:
        made = await client.call_tool("generate_mario_level", SMALL)
        assert made.structured_content
        arguments = {"id": made.structured_content["id"], "columns": columns, "seed": "1"}
        revised = await client.call_tool("vary_level", arguments)
    assert revised.structured_content
    report = revised.structured_content["report"]
    assert report["last_new_column"] in (5, 6)
    assert report["first_new_column"] in (3, 4, 5)


async def test_an_id_in_capitals_in_backticks_or_as_a_link(server: FastMCP) -> None:
    async with Client(server) as client:
        made = await client.call_tool("generate_mario_level", SMALL)
        assert made.structured_content
        level = made.structured_content["id"]
        for written in (level.upper(), f"`{level}`", f"https://mario.example.org/levels/{level}", f" {level}\n"):
            got = await client.call_tool("get_level", {"id": written})
            assert got.structured_content
            assert got.structured_content["id"] == level
            checked = await client.call_tool("check_level", {"level": written})
            assert checked.structured_content
            assert checked.structured_content["level"] == made.structured_content["level"]


async def test_a_level_as_an_array_of_rows(server: FastMCP) -> None:
    rows = ["-" * 20] * 12 + ["X" * 20] * 2
    async with Client(server) as client:
        result = await client.call_tool("check_level", {"level": rows})
    assert result.structured_content
    assert result.structured_content["level"] == "\n".join(rows)
