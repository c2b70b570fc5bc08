"""The page routes, without a browser."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx2
import pytest

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import columns_of
from mariogpt_mcp.prompt_parser.prompt import MAX_LENGTH
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import LEVEL_SIZE_RANGE, MAX_SEED, TEMPERATURE_RANGE, WebSettings
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.web.app import create_web
from mariogpt_mcp.web.pages import CHOICES, LevelForm

SMALL = {"columns": "20", "seed": "4"}


@pytest.fixture
def client(generator: MarioGPT) -> httpx2.AsyncClient:
    web = create_web(LevelService(generator, MemoryStore(20, 1)), Links(), WebSettings("http://mario.test/here"))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(web), base_url="http://mario.test")


@pytest.mark.parametrize(
    ("fields", "prompt"),
    [
        ({}, ""),
        ({"pipes": "many", "elevation": "low"}, "many pipes, low elevation"),
        ({"style": "underground", "blocks": "no"}, "no blocks, underground style"),
        ({"prompt": "  3 pipes ", "pipes": "many"}, "3 pipes"),
    ],
)
def test_the_prompt_is_the_typed_one_or_that_of_the_choices(fields: dict[str, str], prompt: str) -> None:
    assert LevelForm(**fields).full_prompt == prompt


def test_every_choice_is_a_field() -> None:
    assert CHOICES.keys() <= LevelForm.model_fields.keys()


@pytest.mark.parametrize("columns", [7, 100, 200])
def test_columns_are_those_of_the_request(columns: int) -> None:
    request = LevelForm(columns=columns, seed=1).request(0.5)
    assert (request.columns, request.notes, request.temperature) == (columns, (), 0.5)


async def test_the_form_has_the_ranges_of_requests(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/")).text
    fields = {
        name: dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        for name, attributes in re.findall(r'<input id="(\w+)"([^>]*)>', page)
    }
    assert int(fields["prompt"]["maxlength"]) == MAX_LENGTH
    low, high = (columns_of(size) for size in LEVEL_SIZE_RANGE)
    assert (fields["columns"]["min"], fields["columns"]["max"]) == (str(low), str(high))
    assert (float(fields["temperature"]["min"]), float(fields["temperature"]["max"])) == TEMPERATURE_RANGE
    assert int(fields["seed"]["max"]) == MAX_SEED


async def test_the_form_makes_a_level_and_leads_to_its_page(client: httpx2.AsyncClient) -> None:
    response = await client.post("/levels", data={"pipes": "some", "temperature": "", **SMALL})
    assert response.status_code == 303
    address = response.headers["location"]
    assert address.startswith("/here/levels/")
    page = (await client.get(address.removeprefix("/here"))).text
    assert "<h1>some pipes</h1>" in page
    assert "seed 4" in page
    assert "20 columns" in page


async def test_an_empty_seed_is_a_random_one(client: httpx2.AsyncClient) -> None:
    made = [await client.post("/levels", data={"columns": "7", "seed": ""}) for _ in range(2)]
    assert made[0].headers["location"] != made[1].headers["location"]


async def test_an_error_is_shown_above_the_form(client: httpx2.AsyncClient) -> None:
    response = await client.post("/levels", data={"seed": "99999999999", "prompt": "many pipes"})
    assert response.status_code == 422
    assert "seed must be a whole number from 0 to 4294967295" in response.text
    assert 'value="many pipes"' in response.text


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    found = re.findall(r"event: (\w+)\r\ndata: ([^\r]*)\r\n", text)
    return [(name, json.loads(data)) for name, data in found]


async def test_the_form_makes_the_same_level_with_events(client: httpx2.AsyncClient) -> None:
    response = await client.post("/levels/stream", data={"pipes": "some", "elevation": "", **SMALL})
    name, made = events_of(response.text)[-1]
    assert name == "made"
    kept = (await client.get(f"/api/levels/{made['id']}")).json()
    assert kept["report"]["prompt"] == "some pipes"
    again = await client.post("/levels", data={"prompt": "some pipes", **SMALL})
    assert again.headers["location"] == f"/here/levels/{made['id']}"


async def test_an_error_before_the_first_event_is_json(client: httpx2.AsyncClient) -> None:
    response = await client.post("/levels/stream", data={"seed": "-7"})
    assert response.status_code == 422
    assert response.json()["error"].startswith("seed must be a whole number")


async def test_titles(client: httpx2.AsyncClient) -> None:
    plain = await client.post("/levels", data=SMALL)
    assert "<h1>A level without a prompt</h1>" in (await client.get(plain.headers["location"][5:])).text
    level = "\n".join(["-" * 20] * 12 + ["X" * 20] * 2)
    checked = (await client.post("/api/levels/check", json={"level": level})).json()
    assert "<h1>A checked level</h1>" in (await client.get(f"/levels/{checked['id']}")).text


async def test_a_missing_level_has_a_page(client: httpx2.AsyncClient) -> None:
    for path in ("/levels/nope", "/levels/nope/java"):
        response = await client.get(path)
        assert response.status_code == 404
        assert "<h1>No such level</h1>" in response.text
