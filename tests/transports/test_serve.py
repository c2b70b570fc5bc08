from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from fastmcp import FastMCP
from starlette.testclient import TestClient

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.server.middleware.cancellation import SESSION_HEADER
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.transports.http import create_app
from mariogpt_mcp.web.app import create_web

HEADERS = {"accept": "application/json, text/event-stream"}

INITIALIZE: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}


@pytest.fixture
def client(server: FastMCP, generator: MarioGPT) -> Iterator[TestClient]:
    web = create_web(LevelService(generator, MemoryStore(5, 1)), Links())
    with TestClient(create_app(server, web, guarded=True), "http://127.0.0.1:8000", headers=HEADERS) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_mcp_is_answered_with_and_without_a_slash_at_the_end(client: TestClient, path: str) -> None:
    answer = client.post(path, json=INITIALIZE, follow_redirects=False)
    assert answer.status_code == 200
    assert '"name":"mariogpt-mcp"' in answer.text
    assert len(answer.headers[SESSION_HEADER]) == 32


def test_a_session_is_named_once_and_only_for_mcp(client: TestClient) -> None:
    named = client.post("/mcp", json=INITIALIZE).headers[SESSION_HEADER]
    ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    assert SESSION_HEADER not in client.post("/mcp", json=ping, headers={SESSION_HEADER: named}).headers
    assert SESSION_HEADER not in client.post("/mcp", content=b"{").headers
    assert SESSION_HEADER not in client.post("/api/levels", json={"seed": "none"}).headers


def test_a_cancelled_call_gets_no_answer(server: FastMCP, client: TestClient) -> None:
    begun = threading.Event()

    @server.tool
    async def endless() -> str:
        """Never ends."""
        begun.set()
        await anyio.sleep_forever()
        return "never"

    session = {SESSION_HEADER: client.post("/mcp", json=INITIALIZE).headers[SESSION_HEADER]}
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "endless"}}
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.post, "/mcp", json=call, headers=session)
        assert begun.wait(30)
        assert client.post("/mcp", json=cancel, headers={SESSION_HEADER: "somebody else's"}).status_code == 202
        assert not answer.done()
        assert client.post("/mcp", json=cancel, headers=session).status_code == 202
        assert answer.result(30).status_code == 200
        assert answer.result().text == ""


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_what_is_not_posted_to_mcp_is_not_allowed(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path, follow_redirects=False)
    assert answer.status_code == 405
    assert answer.headers.get("allow", "POST") == "POST"


def test_the_pages_stand_beside_it(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/nothing-here").status_code == 404
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 421
