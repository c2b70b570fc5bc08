from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import anyio
import pytest
from fastmcp import Client

from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.server.tools.results import level_result, summary
from mariogpt_mcp.service.links import PATH_URI, PICTURE_URI
from mariogpt_mcp.store.records import StoredLevel
from tests.level_texts import FLAT, PIPE, PIT

TIMEOUT = 30.0
"""Seconds that a picture waits for the event loop."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FLAT, "valid, beaten."),
        (PIT, "valid, NOT shown to be beatable."),
        (PIPE.replace(">", "-"), "NOT valid, beaten."),
    ],
)
async def test_the_summary_of_a_check(parts: ServerParts, text: str, expected: str) -> None:
    assert summary(await parts.service.check(text, repair=False)) == expected


async def test_the_summary_names_an_unsafe_start(parts: ServerParts) -> None:
    checked = await parts.service.check(FLAT, repair=False)
    beatable = checked.report.beatable.model_copy(update={"safe_start": False})
    unsafe = replace(checked, report=checked.report.model_copy(update={"beatable": beatable}))
    assert summary(unsafe) == "valid, beaten, the start is NOT safe."


async def test_the_picture_can_be_left_out_of_a_result(parts: ServerParts) -> None:
    made = {"level_size": 100, "seed": 1}
    async with Client(create_server(parts)) as client:
        with_picture = await client.call_tool("generate_mario_level", made)
        assert with_picture.structured_content
        level = with_picture.structured_content["id"]
        assert len(with_picture.content) == 2
        for tool, arguments in (
            ("generate_mario_level", made),
            ("check_level", {"level": level}),
            ("get_level", {"id": level}),
            ("vary_level", {"id": level, "columns": 7, "seed": 1}),
            ("extend_level", {"id": level, "columns": 1, "seed": 1}),
        ):
            without = await client.call_tool(tool, {**arguments, "picture": "no"})
            assert [block.type for block in without.content] == ["text"], tool


async def test_a_setting_leaves_pictures_out_of_all_results(parts: ServerParts) -> None:
    async with Client(create_server(replace(parts, pictures=False))) as client:
        result = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1, "picture": True})
    assert [block.type for block in result.content] == ["text"]
    assert "picture" in result.structured_content["links"]


async def test_the_rows_can_be_left_out_of_the_text(parts: ServerParts) -> None:
    async with Client(create_server(replace(parts, spell_out_rows=False))) as client:
        result = await client.call_tool("check_level", {"level": FLAT})
    assert "```" not in result.content[0].text
    assert result.structured_content["level"] == FLAT


@pytest.fixture
def waiting_pictures(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, Callable[[], None], list[str]]:
    """Rendering of pictures that waits until a task of the event loop has run."""
    begun, released, order = threading.Event(), threading.Event(), list[str]()

    def render(level: StoredLevel) -> bytes:
        order.append("picture begun")
        begun.set()
        assert released.wait(TIMEOUT), "the picture blocked the event loop"
        order.append("picture finished")
        return b"\x89PNG"

    def release() -> None:
        order.append("event loop")
        released.set()

    for name in ("png", "path_png"):
        monkeypatch.setattr(StoredLevel, name, property(render))
    return begun, release, order


async def _release_when_begun(begun: threading.Event, release: Callable[[], None]) -> None:
    while not begun.is_set():
        await anyio.sleep(0.001)
    release()


@pytest.mark.parametrize("show_path", [False, True])
async def test_the_event_loop_is_free_while_a_picture_is_drawn(
    parts: ServerParts, waiting_pictures: tuple[threading.Event, Callable[[], None], list[str]], show_path: bool
) -> None:
    begun, release, order = waiting_pictures
    checked = await parts.service.check(FLAT, repair=False)
    async with anyio.create_task_group() as group:
        group.start_soon(_release_when_begun, begun, release)
        await level_result(checked, parts, picture=True, show_path=show_path)
    assert order == ["picture begun", "event loop", "picture finished"]


@pytest.mark.parametrize("uri", [PICTURE_URI, PATH_URI])
async def test_the_event_loop_is_free_while_a_picture_is_read(
    parts: ServerParts, waiting_pictures: tuple[threading.Event, Callable[[], None], list[str]], uri: str
) -> None:
    begun, release, order = waiting_pictures
    checked = await parts.service.check(FLAT, repair=False)
    async with Client(create_server(parts)) as client, anyio.create_task_group() as group:
        group.start_soon(_release_when_begun, begun, release)
        await client.read_resource(uri.format(id=checked.id))
    assert order == ["picture begun", "event loop", "picture finished"]
