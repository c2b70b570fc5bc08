from __future__ import annotations

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from mariogpt_mcp.web.middleware.host_refusals import SENTENCES, ExplainHostRefusals


@pytest.mark.parametrize("status", [200, 403, 404, 421])
async def test_only_refusals_get_a_sentence(status: int) -> None:
    transport = httpx2.ASGITransport(ExplainHostRefusals(PlainTextResponse("two words", status)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://mario.test") as client:
        response = await client.get("/")
    assert response.status_code == status
    assert response.content == SENTENCES.get(status, b"two words")
    assert response.headers["content-length"] == str(len(response.content))
