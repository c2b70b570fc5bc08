"""FastMCP's client over real transports. In `tests/server`, the server is in the same process."""

from __future__ import annotations

import base64
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from fastmcp.exceptions import ToolError
from mcp import MCPError
from mcp.types import INVALID_PARAMS, PromptReference, ResourceTemplateReference

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.tiles import legend_text
from mariogpt_mcp.server.mcp_app import PLAYER_URI
from mariogpt_mcp.service.links import LEGEND_URI, PATH_URI, PICTURE_URI, TEXT_URI
from tests.servers import ERAS

pytestmark = pytest.mark.slow


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["stdio", "http"])
async def client(
    request: pytest.FixtureRequest, environment: dict[str, str], address: str, era: str, tmp_path: Path
) -> AsyncIterator[Any]:
    server: str | StdioTransport = f"{address}/mcp"
    if request.param == "stdio":
        log = tmp_path / "stderr"
        server = StdioTransport(sys.executable, ["-m", "mariogpt_mcp"], env=environment, keep_alive=False, log_file=log)
    async with Client(server, mode=era) as connected:
        yield connected


async def test_resources_templates_and_completion(client: Any) -> None:
    made = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
    level_id = made.structured_content["id"]
    assert {LEGEND_URI, PLAYER_URI} <= {str(resource.uri) for resource in await client.list_resources()}
    templates = {template.uri_template for template in await client.list_resource_templates()}
    assert {TEXT_URI, PICTURE_URI, PATH_URI} <= templates
    assert (await client.read_resource(LEGEND_URI))[0].text == legend_text()
    assert Level.parse((await client.read_resource(TEXT_URI.format(id=level_id)))[0].text).columns == 7
    for uri in (PICTURE_URI, PATH_URI):
        (picture,) = await client.read_resource(uri.format(id=level_id))
        assert base64.b64decode(picture.blob).startswith(b"\x89PNG")
    assert "<script" in (await client.read_resource(PLAYER_URI))[0].text
    reference = ResourceTemplateReference(type="ref/resource", uri=TEXT_URI)
    completed = await client.complete(reference, {"name": "id", "value": level_id[:8]})
    assert level_id in completed.values


async def test_prompts_and_their_completion(client: Any) -> None:
    assert "design_level" in [prompt.name for prompt in await client.list_prompts()]
    filled = await client.get_prompt("design_level", {"request": "a calm walk"})
    assert "a calm walk" in filled.messages[0].content.text
    reference = PromptReference(type="ref/prompt", name="design_level")
    completed = await client.complete(reference, {"name": "request", "value": "pipes"})
    assert all("pipes" in prompt for prompt in completed.values)


async def test_errors(client: Any) -> None:
    with pytest.raises(ToolError, match="level_size must be a whole number"):
        await client.call_tool("generate_mario_level", {"level_size": "wide"})
    with pytest.raises(ToolError, match="There is no tool 'make_level'; the tools are generate_mario_level"):
        await client.call_tool("make_level")
    with pytest.raises(MCPError, match="There is no level 'nope' here") as caught:
        await client.read_resource(TEXT_URI.format(id="nope"))
    assert caught.value.code == INVALID_PARAMS
    with pytest.raises(MCPError, match="needs the argument 'request'") as caught:
        await client.get_prompt("design_level")
    assert caught.value.code == INVALID_PARAMS
