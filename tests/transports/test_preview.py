"""The web pages that a server over stdio starts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from fastmcp import Client
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.transports.preview import START_TIMEOUT, Preview
from mariogpt_mcp.web.app import create_web
from tests.servers import Connect

CALL = {"level_size": 280, "seed": 1}


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("hello")(scope, receive, send)


async def test_it_starts_once_and_passes_its_address_to_the_pages() -> None:
    created: list[Links] = []

    def create_app(links: Links) -> ASGIApp:
        created.append(links)
        return hello

    preview = Preview(create_app)
    assert not created
    links, again = await asyncio.gather(preview.start(), preview.start())
    assert created == [links]
    assert again is links
    async with httpx2.AsyncClient() as web:
        assert (await web.get(links.base)).text == "hello"
        assert (await web.get(links.base, headers={"Host": "evil.example"})).status_code == 421


async def test_the_event_loop_is_free_while_it_starts() -> None:
    begun, released, order = threading.Event(), threading.Event(), list[str]()

    def create_app(links: Links) -> ASGIApp:
        order.append("start begun")
        begun.set()
        assert released.wait(START_TIMEOUT), "the preview blocked the event loop"
        return hello

    starting = asyncio.create_task(Preview(create_app).start())
    while not begun.is_set():
        await asyncio.sleep(0.001)
    order.append("event loop")
    released.set()
    assert (await starting).base
    order.append("started")
    assert order == ["start begun", "event loop", "started"]


async def test_links_are_resources_if_it_does_not_start(caplog: pytest.LogCaptureFixture) -> None:
    def create_app(links: Links) -> ASGIApp:
        raise RuntimeError("no pages")

    assert await Preview(create_app).start() == Links()
    assert "the preview did not start" in caplog.text


async def test_a_tool_that_returns_a_level_starts_it(parts: ServerParts) -> None:
    preview = Preview(lambda links: create_web(parts.service, links))
    server = create_server(replace(parts, start_preview=preview.start))
    async with Client(server) as client:
        links = await links_of(client)
    assert urlsplit(links["play"]).hostname == "127.0.0.1"


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
            assert "<h1>A level without a prompt</h1>" in (await web.get(links["play"])).text
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
        assert "can be viewed and played at" not in (tmp_path / "stderr").read_text()
        await links_of(client)
        assert "can be viewed and played at" in (tmp_path / "stderr").read_text()
