"""A client like HuggingChat: version 2 of the TypeScript SDK, with HuggingChat's headers, timeout and results."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mariogpt_mcp.level.grid import Level
from tests.clients.conftest import LONG, was_stopped
from tests.node import run_node
from tests.servers import free_port, http_server

pytestmark = pytest.mark.slow

CHAT = Path(__file__).parent / "chat.mjs"
PUBLIC_URL = "https://mario.example.org"

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("generate_mario_level", {"prompt": "no pipes", "level_size": 419, "seed": 1}),
    ("check_level", {"level": "\n".join(["-" * 30] * 13 + ["X" * 30])}),
    ("generate_mario_level", {"level_size": "wide"}),
]

MOST_SILENCE = 30_000
"""Milliseconds between two messages: a quarter of the time after which HuggingChat gives up a call."""


@pytest.fixture(scope="module")
def chat(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the client received from a server with a public address, as behind a proxy."""
    log, port = tmp_path_factory.mktemp("log") / "stderr", str(free_port())
    settings = {**environment, "MARIOGPT_PUBLIC_URL": PUBLIC_URL}
    plan = {
        "url": f"http://127.0.0.1:{port}/mcp",
        "headers": {"Authorization": "Bearer hf_token", "X-Team": "levels"},
        "calls": CALLS,
        "long": LONG,
    }
    with http_server(settings, log, module=["mariogpt_mcp", "http", "--port", port]):
        done = run_node(CHAT, environment=environment, stdin=json.dumps(plan))
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout), "log": log.read_text()}


def test_it_connects_at_the_first_attempt_in_the_newest_era(chat: dict[str, Any]) -> None:
    assert (chat["transport"], chat["era"], chat["redirects"]) == ("Streamable HTTP", "modern", [])
    assert "streamable_http" not in chat


def test_its_providers_accept_the_tools_unchanged(chat: dict[str, Any]) -> None:
    assert chat["tools"]
    for tool in chat["tools"]:
        assert tool["function"]["name"] == tool["given"]["name"]
        assert tool["function"]["parameters"] == tool["given"]["parameters"]
        assert tool["function"]["description"]


def test_its_model_receives_the_level_and_the_links(chat: dict[str, Any]) -> None:
    made = chat["calls"][0]
    rows = re.search(r"```\n(.+?)\n```", made["model"], re.DOTALL)
    assert rows
    assert Level.parse(rows.group(1)).columns == 30
    assert re.search(rf"picture: {PUBLIC_URL}/levels/[\w-]+\.png", made["model"])
    assert re.search(rf"play: {PUBLIC_URL}/levels/", made["model"])
    assert len(made["model"]) < 10_000


def test_its_panel_shows_a_picture_and_the_structure(chat: dict[str, Any]) -> None:
    for call in chat["calls"][:2]:
        (image,) = call["images"]
        assert image.startswith("data:image/png;base64,iVBOR")
        assert json.loads(call["panel"])["id"] in call["model"]


def test_a_refusal_reaches_its_model_as_an_error(chat: dict[str, Any]) -> None:
    refused = chat["calls"][2]
    assert refused["model"] == 'Error: level_size must be a whole number, not "wide", for example 1399.'
    assert refused["images"] == []


def test_the_server_is_never_silent_for_long(chat: dict[str, Any]) -> None:
    # The first call waits for the model; the stopped call ran for many seconds.
    for call in (*chat["calls"], *chat["together"], chat["stopped"]):
        assert call["silence"] < MOST_SILENCE
    assert chat["calls"][0]["progress"] > 1
    assert all(chat["calls"][0]["messages"])


def test_concurrent_calls_over_one_connection(chat: dict[str, Any]) -> None:
    for first, again in zip(chat["calls"], chat["together"], strict=True):
        assert again["images"] == first["images"]
        assert again["model"].startswith("Error") == first["model"].startswith("Error")


def test_a_call_that_the_user_stops_is_cancelled(chat: dict[str, Any]) -> None:
    assert chat["stopped"]["failed"] == "the user pressed stop"
    assert was_stopped(chat["log"])
    assert "Traceback" not in chat["log"]


def test_it_connects_again_after_a_failed_ping(chat: dict[str, Any]) -> None:
    # The newest protocol has no ping. chat-ui takes the error for a lost connection and connects again.
    assert "'ping' is not supported" in chat["ping"]
    assert chat["after"]["images"] == chat["calls"][0]["images"]
