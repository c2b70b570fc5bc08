from __future__ import annotations

from typing import Any

from fastmcp import Client, FastMCP

from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.server.tools.reference import get_level_suggestions
from mariogpt_mcp.service.suggestions import SUGGESTIONS


async def test_suggestions_are_understood_in_full(server: FastMCP) -> None:
    assert all(parse_prompt(s.prompt).not_understood == () for s in SUGGESTIONS)
    assert {parse_prompt(s.prompt).spec.style for s in SUGGESTIONS} >= {"underground", "athletic"}
    async with Client(server) as client:
        result = await client.call_tool("get_level_suggestions")
    assert len(result.structured_content["suggestions"]) == len(SUGGESTIONS)
    assert result.structured_content["words"] == {
        "pipes": ["no", "little", "some", "many"],
        "enemies": ["no", "little", "some", "many"],
        "blocks": ["little", "some", "many"],
        "elevation": ["low", "high"],
        "style": ["overworld", "underground", "athletic"],
    }
    rule = result.structured_content["counting_rule"]
    assert "pipes: no up to 0, little up to 2, some up to 5, many above" in rule
    assert "underground with 1 or more bricks a column" in rule
    assert "athletic with ground in less than 45 % of the columns, else overworld" in rule


def test_every_class_in_the_suggestions_can_be_requested() -> None:
    for name, classes in get_level_suggestions().words.items():
        for word in classes:
            spec = parse_prompt(f"{word} {name}").spec
            expected: dict[str, Any] = {name: word}
            assert spec == PromptSpec(**expected)


async def test_the_legend_has_every_tile(server: FastMCP) -> None:
    async with Client(server) as client:
        result = await client.call_tool("get_tile_legend")
    assert "".join(t["symbol"] for t in result.structured_content["tiles"]) == SYMBOLS
    assert all(f"{symbol}  " in result.content[0].text for symbol in SYMBOLS)
