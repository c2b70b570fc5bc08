from __future__ import annotations

import json
import subprocess
import sys
import uuid
from pathlib import Path

import httpx2
import pytest

from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.web.app import create_web
from mariogpt_mcp.web.middleware.body_limit import MAX_BODY
from tests.play.ground import ground, pit

SMALL = {"level_size": 280, "seed": 4}


@pytest.fixture
async def client(generator: MarioGPT) -> httpx2.AsyncClient:
    web = create_web(LevelService(generator, MemoryStore(20, 1)), Links("http://mario.test"))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(web), base_url="http://mario.test")


async def test_a_level_is_made_and_read_again(client: httpx2.AsyncClient) -> None:
    made = (await client.post("/api/levels", json={"prompt": "some pipes", **SMALL})).json()
    assert uuid.UUID(made["id"]).version == 4
    assert made["report"]["prompt"] == "some pipes"
    again = (await client.post("/api/levels", json={"prompt": "some pipes", **SMALL})).json()
    assert again == made | {"cached": True}
    for address in (f"/api/levels/{made['id']}", f"/api/levels/{made['id']}.json", f"/levels/{made['id']}.json"):
        assert (await client.get(address)).json() == made
    text = await client.get(f"/api/levels/{made['id']}.txt")
    assert text.text == made["level"] + "\n"
    assert text.headers["content-type"].startswith("text/plain")
    picture = await client.get(f"/api/levels/{made['id']}.png")
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["content-type"] == "image/png"


@pytest.mark.parametrize(("sent", "used"), [({}, 0.4), ({"temperature": 1.0}, 1.0)])
async def test_the_default_temperature_is_that_of_the_application(
    generator: MarioGPT, sent: dict[str, float], used: float
) -> None:
    web = create_web(LevelService(generator, MemoryStore(20, 1)), Links(), temperature=0.4)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(web), base_url="http://mario.test") as client:
        made = (await client.post("/api/levels", json={**SMALL, **sent})).json()
    assert made["report"]["temperature"] == used


async def test_whole_numbers_may_be_written_with_a_point(client: httpx2.AsyncClient) -> None:
    made = (await client.post("/api/levels", json={"seed": 7.0, "level_size": 100.0})).json()
    assert made["report"]["seed"] == 7


async def test_a_level_is_checked_and_repaired(client: httpx2.AsyncClient) -> None:
    level = pit(13).text()
    found = (await client.post("/api/levels/check", json={"level": level})).json()
    assert found["report"]["beatable"]["stopped_at"] == 20
    repaired = (await client.post("/api/levels/check", json={"level": level, "repair": True})).json()
    assert repaired["report"]["beatable"]["beaten"]
    assert (await client.get(f"/api/levels/{repaired['id']}")).json() == repaired


async def test_fields_are_read_as_clients_write_them(client: httpx2.AsyncClient) -> None:
    plain = (await client.post("/api/levels", json={"level_size": 100, "seed": 1})).json()
    written = {"levelSize": "100", "seed": "1", "prompt": None, "temperature": "null", "sessionId": "x"}
    assert (await client.post("/api/levels", json=written)).json()["id"] == plain["id"]
    misspelled = (await client.post("/api/levels", json={"level_size": 100, "seed": 1, "temprature": 2})).json()
    note = "there is no parameter 'temprature', so it was ignored; did you mean 'temperature'?"
    assert misspelled["report"]["notes"] == [*plain["report"]["notes"], note]
    rows = plain["level"].split("\n")
    checked = (await client.post("/api/levels/check", json={"level": rows, "repair": "no"})).json()
    assert checked["level"] == plain["level"]


@pytest.mark.parametrize("format", FORMATS)
async def test_an_exported_level_can_be_checked(client: httpx2.AsyncClient, format: str) -> None:
    level = ground([1] * 30)
    text = export(level, format).content.decode()
    checked = (await client.post("/api/levels/check", json={"level": text, "legend": "auto"})).json()
    assert checked["level"] == level.text()


