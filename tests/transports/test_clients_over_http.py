"""HTTP as clients speak it: what they accept, from browsers, below a prefix, and with HEAD."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager as Manager
from contextlib import contextmanager
from typing import Any

import pytest
from fastmcp import FastMCP
from starlette.testclient import TestClient

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import WebSettings
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.transports.http import create_app
from mariogpt_mcp.web.app import create_web
from tests.servers import INITIALIZE

CALL = {
    "jsonrpc": "2.0",
    "id": 7,
    "method": "tools/call",
    "params": {"name": "get_tile_legend", "arguments": {}, "_meta": {"progressToken": 1}},
}

Open = Callable[..., Manager[TestClient]]


@pytest.fixture
def open_app(server: FastMCP, generator: MarioGPT) -> Open:
    @contextmanager
    def opened(public_url: str = "", base: str = "http://127.0.0.1:8000", **more: Any) -> Iterator[TestClient]:
        web = create_web(LevelService(generator, MemoryStore(5, 1)), Links(public_url), WebSettings(public_url))
        with TestClient(create_app(server, web, public_url, guarded=True, **more), base) as client:
            client.headers.pop("accept")
            yield client

    return opened


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("application/json", "application/json"),
        ("application/*;q=0.9", "application/json"),
        ("text/html", "application/json"),
        ("text/event-stream", "text/event-stream"),
        ("application/json, text/event-stream", "text/event-stream"),
        ("*/*", "text/event-stream"),
        ("Text/Event-Stream; charset=utf-8", "text/event-stream"),
    ],
)
def test_a_client_gets_what_it_accepts(open_app: Open, accept: str | None, kind: str) -> None:
    headers = {} if accept is None else {"accept": accept}
    with open_app() as client:
        for message in (INITIALIZE, CALL):
            answer = client.post("/mcp", json=message, headers=headers)
            assert answer.status_code == 200
            assert answer.headers["content-type"].split(";")[0] == kind
            if kind == "application/json":
                assert answer.json()["id"] == message["id"]
                assert "result" in answer.json()
                assert answer.headers["content-length"] == str(len(answer.content))


def test_errors_are_json_too(open_app: Open) -> None:
    with open_app() as client:
        unknown = {**CALL, "method": "tools/none"}
        assert client.post("/mcp", json=unknown).json()["error"]["code"] == -32601
        assert client.post("/mcp", content=b"{", headers={"content-type": "application/json"}).status_code == 400
        notification = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        assert client.post("/mcp", json=notification).status_code == 202


def test_a_batch_is_answered_with_one_plain_error(open_app: Open) -> None:
    with open_app() as client:
        answer = client.post("/mcp", json=[INITIALIZE, CALL])
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("This server takes one message in a request")


@pytest.mark.parametrize("origin", ["http://localhost:6274", "http://127.0.0.1:3000", "https://chat.example.org"])
def test_pages_that_may_call_get_cors_headers(open_app: Open, origin: str) -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "content-type,mcp-session-id"}
    with open_app(origins=["https://chat.example.org"]) as client:
        preflight = client.options("/mcp", headers={"origin": origin, **asks})
        answer = client.post("/mcp", json=INITIALIZE, headers={"origin": origin})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == origin
    assert "mcp-session-id" in preflight.headers["access-control-allow-headers"]
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert "mcp-session-id" in answer.headers["access-control-expose-headers"]


def test_other_pages_are_refused(open_app: Open) -> None:
    with open_app() as client:
        headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        assert client.options("/mcp", headers=headers).status_code == 400
        refused = client.post("/mcp", json=INITIALIZE, headers={"origin": "https://evil.example"})
        assert refused.status_code == 403
        assert "MARIOGPT_ALLOWED_ORIGINS" in refused.text
        assert (
            "access-control-allow-origin" not in client.get("/health", headers={"origin": "http://localhost:1"}).headers
        )


def test_several_hosts_can_be_allowed(open_app: Open) -> None:
    with open_app("https://mario.example.org", hosts=["mario.internal", "10.0.0.7:8765"]) as client:
        for host in ("mario.example.org", "mario.internal", "10.0.0.7:8765", "127.0.0.1:8000"):
            assert client.get("/health", headers={"host": host}).status_code == 200
        refused = client.get("/health", headers={"host": "evil.example"})
    assert refused.status_code == 421
    assert "MARIOGPT_ALLOWED_HOSTS" in refused.text


@pytest.mark.parametrize("sent", ["/prefix", ""])
def test_everything_is_below_the_path_of_the_public_address(open_app: Open, sent: str) -> None:
    """Whether the proxy keeps the prefix in the requests or removes it."""
    with open_app("https://mario.example.org/prefix", base="https://mario.example.org") as client:
        assert client.post(f"{sent}/mcp", json=INITIALIZE).json()["result"]["serverInfo"]["name"] == "mariogpt-mcp"
        assert client.post(f"{sent}/mcp/", json=CALL).json()["result"]["structuredContent"]
        page = client.get(f"{sent}/")
        assert page.status_code == 200
        assert 'href="/prefix/static/' in page.text
        assert client.get(f"{sent}/static/pages/page.css").status_code == 200
        redirect = client.get(f"{sent}/health/", follow_redirects=False)
        assert redirect.status_code == 307
        assert redirect.headers["location"] == "https://mario.example.org/prefix/health"
        document = client.get(f"{sent}/api/openapi.json").json()
        assert document["servers"] == [{"url": "/prefix"}]
        assert client.get(f"{sent}/mcp").status_code == 405


@pytest.mark.parametrize("path", ["/", "/play", "/health", "/api/openapi.json", "/static/pages/page.css"])
def test_head_is_get_without_a_body(open_app: Open, path: str) -> None:
    with open_app() as client:
        got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]


def test_head_of_a_picture_and_of_a_missing_level(open_app: Open) -> None:
    with open_app() as client:
        made = client.post("/api/levels", json={"level_size": 100, "seed": 1}).json()
        picture = client.head(f"/levels/{made['id']}.png")
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        assert client.head("/levels/nothing").status_code == 404
        assert client.head("/mcp").status_code == 405


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_call_without_the_content_type_gets_a_sentence(open_app: Open, kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    with open_app() as client:
        answer = client.post("/api/levels", content=json.dumps({"prompt": "some pipes"}), headers=headers)
    assert answer.status_code == 415
    assert answer.json()["error"].startswith("POST /api/levels needs the header Content-Type: application/json, ")
