from __future__ import annotations

import re

import pytest
from fastmcp import Client, FastMCP

from mariogpt_mcp.server.mcp_app import EXTENSION, MIME_TYPE, PLAYER_URI
from tests.servers import ERAS


@pytest.mark.parametrize("era", ERAS)
async def test_the_player_is_announced_to_hosts(server: FastMCP, era: str) -> None:
    """Hosts of protocol versions before 2026-07-28 show the player only if `initialize` lists the extension."""
    async with Client(server, mode=era) as client:
        tools = {tool.name: tool for tool in await client.list_tools()}
        [page] = await client.read_resource(PLAYER_URI)
        if era == "legacy":
            assert EXTENSION in client.initialize_result.capabilities.extensions
    shown = [name for name, tool in tools.items() if (tool.meta or {}).get("ui", {}).get("resourceUri") == PLAYER_URI]
    assert shown == ["generate_mario_level", "check_level", "vary_level", "extend_level"]
    assert page.mime_type == MIME_TYPE
    assert page.text.startswith("<!doctype html>")
    assert not re.search(r"\b(src|href)=|https?://(?!www\.w3\.org)|@import|url\(|fetch\(", page.text)
