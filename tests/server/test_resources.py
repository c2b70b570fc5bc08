from __future__ import annotations

import base64

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import McpError
from mcp.types import PromptReference, ResourceTemplateReference

from mariogpt_mcp.level.tiles import legend_text
from mariogpt_mcp.server.mcp_app import PLAYER_URI
from mariogpt_mcp.service.links import EXPORT_URI, LEGEND_URI, PATH_URI, PICTURE_URI, TEXT_URI
from tests.servers import ERAS


@pytest.mark.parametrize("era", ERAS)
async def test_levels_are_read_by_id(server: FastMCP, era: str) -> None:
    async with Client(server, mode=era) as client:
        made = (await client.call_tool("generate_mario_level", {"level_size": 200, "seed": 1})).structured_content
        text = (await client.read_resource(made["links"]["text"]))[0]
        picture = (await client.read_resource(made["links"]["picture"]))[0]
    assert (text.text, text.mime_type) == (made["level"], "text/plain")
    assert picture.mime_type == "image/png"
    assert base64.b64decode(picture.blob).startswith(b"\x89PNG")


async def test_resources_and_templates_are_listed(server: FastMCP) -> None:
    async with Client(server) as client:
        resources, templates = await client.list_resources(), await client.list_resource_templates()
        legend = (await client.read_resource(LEGEND_URI))[0]
    assert [str(r.uri) for r in resources] == [LEGEND_URI, PLAYER_URI]
    assert {t.uri_template for t in templates} == {TEXT_URI, PICTURE_URI, PATH_URI, EXPORT_URI}
    assert all(r.description and r.title for r in [*resources, *templates])
    assert legend.text == legend_text()


@pytest.mark.parametrize("level_id", ["nope", "00000000-0000-4000-8000-000000000000", "..%2F..%2Fetc"])
async def test_unknown_ids_are_refused_in_one_sentence(server: FastMCP, level_id: str) -> None:
    async with Client(server) as client:
        with pytest.raises(McpError) as caught:
            await client.read_resource(TEXT_URI.format(id=level_id))
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


async def test_ids_are_completed(server: FastMCP) -> None:
    async with Client(server) as client:
        made = [
            (await client.call_tool("generate_mario_level", {"level_size": 100})).structured_content["id"]
            for _ in range(3)
        ]
        template = ResourceTemplateReference(type="ref/resource", uri=TEXT_URI)
        everything = await client.complete(template, {"name": "id", "value": ""})
        one = await client.complete(template, {"name": "id", "value": made[1][:8]})
        requests = await client.complete(
            PromptReference(type="ref/prompt", name="design_level"), {"name": "request", "value": "Hard "}
        )
        nothing = await client.complete(
            PromptReference(type="ref/prompt", name="design_level"), {"name": "other", "value": ""}
        )
    assert everything.values == made[::-1]
    assert one.values == [made[1]]
    assert requests.values == ["hard level, lots of bricks"]
    assert nothing.values == []
