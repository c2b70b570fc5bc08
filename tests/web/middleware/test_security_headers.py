from __future__ import annotations

import httpx2
from starlette.responses import PlainTextResponse

from mariogpt_mcp.web.middleware.security_headers import SECURITY_HEADERS, AddSecurityHeaders


async def get(response: PlainTextResponse) -> httpx2.Response:
    transport = httpx2.ASGITransport(AddSecurityHeaders(response))
    async with httpx2.AsyncClient(transport=transport, base_url="http://mario.test") as client:
        return await client.get("/")


async def test_a_response_gets_every_header() -> None:
    headers = (await get(PlainTextResponse("yes"))).headers
    assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_a_header_of_the_response_stays() -> None:
    policy = {"Content-Security-Policy": "default-src 'self'"}
    headers = (await get(PlainTextResponse("yes", headers=policy))).headers
    assert headers["Content-Security-Policy"] == "default-src 'self'"
