"""The pages beside a server that speaks over stdio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.servers import Connect

CALL = {"level_size": 280, "seed": 1}


async def links_of(client: Any, **more: Any) -> dict[str, str]:
    result = await client.call_tool("generate_mario_level", {**CALL, **more})
    links: dict[str, str] = result.structured_content["links"]
    assert all(link in result.content[0].text for link in links.values())
    return links


@pytest.mark.slow
async def test_a_level_made_over_stdio_has_links_that_open(stdio: Connect) -> None:
    async with stdio() as client:
        links = await links_of(client)
        assert urlsplit(links["play"]).hostname == "127.0.0.1"
        async with httpx2.AsyncClient() as web:
            assert "<h1>A level without a wish</h1>" in (await web.get(links["play"])).text
            assert (await web.get(links["picture"])).content.startswith(b"\x89PNG")
            assert (await web.get(links["play"], headers={"Host": "evil.example"})).status_code == 421
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(links["play"])


@pytest.mark.slow
async def test_two_servers_do_not_collide(stdio: Connect) -> None:
    async with stdio() as one, stdio() as other:
        first, second = await links_of(one), await links_of(other)
        assert urlsplit(first["play"]).port != urlsplit(second["play"]).port
        for link in (first["play"], second["play"]):
            assert httpx2.get(link).status_code == 200


@pytest.mark.slow
async def test_it_can_be_turned_off(stdio: Callable[..., Any]) -> None:
    async with stdio(MARIOGPT_PREVIEW="off") as client:
        assert all(link.startswith("mario://") for link in (await links_of(client)).values())


@pytest.mark.slow
async def test_nothing_listens_before_a_level_is_made(stdio: Connect, tmp_path: Any) -> None:
    async with stdio() as client:
        await client.call_tool("get_tile_legend")
        assert "are shown and played at" not in (tmp_path / "stderr").read_text()
        await links_of(client)
        assert "are shown and played at" in (tmp_path / "stderr").read_text()
