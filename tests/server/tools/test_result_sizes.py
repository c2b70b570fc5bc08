"""No result is too long for a chat, whatever level was sent."""

from __future__ import annotations

import json

import numpy as np
import pytest
from fastmcp import Client, FastMCP

from mariogpt_mcp.check import repair
from mariogpt_mcp.check.check import MAX_CHECKED
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import SYMBOLS

MOST_CHARACTERS = 60_000

NOISE = Level.from_ids(np.random.default_rng(7).integers(0, len(SYMBOLS), (MAX_CHECKED, HEIGHT))).text()
LEVELS = {
    "half pipes": "\n".join(["<" * MAX_CHECKED] * HEIGHT),
    "flat": "\n".join(["-" * MAX_CHECKED] * 12 + ["X" * MAX_CHECKED] * 2),
    "noise": NOISE,
}


@pytest.mark.parametrize("name", LEVELS)
async def test_a_check_of_the_longest_level_fits(server: FastMCP, name: str) -> None:
    async with Client(server) as client:
        result = await client.call_tool("check_level", {"level": LEVELS[name]})
    assert len(result.content[0].text) + len(json.dumps(result.structured_content)) < MOST_CHARACTERS


async def test_the_rest_of_a_list_is_counted(server: FastMCP, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "MAX_WORK", 100_000)
    async with Client(server) as client:
        checked = await client.call_tool("check_level", {"level": LEVELS["half pipes"]})
        repaired = await client.call_tool("check_level", {"level": NOISE, "repair": True})
    assert checked.structured_content
    assert repaired.structured_content
    report = checked.structured_content["report"]
    assert len(report["structure_faults"]) == 100
    assert report["notes"] == ["the first 100 of 14000 structural faults are listed"]
    assert "14000 structural faults" in checked.content[0].text
    report = repaired.structured_content["report"]
    assert len(report["changes"]) == 100
    assert any("changes are listed" in note for note in report["notes"])
    assert len(repaired.content[0].text) + len(json.dumps(repaired.structured_content)) < MOST_CHARACTERS
