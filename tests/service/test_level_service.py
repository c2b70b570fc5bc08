from __future__ import annotations

import threading
import time
from typing import Any

import anyio
import numpy as np
import pytest

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.hooks import Hooks, Stopped
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.service import level_service
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.progress import Progress
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.store.records import CheckedLevel, MadeLevel


async def silent(progress: Progress) -> None:
    return


@pytest.fixture
async def service(generator: MarioGPT) -> LevelService:
    return LevelService(generator, MemoryStore(5, 1))


def request(seed: int = 1, **more: Any) -> Request:
    return Request.check("some pipes", 280, more.get("temperature", 1.0), seed)


async def test_a_made_level_is_stored(service: LevelService) -> None:
    made, cached = await service.make(request(), silent)
    assert not cached
    assert service.store.get(made.id) is made


async def test_a_repeated_request_returns_the_stored_level(service: LevelService) -> None:
    made, _ = await service.make(request(), silent)
    assert await service.make(request(), silent) == (made, True)
    for other in (request(2), request(temperature=0.9)):
        _, cached = await service.make(other, silent)
        assert not cached


@pytest.mark.slow
async def test_drafts_grow_column_by_column(service: LevelService) -> None:
    seen: list[Progress] = []

    async def notify(progress: Progress) -> None:
        seen.append(progress)

    made, _ = await service.make(Request.check("", 2799, 1.0, 5), notify, 0.01)
    drafts = [progress.draft for progress in seen if progress.draft is not None]
    widths = [draft.columns for draft in drafts]
    assert len(set(widths)) > 3
    assert drafts[-1].rows == made.level.rows
    assert (seen[-1].done, seen[-1].message) == (seen[-1].total, "done")


async def test_progress_never_falls_after_the_last_column(generator: MarioGPT) -> None:
    """Counting and reporting take time after the last column. Meanwhile progress must stay below the total."""
    seen: list[tuple[float, float]] = []

    async def notify(progress: Progress) -> None:
        seen.append((progress.done, progress.total))

    class Slow:
        key, loader = generator.key, generator.loader

        def make(self, request: Request, hooks: Hooks) -> MadeLevel:
            assert hooks.progress is not None
            hooks.progress(request.columns, request.columns)
            time.sleep(0.6)
            return generator.make(request, Hooks(stop=hooks.stop))

    made, _ = await LevelService(Slow(), MemoryStore(1, 1)).make(Request.check("", 100, 1.0, 1), notify)  # type: ignore[arg-type]
    assert made.level.columns == 7
    assert len(seen) >= 3
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (7, 7)


async def test_no_draft_is_built_unless_it_is_read(service: LevelService, monkeypatch: pytest.MonkeyPatch) -> None:
    """MCP clients read no drafts, and a page reads ten drafts a second; columns are written much more often."""
    built: list[int] = []
    from_ids = Level.from_ids

    def watched(ids: Any) -> Level:
        built.append(len(ids))
        return from_ids(ids)

    monkeypatch.setattr(Level, "from_ids", watched)
    made, _ = await service.make(Request.check("", 700, 1.0, 3))
    # Only finished levels were built: the seven candidates of a round, and the one that was played.
    assert set(built) == {made.level.columns}


async def test_a_checked_level_is_stored(service: LevelService) -> None:
    checked = await service.check("X" * 20, repair=False)
    assert service.store.get(checked.id) is checked
    with pytest.raises(MarioGPTError, match="no level in this text"):
        await service.check("Z", repair=False)


def noise(columns: int) -> str:
    return Level.from_ids(np.random.default_rng(7).integers(0, len(SYMBOLS), (columns, HEIGHT))).text()


async def test_a_check_reports_its_progress(service: LevelService) -> None:
    seen: list[Progress] = []

    async def notify(progress: Progress) -> None:
        seen.append(progress)

    await service.check(noise(12), notify, repair=True, tick=0.01)
    assert len(seen) > 2
    assert [progress.done for progress in seen] == sorted({progress.done for progress in seen})
    assert seen[-1].done >= seen[-1].total == 12


async def test_a_cancelled_check_stops_its_search(service: LevelService, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def check(*args: Any, **options: Any) -> CheckedLevel:
        try:
            return check_level(*args, **options)
        except Stopped:
            stopped.set()
            raise

    monkeypatch.setattr(level_service, "check_level", check)
    begun = anyio.Event()

    async def notify(progress: Progress) -> None:
        if progress.done > 1:
            begun.set()

    async with anyio.create_task_group() as group:

        async def call() -> None:
            await service.check(noise(300), notify, repair=True, tick=0.01)

        group.start_soon(call)
        await begun.wait()
        group.cancel_scope.cancel()
    assert await anyio.to_thread.run_sync(stopped.wait, 10)
    assert service.store.ids() == []
