from __future__ import annotations

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.service.progress import SMALLEST_STEP, Progress, Work
from tests.play.ground import ground


def test_a_draft_has_the_columns_written_so_far() -> None:
    level = ground([1, 2, 3])
    assert Progress(3, 50, "", level.ids).draft == level
    assert Progress(0, 50, "").draft is None


def test_progress_grows_with_every_report_and_stays_below_the_total(generator: MarioGPT) -> None:
    work = Work(50)
    seen = [work.progress("loading the model") for _ in range(3)]
    assert [progress.done for progress in seen] == [SMALLEST_STEP, 2 * SMALLEST_STEP, 3 * SMALLEST_STEP]
    assert {progress.message for progress in seen} == {"loading the model"}
    assert Work(50).progress("").message == "getting ready"
    work.advance(50, 50)
    at_the_end = [work.progress("") for _ in range(3)]
    assert at_the_end[0].message == "50 of 50 columns"
    done = [progress.done for progress in at_the_end]
    assert done == sorted(set(done))
    assert 49 <= done[0] < done[-1] < 50
    last = work.done(generator.generate("", level_size=100, seed=1))
    assert (last.done, last.total, last.message) == (50, 50, "done")


def test_watched_columns_are_reported() -> None:
    work = Work(3)
    work.watch(ground([1, 1]).ids)
    draft = work.progress("").draft
    assert draft == Level(tuple(["--"] * 13 + ["XX"]))
