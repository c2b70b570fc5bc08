from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.server.tools.generate import generate_mario_level
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.progress import Progress
from mariogpt_mcp.settings import ModelSettings
from mariogpt_mcp.store.memory import MemoryStore
from tests.servers import ERAS


@pytest.mark.parametrize("era", ERAS)
async def test_a_level_is_returned_as_text_picture_and_structure(server: FastMCP, era: str) -> None:
    async with Client(server, mode=era) as client:
        result = await client.call_tool(
            "generate_mario_level", {"prompt": "many pipes, spooky", "level_size": 700, "seed": 3}
        )
    text, picture = result.content
    structured = result.structured_content
    level = Level.parse(structured["level"])
    assert level.text() in text.text
    assert structured["id"] in text.text
    assert "asked many, got" in text.text
    assert "not understood, no effect: 'spooky'" in text.text
    assert text.text.index("asked many") < text.text.index("```")
    assert all(link in text.text for link in structured["links"].values())
    assert picture.mime_type == "image/png"
    assert base64.b64decode(picture.data).startswith(b"\x89PNG")
    assert structured["report"]["attributes"][0]["count"] == Features.of(level).pipes
    assert len(text.text) + len(picture.data) + len(str(structured)) < 150_000


async def test_the_tool_is_a_function(parts: ServerParts) -> None:
    seen: list[Progress] = []

    async def notify(progress: Progress) -> None:
        seen.append(progress)

    result = await generate_mario_level("some pipes", level_size=280, seed=1, parts=parts, notify=notify)
    assert result.structured_content is not None
    assert parts.find(result.structured_content["id"]).level.columns == 20
    assert seen[-1].done == seen[-1].total
    with pytest.raises(MarioGPTError, match="seed must be"):
        await generate_mario_level(seed=-5, parts=parts, notify=notify)


async def test_a_seed_decides_the_level(server: FastMCP) -> None:
    call = {"prompt": "some pipes", "level_size": 300, "seed": 0}
    async with Client(server) as client:
        levels = [(await client.call_tool("generate_mario_level", call)).structured_content for _ in range(2)]
        drawn = [
            (await client.call_tool("generate_mario_level", {"level_size": 300})).structured_content for _ in range(2)
        ]
    assert levels[0]["level"] == levels[1]["level"]
    assert levels[0]["report"]["seed"] == 0
    assert drawn[0]["report"]["seed"] != drawn[1]["report"]["seed"]


async def test_a_repeated_call_returns_the_stored_level(server: FastMCP) -> None:
    call = {"prompt": "some pipes", "level_size": 280, "seed": 11}
    async with Client(server) as client:
        first, second = [await client.call_tool("generate_mario_level", call) for _ in range(2)]
        other = await client.call_tool("generate_mario_level", {**call, "temperature": 0.5})
    assert not first.structured_content["cached"]
    assert second.structured_content == first.structured_content | {"cached": True}
    assert "It was made before, from the same prompt, settings and seed." in second.content[0].text
    assert other.structured_content["id"] != first.structured_content["id"]


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        ({"temperature": 99}, "temperature 99 was clamped to 2 (allowed: 0.1 to 2.0)"),
        ({"temperature": 0}, "temperature 0 was clamped to 0.1 (allowed: 0.1 to 2.0)"),
        ({"level_size": 1}, "level_size 1 was clamped to 100 (allowed: 100 to 2799 tiles)"),
        ({"level_size": 3000}, "level_size 3000 was clamped to 2799 (allowed: 100 to 2799 tiles)"),
        ({"prompt": "many pipes " * 100}, "the prompt was cut to 500 characters"),
    ],
)
async def test_clamped_values_are_noted(server: FastMCP, arguments: dict[str, Any], note: str) -> None:
    async with Client(server) as client:
        result = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1, **arguments})
    assert note in result.structured_content["report"]["notes"]
    assert f"- note: {note}" in result.content[0].text


