from __future__ import annotations

import re

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import McpError

from mariogpt_mcp.server.prompts import read_prompts
from tests.servers import ERAS


@pytest.mark.parametrize("era", ERAS)
async def test_prompts_are_listed_with_their_front_matter(server: FastMCP, era: str) -> None:
    async with Client(server, mode=era) as client:
        prompts = await client.list_prompts()
    assert [p.name for p in prompts] == ["design_level", "improve_level", "world_of_four"]
    for prompt in prompts:
        assert prompt.title
        assert "Super Mario level" in prompt.description
        assert all(argument.description for argument in prompt.arguments)


async def test_arguments_are_filled_in(server: FastMCP) -> None:
    async with Client(server) as client:
        request = await client.get_prompt("design_level", {"request": "a calm $evening {walk}"})
        world = await client.get_prompt("world_of_four")
        improved = await client.get_prompt("improve_level", {"level": "-" * 20})
    assert "this request: a calm $evening {walk}" in request.messages[0].content.text
    assert "a journey from a quiet meadow" in world.messages[0].content.text
    assert "-" * 20 in improved.messages[0].content.text
    assert "without making it harder" in improved.messages[0].content.text


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("design_level", {}, "needs the argument 'request'"),
        ("design_level", {"request": "  "}, "needs the argument 'request'"),
        ("design_level", {"request": "x", "size": "3"}, "has no argument 'size'; its arguments are: request\\."),
        ("nonsense", {}, "nonsense"),
    ],
)
async def test_errors_name_the_bad_argument(
    server: FastMCP, name: str, arguments: dict[str, str], message: str
) -> None:
    async with Client(server) as client:
        with pytest.raises(McpError, match=message) as caught:
            await client.get_prompt(name, arguments)
    assert "\n" not in str(caught.value)


async def test_prompts_name_only_tools_that_exist(server: FastMCP) -> None:
    async with Client(server) as client:
        tools = {tool.name for tool in await client.list_tools()}
    for prompt in read_prompts():
        named = set(re.findall(r"`((?:get|generate|check|list|vary|extend)_\w+)`", prompt.body))
        assert named
        assert named <= tools