@pytest.mark.parametrize(
    ("address", "body", "status", "sentence"),
    [
        ("/api/levels", b'{"prompt": {}}', 422, 'prompt must be text, not {}, for example "many pipes'),
        ("/api/levels", b'{"seed": -7}', 422, "seed must be a whole number from 0 to 4294967295, for example 42."),
        ("/api/levels", b'{"seed": "x"}', 422, 'seed must be a whole number, not "x", for example 42.'),
        ("/api/levels", b'{"seed": 7.5}', 422, "seed must be a whole number, not 7.5, for example 42."),
        ("/api/levels", b"{", 422, "The request body is not valid JSON"),
        ("/api/levels", b"[]", 422, "POST /api/levels needs an object with named parameters, not []."),
        ("/api/levels", b'{"temperature": NaN}', 422, "temperature must be a number"),
        ("/api/levels", b'"' + b"x" * MAX_BODY + b'"', 413, "The request body is too large"),
        ("/api/levels/check", b"{}", 422, "POST /api/levels/check needs the parameter 'level'"),
        ("/api/levels/check", b'{"level": "<i>--"}', 422, "Row 1, column 2 has 'i', which is not a tile"),
        ("/api/levels/check", b'{"level": "<i>"}', 422, "There is no level in this text; send 14 rows of tiles"),
    ],
)
async def test_what_cannot_be_used_is_one_sentence(
    client: httpx2.AsyncClient, address: str, body: bytes, status: int, sentence: str
) -> None:
    answer = await client.post(address, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    error = answer.json()["error"]
    assert sentence in error
    assert "\n" not in error
    assert "pydantic" not in error


@pytest.mark.parametrize(
    "path", ["nope", "nope.png", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "a/../../x.txt", "%00.png"]
)
@pytest.mark.parametrize("under", ["/api/levels/", "/levels/", "/java/", "/static/"])
async def test_other_addresses_are_404(client: httpx2.AsyncClient, under: str, path: str) -> None:
    answer = await client.get(under + path)
    assert answer.status_code == 404
    assert "root:" not in answer.text


async def test_every_answer_has_the_headers(client: httpx2.AsyncClient) -> None:
    made = (await client.post("/api/levels", json=SMALL)).json()
    for address in (
        "/",
        "/play",
        f"/levels/{made['id']}",
        f"/levels/{made['id']}.png",
        "/nothing",
        "/static/pages/home.js",
    ):
        headers = (await client.get(address)).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.slow
async def test_events_tell_of_the_level_while_it_is_written(client: httpx2.AsyncClient) -> None:
    body = {"prompt": "many enemies", "level_size": 2799, "seed": 2}
    answer = await client.post("/api/levels/stream", json=body)
    events = [
        (event.split("\r\n")[0].removeprefix("event: "), json.loads(event.split("\r\n")[1].removeprefix("data: ")))
        for event in answer.text.strip().split("\r\n\r\n")
        if event.startswith("event")
    ]
    assert [name for name, _ in events[:-1]] == ["progress"] * (len(events) - 1)
    name, made = events[-1]
    assert name == "made"
    kept = (await client.get(f"/api/levels/{made['id']}")).json()
    assert events[-2][1]["rows"] == kept["level"].split("\n")
    assert len({len(event["rows"][0]) for _, event in events[:-1] if event["rows"]}) > 2


async def test_the_openapi_document_names_every_address(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    assert set(document["paths"]) == {
        "/api/levels",
        "/api/levels/check",
        "/api/levels/{id}",
        "/api/levels/{id}.txt",
        "/api/levels/{id}.png",
        "/api/levels/{id}.json",
        "/api/levels/{id}/export/{format}",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "selection",
    [
        # A value of another type is accepted if it can only mean one thing, such as the seed "7".
        ["--exclude-path", "/api/levels/check", "--exclude-checks", "negative_data_rejection"],
        # That all rows are equally long cannot be said in a schema.
        [
            "--include-path",
            "/api/levels/check",
            "--exclude-checks",
            "positive_data_acceptance,negative_data_rejection",
        ],
    ],
)
def test_schemathesis_passes(address: str, tmp_path: Path, selection: list[str]) -> None:
    """Requests of every kind, made from the OpenAPI document, against the real server."""
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/openapi.json"]
    options = ["--max-examples", "15", "--seed", "1", "--no-color", "--generation-database", "none"]
    # The first level also loads the model, and calls wait for each other: on a busy machine for more than the default.
    options += ["--request-timeout", "60"]
    done = subprocess.run([*command, *selection, *options], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