async def test_numbers_as_text_are_accepted(server: FastMCP) -> None:
    async with Client(server) as client:
        result = await client.call_tool("generate_mario_level", {"level_size": "100", "seed": "4", "temperature": "1"})
    assert result.structured_content["report"]["seed"] == 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"temperature": "hot"}, 'temperature must be a number, not "hot", for example 1.0.'),
        ({"level_size": 7.5}, "level_size must be a whole number, not 7.5, for example 1399."),
        ({"level_size": [1]}, "level_size must be a whole number, not [1], for example 1399."),
        ({"seed": -5}, "seed must be a whole number from 0 to 4294967295, for example 42."),
        ({"seed": 2**32}, "seed must be a whole number from 0 to 4294967295, for example 42."),
        ({"prompt": True}, 'prompt must be text, not true, for example "many pipes, few enemies, high elevation".'),
    ],
)
@pytest.mark.parametrize("era", ERAS)
async def test_bad_arguments_are_refused_in_one_sentence(
    server: FastMCP, era: str, arguments: dict[str, Any], sentence: str
) -> None:
    async with Client(server, mode=era) as client:
        with pytest.raises(ToolError) as caught:
            await client.call_tool("generate_mario_level", arguments)
    assert str(caught.value) == sentence


async def test_the_error_for_a_missing_model_does_not_contain_its_path(tmp_path: Path, parts: ServerParts) -> None:
    loader = ModelLoader(ModelSettings(str(tmp_path / "nowhere"), "cpu"))
    server = create_server(ServerParts(LevelService(MarioGPT(loader), MemoryStore(5, 1)), parts.player_page))
    async with Client(server) as client:
        with pytest.raises(ToolError, match="There is no checkpoint in the folder 'nowhere'") as caught:
            await client.call_tool("generate_mario_level", {})
    assert str(tmp_path) not in str(caught.value)


async def test_unexpected_errors_reveal_no_internals(server: FastMCP, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(MarioGPT, "make", fail)
    async with Client(server) as client:
        with pytest.raises(ToolError) as caught:
            await client.call_tool("generate_mario_level", {})
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
async def test_progress_is_reported_and_grows(server: FastMCP) -> None:
    seen: list[tuple[float, float | None]] = []

    async def handler(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total))

    async with Client(server) as client:
        await client.call_tool("generate_mario_level", {"level_size": 2799, "seed": 1}, progress_handler=handler)
    assert len(seen) >= 2
    assert [p for p, _ in seen] == sorted({p for p, _ in seen})
    done, total = seen[-1]
    assert done == total
    assert done % 200 == 0
    assert all(progress < done for progress, _ in seen[:-1])


async def test_many_waiting_calls_do_not_block_other_calls(server: FastMCP) -> None:
    """More calls wait than there are worker threads."""
    async with Client(server) as client:
        calls = [
            asyncio.create_task(client.call_tool("generate_mario_level", {"level_size": 2799, "seed": i}))
            for i in range(60)
        ]
        await asyncio.sleep(0.1)
        await client.call_tool("get_tile_legend")
        assert not all(call.done() for call in calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


async def test_the_style_is_requested_and_reported(server: FastMCP) -> None:
    call = {"prompt": "underground", "level_size": 700, "seed": 3}
    async with Client(server) as client:
        result = await client.call_tool("generate_mario_level", call)
    structured = result.structured_content
    style = next(a for a in structured["report"]["attributes"] if a["name"] == "style")
    got = Features.of(Level.parse(structured["level"])).style
    assert style == {"name": "style", "asked": "underground", "got": got, "count": None, "met": got == "underground"}
    assert f"style: asked underground, got {got}" in result.content[0].text


async def test_the_path_is_drawn_on_request(server: FastMCP) -> None:
    call = {"level_size": 300, "seed": 3}
    async with Client(server) as client:
        plain = await client.call_tool("generate_mario_level", call)
        shown = await client.call_tool("generate_mario_level", {**call, "show_path": True})
        links = [level.structured_content["links"] for level in (plain, shown)]
        paths = [(await client.read_resource(link["picture with path"]))[0].blob for link in links]
    assert paths[0] == paths[1] == shown.content[1].data
    assert (plain.content[1].data == paths[0]) == (plain.structured_content["path"] == [])
