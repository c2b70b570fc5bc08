from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from fastmcp import Client, FastMCP
from fastmcp.tools import ToolResult

from mariogpt_mcp.server.middleware.call_log import MAX_LENGTH
from tests.log_fields import log_fields
from tests.servers import ERAS

pytestmark = pytest.mark.parametrize("era", ERAS)

CALLS = "mariogpt_mcp.server.middleware.call_log"


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mariogpt_mcp")


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, dict[str, Any]]]:
    records = [record for record in caplog.records if record.name == CALLS]
    return [(record.getMessage(), log_fields(record)) for record in records]


async def test_a_call_that_makes_a_level_is_logged_with_its_id(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    arguments = {"prompt": "some pipes for my little brother", "level_size": 100, "seed": 1}
    async with Client(server, mode=era) as client:
        made = (await client.call_tool("generate_mario_level", arguments)).structured_content["id"]
    [(message, fields)] = lines(caplog)
    assert fields == {"tool": "generate_mario_level", "outcome": "ok", "seconds": fields["seconds"], "id": made}
    assert message == f"generate_mario_level ok in {fields['seconds']:.2f} s, level {made}"
    assert 0 < fields["seconds"] < 60
    assert "brother" not in caplog.text


async def test_a_call_without_a_level_is_logged_without_an_id(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(server, mode=era) as client:
        await client.call_tool("get_tile_legend")
    [(message, fields)] = lines(caplog)
    assert set(fields) == {"tool", "outcome", "seconds"}
    assert message == f"get_tile_legend ok in {fields['seconds']:.2f} s"


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("generate_mario_level", {"seed": -7}),
        ("generate_mario_level", {"prompt": {}}),
        ("check_level", {}),
        ("check_level", {"level": "Z"}),
        ("make_level", {}),
    ],
)
async def test_a_refused_call_is_logged_once_with_what_the_client_gets(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture, tool: str, arguments: dict[str, Any]
) -> None:
    async with Client(server, mode=era) as client:
        answer = await client.call_tool(tool, arguments, raise_on_error=False)
    [(message, fields)] = lines(caplog)
    assert (fields["tool"], fields["outcome"]) == (tool, "refused")
    assert fields["sentence"] == answer.content[0].text
    assert message == f"{tool} refused in {fields['seconds']:.2f} s: {fields['sentence']}"


async def test_a_result_marked_as_an_error_is_logged_as_refused(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    @server.tool
    def refuse() -> ToolResult:
        """Returns an error result without raising."""
        return ToolResult(content="no", is_error=True)

    async with Client(server, mode=era) as client:
        await client.call_tool("refuse", raise_on_error=False)
    assert lines(caplog)[0][1]["outcome"] == "refused"


async def test_a_failure_is_an_error_in_the_log(server: FastMCP, era: str, caplog: pytest.LogCaptureFixture) -> None:
    @server.tool
    def broken() -> str:
        """Fails with an unexpected exception."""
        raise OSError(28, "No space left on device")

    async with Client(server, mode=era) as client:
        await client.call_tool("broken", raise_on_error=False)
    [(message, fields)] = lines(caplog)
    assert fields["outcome"] == "failed"
    assert message == f"broken failed in {fields['seconds']:.2f} s"
    assert [record.levelno for record in caplog.records if record.name == CALLS] == [logging.ERROR]


async def test_a_cancelled_call_is_logged_as_cancelled(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    @server.tool
    async def wait() -> None:
        """Waits until it is cancelled."""
        begun.set()
        await asyncio.Event().wait()

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            ended.set()

    watch = Watch()
    logging.getLogger(CALLS).addHandler(watch)
    try:
        async with Client(server, mode=era) as client:
            call = asyncio.create_task(client.call_tool("wait"))
            await begun.wait()
            call.cancel()
            await ended.wait()
    finally:
        logging.getLogger(CALLS).removeHandler(watch)
    assert [fields["outcome"] for _, fields in lines(caplog)] == ["cancelled"]


async def test_long_names_of_tools_are_cut_in_the_log(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(server, mode=era) as client:
        await client.call_tool(10_000 * "x", raise_on_error=False)
    [(message, fields)] = lines(caplog)
    assert len(fields["tool"]) == MAX_LENGTH
    assert len(message) < 3 * MAX_LENGTH
