from __future__ import annotations

import logging

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError
from mcp import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, MISSING_REQUIRED_CLIENT_CAPABILITY

from mariogpt_mcp.service.links import TEXT_URI
from tests.servers import ERAS

pytestmark = pytest.mark.parametrize("era", ERAS)


async def test_the_error_for_an_unknown_tool_lists_the_tools(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(server, mode=era) as client:
        names = [tool.name for tool in await client.list_tools()]
        with pytest.raises(ToolError) as caught:
            await client.call_tool("make_level")
    assert str(caught.value) == f"There is no tool 'make_level'; the tools are {', '.join(names)}."
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_an_unexpected_error_of_a_tool_is_a_sentence_for_the_client_and_a_traceback_in_the_log(
    server: FastMCP, era: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    @server.tool
    def broken() -> str:
        """Fails with an unexpected exception."""
        raise OSError(28, "No space left on device", "/somewhere/secret")

    # FastMCP's loggers propagate to the root only if logging was set up, for example by an earlier test.
    monkeypatch.setattr(logging.getLogger("fastmcp"), "propagate", False)
    logging.getLogger("fastmcp").addHandler(caplog.handler)
    try:
        async with Client(server, mode=era) as client:
            with pytest.raises(ToolError) as caught:
                await client.call_tool("broken")
    finally:
        logging.getLogger("fastmcp").removeHandler(caplog.handler)
    assert str(caught.value) == "broken failed because of an error inside the server, not in the request; try again."
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [OSError]


async def test_a_missing_capability_of_the_client_is_a_protocol_error(server: FastMCP, era: str) -> None:
    @server.tool
    def asking() -> str:
        """Needs sampling."""
        raise MCPError(code=MISSING_REQUIRED_CLIENT_CAPABILITY, message="This tool needs sampling.")

    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError, match=r"This tool needs sampling\.") as caught:
            await client.call_tool("asking")
    assert caught.value.code == MISSING_REQUIRED_CLIENT_CAPABILITY


async def test_an_unknown_level_is_an_invalid_parameter(server: FastMCP, era: str) -> None:
    uri = TEXT_URI.format(id="nope")
    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError, match="There is no level 'nope' here") as caught:
            await client.read_resource(uri)
    assert caught.value.code == INVALID_PARAMS
    assert caught.value.data == {"uri": uri}


async def test_a_missing_argument_of_a_prompt_is_an_invalid_parameter(server: FastMCP, era: str) -> None:
    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError, match="needs the argument 'request'") as caught:
            await client.get_prompt("design_level")
    assert caught.value.code == INVALID_PARAMS


async def test_an_unexpected_error_of_a_resource_or_a_prompt_is_a_sentence(server: FastMCP, era: str) -> None:
    @server.resource("mario://broken")
    def broken() -> str:
        """Fails with an unexpected exception."""
        raise OSError(28, "No space left on device", "/somewhere/secret")

    @server.prompt
    def broken_prompt() -> str:
        """Fails with an unexpected exception."""
        raise OSError(28, "No space left on device", "/somewhere/secret")

    async with Client(server, mode=era) as client:
        with pytest.raises(MCPError) as resource:
            await client.read_resource("mario://broken")
        with pytest.raises(MCPError) as prompt:
            await client.get_prompt("broken_prompt")
    for name, caught in (("mario://broken", resource), ("broken_prompt", prompt)):
        assert caught.value.code == INTERNAL_ERROR
        assert str(caught.value) == (
            f"{name} failed because of an error inside the server, not in the request; try again."
        )
