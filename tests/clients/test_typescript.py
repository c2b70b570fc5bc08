"""The client of the official TypeScript SDK: version 1, which most hosts use, and version 2 in both eras."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.tiles import legend_text
from mariogpt_mcp.service.links import LEGEND_URI, TEXT_URI
from tests.clients.conftest import LONG, was_stopped
from tests.node import run_node
from tests.servers import http_server

pytestmark = pytest.mark.slow

TOUR = Path(__file__).parent / "tour.mjs"

INVALID_PARAMS = -32602

LATE = "Received a progress notification for an unknown token"
"""What version 1 prints about progress that arrives after the call was cancelled."""


@dataclass(frozen=True)
class Tour:
    """What a client received from a server."""

    era: str
    seen: dict[str, Any]
    log: str


def text_of(result: dict[str, Any]) -> str:
    text: str = result["content"][0]["text"]
    return text


def run(plan: dict[str, Any], environment: dict[str, str]) -> tuple[dict[str, Any], str]:
    done = run_node(TOUR, environment=environment, stdin=json.dumps({**plan, "long": LONG}))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


CLIENTS = [(1, "legacy"), (2, "legacy"), (2, "auto")]


@pytest.fixture(scope="module", params=["stdio", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=CLIENTS, ids=lambda client: f"v{client[0]}-{client[1]}")
def tour(
    request: pytest.FixtureRequest,
    transport: str,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Tour:
    sdk, mode = request.param
    plan = {"sdk": sdk, "mode": mode}
    if transport == "stdio":
        seen, log = run({**plan, "command": sys.executable, "args": ["-m", "mariogpt_mcp"]}, environment)
    else:
        file = tmp_path_factory.mktemp("log") / "stderr"
        with http_server(environment, file) as address:
            seen, _ = run({**plan, "url": f"{address}/mcp"}, environment)
        log = file.read_text()
    return Tour("modern" if mode == "auto" else "legacy", seen, log)


def test_it_uses_the_newest_protocol_that_it_supports(tour: Tour) -> None:
    assert tour.seen["era"] == tour.era
    assert tour.seen["server"]["name"] == "mariogpt-mcp"
    assert "generate_mario_level" in tour.seen["instructions"]


def test_there_were_no_problems(tour: Tour) -> None:
    assert [problem for problem in tour.seen["problems"] if LATE not in problem] == []
    assert "Traceback" not in tour.log


def test_a_tool_returns_a_level_as_text_picture_and_structure(tour: Tour) -> None:
    level = tour.seen["level"]
    assert level.get("isError", False) is False
    assert [block["type"] for block in level["content"]] == ["text", "image"]
    assert level["structuredContent"]["id"] in text_of(level)
    assert all(tool["outputSchema"]["type"] == "object" for tool in tour.seen["tools"])


def test_progress_rises_and_says_what_is_done(tour: Tour) -> None:
    reported = [report["progress"] for report in tour.seen["progress"]]
    assert len(reported) > 1
    assert reported == sorted(set(reported))
    assert all(report["message"] for report in tour.seen["progress"])


def test_resources_and_templates_are_read(tour: Tour) -> None:
    seen = tour.seen
    assert LEGEND_URI in [resource["uri"] for resource in seen["resources"]]
    assert TEXT_URI in [template["uriTemplate"] for template in seen["templates"]]
    assert seen["legend"]["text"] == legend_text()
    assert Level.parse(seen["text"]["text"]).columns == 7
    assert seen["picture"]["mimeType"] == "image/png"
    assert seen["picture"]["blob"].startswith("iVBORw0KGgo")


def test_prompts_are_filled_in(tour: Tour) -> None:
    assert all(prompt["description"] and prompt["title"] for prompt in tour.seen["prompts"])
    assert "two pipes" in tour.seen["prompt"]["messages"][0]["content"]["text"]


def test_ids_and_requests_are_completed(tour: Tour) -> None:
    assert tour.seen["level"]["structuredContent"]["id"] in tour.seen["ids"]["values"]
    assert len(tour.seen["requests"]["values"]) > 1
    assert all("pipes" in prompt for prompt in tour.seen["requests"]["values"])


def test_arguments_that_clients_add_are_ignored(tour: Tour) -> None:
    assert not tour.seen["added_arguments"].get("isError")
    assert tour.seen["added_arguments"]["structuredContent"]["kept"] >= 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("bad_value", "seed must be a whole number from 0 to 4294967295, for example 42."),
        ("bad_type", 'level_size must be a whole number, not "wide", for example 1399.'),
        ("missing_argument", "check_level needs the parameter 'level'"),
        ("unknown_tool", "There is no tool 'make_level'; the tools are generate_mario_level, check_level"),
    ],
)
def test_a_refused_call_says_what_to_do(tour: Tour, name: str, sentence: str) -> None:
    assert tour.seen[name]["isError"] is True
    assert text_of(tour.seen[name]).startswith(sentence)
    assert "structuredContent" not in tour.seen[name]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no_level", "There is no level 'nope' here"),
        ("no_resource", "Resource not found: 'mario://nothing'"),
        ("no_prompt", "Unknown prompt: 'nothing'"),
    ],
)
def test_an_unknown_resource_or_prompt_is_a_protocol_error(tour: Tour, name: str, sentence: str) -> None:
    assert tour.seen[name]["code"] == INVALID_PARAMS
    assert sentence in tour.seen[name]["message"]


def test_a_cancelled_call_ends_and_frees_the_model(tour: Tour) -> None:
    assert "the user pressed stop" in tour.seen["cancelled"]["message"]
    assert not tour.seen["meanwhile"].get("isError")
    assert was_stopped(tour.log)


def test_concurrent_calls_are_all_answered(tour: Tour) -> None:
    results = tour.seen["together"]
    assert len(results) == 9
    assert not [result for result in results if result.get("isError")]
    made = [result["structuredContent"]["id"] for result in results[:3]]
    assert len(set(made)) == 3
