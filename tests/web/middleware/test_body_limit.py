from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from mariogpt_mcp.web.middleware.body_limit import MAX_BODY, LimitBody


async def size_of_body(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def swallows_errors(request: Request) -> Response:
    try:
        await request.body()
    except Exception:
        return PlainTextResponse("the body could not be parsed", 400)
    return PlainTextResponse("read")


@pytest.fixture
def client() -> httpx2.AsyncClient:
    app = Starlette(
        routes=[
            Route("/size", size_of_body, methods=["POST"]),
            Route("/swallows", swallows_errors, methods=["POST"]),
        ]
    )
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(LimitBody(app)), base_url="http://mario.test")


async def in_parts(size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, 1000):
        yield b"x" * min(1000, size - start)


async def test_the_largest_body_is_read(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/size", content=b"x" * MAX_BODY)).text == str(MAX_BODY)
    assert (await client.post("/size", content=in_parts(MAX_BODY))).text == str(MAX_BODY)


@pytest.mark.parametrize("path", ["/size", "/swallows"])
async def test_a_larger_one_is_refused(client: httpx2.AsyncClient, path: str) -> None:
    for content in (b"x" * (MAX_BODY + 1), in_parts(MAX_BODY + 1)):
        response = await client.post(path, content=content)
        assert response.status_code == 413
        assert response.json() == {"error": "The request body is too large; it may have at most 1000000 bytes."}
