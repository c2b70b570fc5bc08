from __future__ import annotations

import logging
from typing import Any

import httpx2
import pytest
from starlette.types import Message

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.web.app import create_web
from mariogpt_mcp.web.middleware.request_log import LogRequests
from tests.log_fields import log_fields


def fields(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [log_fields(record) for record in caplog.records if record.name == "mariogpt_mcp.web.middleware.request_log"]


async def test_what_makes_or_checks_a_level_is_logged(generator: MarioGPT, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mariogpt_mcp")
    web = create_web(LevelService(generator, MemoryStore(20, 1)), Links("http://mario.test"))
    small = {"level_size": 100, "seed": 1}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(web), base_url="http://mario.test") as client:
        await client.post("/api/levels", json=small)
        await client.post("/api/levels/stream", json=small)
        await client.post("/api/levels/check", json={"level": "Z"})
        await client.get("/health")
    assert [(line["path"], line["status"], line["outcome"]) for line in fields(caplog)] == [
        ("/api/levels", 200, "ok"),
        ("/api/levels/stream", 200, "ok"),
        ("/api/levels/check", 422, "refused"),
    ]
    # The first level that is made in a process also loads the model, which is logged before.
    first = next(record for record in caplog.records if record.name == "mariogpt_mcp.web.middleware.request_log")
    assert first.getMessage() == f"POST /api/levels ok in {fields(caplog)[0]['seconds']:.2f} s, status 200"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ([], "cancelled"),
        ([{"type": "http.response.start", "status": 200}], "cancelled"),
        (
            [{"type": "http.response.start", "status": 200}, {"type": "http.response.body", "more_body": True}],
            "cancelled",
        ),
        ([{"type": "http.response.start", "status": 200}, {"type": "http.response.body"}], "ok"),
    ],
)
async def test_an_answer_that_was_not_ended_was_cancelled(
    caplog: pytest.LogCaptureFixture, answer: list[Message], outcome: str
) -> None:
    caplog.set_level(logging.INFO, "mariogpt_mcp")

    async def app(scope: object, receive: object, send: Any) -> None:
        for message in answer:
            await send(message)

    async def nowhere(message: Message) -> None:
        return

    async def receive() -> Message:
        return {"type": "http.request"}

    await LogRequests(app)({"type": "http", "method": "POST", "path": "/api/levels"}, receive, nowhere)
    assert [line["outcome"] for line in fields(caplog)] == [outcome]


async def test_a_failure_is_logged_and_raised_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mariogpt_mcp")

    async def app(scope: object, receive: object, send: object) -> None:
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        await LogRequests(app)({"type": "http", "method": "POST", "path": "/levels"}, None, None)  # type: ignore[arg-type]
    assert [line["outcome"] for line in fields(caplog)] == ["failed"]
