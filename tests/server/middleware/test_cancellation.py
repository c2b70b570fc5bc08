from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from fastmcp import FastMCP
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from mariogpt_mcp.server.middleware.cancellation import SESSION_HEADER, AssignSessionIds
from tests.servers import HEADERS, INITIALIZE


@pytest.fixture
def client(server: FastMCP) -> Iterator[TestClient]:
    app = server.http_app(path="/mcp", stateless_http=True, middleware=[Middleware(AssignSessionIds, path="/mcp")])
    with TestClient(app, headers=HEADERS) as opened:
        yield opened


def test_a_cancelled_call_gets_no_answer(server: FastMCP, client: TestClient) -> None:
    begun = threading.Event()

    @server.tool
    async def endless() -> str:
        """Waits until it is cancelled."""
        begun.set()
        await anyio.sleep_forever()
        return "never"

    session = {SESSION_HEADER: client.post("/mcp", json=INITIALIZE).headers[SESSION_HEADER]}
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "endless"}}
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.post, "/mcp", json=call, headers=session)
        assert begun.wait(30)
        assert client.post("/mcp", json=cancel, headers={SESSION_HEADER: "another client's"}).status_code == 202
        assert not answer.done()
        assert client.post("/mcp", json=cancel, headers=session).status_code == 202
        assert answer.result(30).status_code == 200
        assert answer.result().text == ""
