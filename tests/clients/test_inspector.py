"""The MCP Inspector's command line, over both transports and in both eras."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest

from mariogpt_mcp.level.tiles import legend_text
from mariogpt_mcp.server.mcp_app import MIME_TYPE, PLAYER_URI
from mariogpt_mcp.service.links import LEGEND_URI, TEXT_URI
from tests.node import MODULES, run_node

pytestmark = pytest.mark.slow

Inspect = Callable[..., Any]

INSPECTOR = MODULES / ".bin" / "mcp-inspector"

REVISIONS = {"legacy": "2025-11-25", "modern": "2026-07-28"}

TOOL_ERROR = 5
"""Its exit status when a tool's result is an error."""


@pytest.fixture(params=REVISIONS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def environment(environment: dict[str, str]) -> dict[str, str]:
    """The environment of the servers, without a log: over stdio it would mix with the Inspector's output."""
    return {**environment, "MARIOGPT_LOG_LEVEL": "error"}


@pytest.fixture(params=["stdio", "http"])
def inspect(request: pytest.FixtureRequest, environment: dict[str, str], address: str, era: str) -> Inspect:
    """Runs a method; returns the result, all lines if there are several, or the output of a failure."""
    # The Inspector does not pass its environment on to a server that it starts.
    settings = [f"{name}={value}" for name, value in environment.items() if name.startswith("MARIOGPT_")]
    server = [sys.executable, "-m", "mariogpt_mcp", *chain(*(("-e", one) for one in settings))]
    if request.param == "http":
        server = [f"{address}/mcp", "--transport", "http"]

    def run(method: str, *options: str, status: int = 0) -> Any:
        command = ["--cli", *server, "--protocol-era", era, "--format", "json", "--method", method, *options]
        done = run_node(INSPECTOR, *command, environment=environment)
        assert done.returncode == status, done.stderr
        if status:
            return done.stdout + done.stderr
        assert done.stderr == ""
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return lines[0]["result"] if len(lines) == 1 else lines

    return run


def test_the_schemas_of_the_tools_are_portable(inspect: Inspect) -> None:
    assert "generate_mario_level" in [tool["name"] for tool in inspect("tools/list", "--strict")["tools"]]


def test_it_connects_in_its_era(inspect: Inspect, era: str) -> None:
    found = inspect("initialize")
    assert found["protocolVersion"] == REVISIONS[era]
    assert found["serverInfo"]["name"] == "mariogpt-mcp"


def test_tools_are_called(inspect: Inspect) -> None:
    call = ["--tool-name", "generate_mario_level"]
    found = inspect("tools/call", *call, "--tool-args-json", json.dumps({"level_size": 100, "seed": 1}))
    assert [block["type"] for block in found["content"]] == ["text", "image"]
    refused = inspect("tools/call", *call, "--tool-arg", "seed=-7", status=TOOL_ERROR)
    assert "seed must be a whole number from 0 to 4294967295, for example 42." in refused


def test_resources_are_listed_and_read(inspect: Inspect) -> None:
    found = inspect("resources/list")
    assert {LEGEND_URI, PLAYER_URI} <= {resource["uri"] for resource in found["resources"]}
    found = inspect("resources/templates/list")
    assert TEXT_URI in [template["uriTemplate"] for template in found["resourceTemplates"]]
    found = inspect("resources/read", "--uri", LEGEND_URI)
    assert found["contents"][0]["text"] == legend_text()
    assert "There is no level 'nope' here" in inspect("resources/read", "--uri", TEXT_URI.format(id="nope"), status=1)


def test_prompts_are_listed_and_filled_in(inspect: Inspect) -> None:
    found = inspect("prompts/list")
    assert "design_level" in [prompt["name"] for prompt in found["prompts"]]
    found = inspect("prompts/get", "--prompt-name", "design_level", "--prompt-args", "request=a calm walk")
    assert "a calm walk" in found["messages"][0]["content"]["text"]


def test_the_player_is_found_as_an_app(inspect: Inspect) -> None:
    apps = {line["toolName"]: line for line in inspect("tools/list", "--app-info")}
    assert apps["generate_mario_level"]["resourceUri"] == PLAYER_URI
    assert apps["generate_mario_level"]["resourceMimeType"] == MIME_TYPE
    assert apps["get_tile_legend"]["hasApp"] is False
