from __future__ import annotations

import json
import re

import httpx2
import jsonschema  # type: ignore[import-untyped]
import pytest

import mariogpt_mcp
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.service.identity import NAME
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import WebSettings
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.web.app import create_web
from mariogpt_mcp.web.server_card import BESIDE_MCP, MEDIA_TYPE, WELL_KNOWN
from tests.conftest import ROOT

PLACES = [WELL_KNOWN, f"/mcp{BESIDE_MCP}"]


def client(generator: MarioGPT, mcp_path: str = "/mcp", public_url: str = "") -> httpx2.AsyncClient:
    web = create_web(LevelService(generator, MemoryStore(1, 1)), Links(), WebSettings(public_url), mcp_path=mcp_path)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(web), base_url="http://mario.test:81")


@pytest.mark.parametrize("place", PLACES)
async def test_it_names_the_server_and_its_endpoint(generator: MarioGPT, place: str) -> None:
    answer = await client(generator).get(place)
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["access-control-allow-origin"] == "*"
    card = answer.json()
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", card["name"])
    assert (card["name"], card["version"]) == (NAME, mariogpt_mcp.__version__)
    assert 0 < len(card["description"]) <= 100
    [remote] = card["remotes"]
    assert (remote["type"], remote["url"]) == ("streamable-http", "http://mario.test:81/mcp")
    assert {"2025-11-25", "2026-07-28"} <= set(remote["supportedProtocolVersions"])


async def test_it_agrees_with_the_registry_entry(generator: MarioGPT) -> None:
    # The draft keeps cards within the registry's format.
    schema = json.loads((ROOT / "tests" / "data" / "server-2025-12-11.schema.json").read_text(encoding="utf-8"))
    card = (await client(generator).get(WELL_KNOWN)).json()
    assert list(jsonschema.Draft7Validator(schema).iter_errors(card)) == []
    assert set(card) <= {"$schema", *schema["definitions"]["ServerDetail"]["properties"]} - {"packages"}


async def test_the_public_address_is_named(generator: MarioGPT) -> None:
    card = (await client(generator, public_url="https://mario.example.org/here").get(WELL_KNOWN)).json()
    assert card["remotes"][0]["url"] == "https://mario.example.org/here/mcp"
    assert card["icons"][0]["src"] == "https://mario.example.org/here/static/icon.svg"


async def test_the_icon_is_there(generator: MarioGPT) -> None:
    async with client(generator) as web:
        [icon] = (await web.get(WELL_KNOWN)).json()["icons"]
        found = await web.get(icon["src"])
    assert found.headers["content-type"].startswith(icon["mimeType"])


@pytest.mark.parametrize(
    ("form", "status"),
    [("{tag}", 304), ("W/{tag}", 304), ('"other", {tag}', 304), ("*", 304), ('"other"', 200), ("", 200)],
)
async def test_a_client_that_has_it_gets_status_304(generator: MarioGPT, form: str, status: int) -> None:
    async with client(generator) as web:
        first = await web.get(WELL_KNOWN)
        tag = first.headers["etag"]
        again = await web.get(WELL_KNOWN, headers={"if-none-match": form.format(tag=tag)})
    assert (again.status_code, again.headers["etag"]) == (status, tag)
    assert again.content == (b"" if status == 304 else first.content)


async def test_pages_without_mcp_beside_them_have_none(generator: MarioGPT) -> None:
    assert (await client(generator, "").get(WELL_KNOWN)).status_code == 404
