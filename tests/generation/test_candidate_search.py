from __future__ import annotations

import threading

import numpy as np
import pytest

from mariogpt_mcp.generation.candidate_search import draft_level
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import COLUMN_TEMPERATURES, Request
from mariogpt_mcp.hooks import Hooks, Stopped
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.model.batch import Sampling
from mariogpt_mcp.model.column.decoder import CachedDecoder
from mariogpt_mcp.model.sampler import sample
from mariogpt_mcp.play.cautious_player import CautiousPlayer


def test_rounds_end_if_no_other_candidate_can_be_better(generator: MarioGPT) -> None:
    report = generator.generate("some pipes", level_size=100, seed=1).report
    assert not report.met
    assert report.candidates == 7
    assert "7 columns are too few for 'some pipes'" in report.notes[0]


def test_levels_are_written_at_the_milder_temperature(generator: MarioGPT) -> None:
    request = Request.check("some pipes", 700, 0.1, 3)
    drafts = [draft_level(request, generator.loader.statistics, 0, i) for i in range(7)]
    made = generator.make(request)
    for temperature, same in ((COLUMN_TEMPERATURES[0], True), (0.1, False)):
        passable = CautiousPlayer().passable
        decoder = CachedDecoder(generator.loader.network(), len(drafts))
        candidates = sample(decoder, drafts, Sampling(temperature), passable=passable)
        assert any((ids == made.level.ids).all() for ids in candidates) == same


def test_drafts_differ_and_can_be_drawn_again(statistics: CorpusStatistics) -> None:
    request = Request.check("some pipes", 1399, 1.0, 5)
    drafts = {(attempt, i): draft_level(request, statistics, attempt, i) for attempt in range(3) for i in range(4)}
    assert len({draft.seed for draft in drafts.values()}) == 12
    assert len({draft.targets for draft in drafts.values()}) > 6
    assert all(draft_level(request, statistics, *place) == draft for place, draft in drafts.items())
    assert draft_level(Request.check("some pipes", 1399, 1.0, 6), statistics, 0, 0) != drafts[0, 0]


def test_progress_grows_to_the_end(generator: MarioGPT) -> None:
    seen: list[tuple[int, int]] = []
    generator.generate("300 pipes", level_size=280, seed=1, hooks=Hooks(lambda done, total: seen.append((done, total))))
    assert [done for done, _ in seen] == list(range(1, 61))
    assert all(done <= total for done, total in seen)


def test_the_stop_flag_stops_within_a_column(generator: MarioGPT) -> None:
    stop, written = threading.Event(), []

    def progress(done: int, total: int) -> None:
        written.append(done)
        if done == 3:
            stop.set()

    with pytest.raises(Stopped):
        generator.generate("", level_size=2799, seed=1, hooks=Hooks(progress, stop=stop))
    assert written == [1, 2, 3]
    assert generator.generate("", level_size=100, seed=1).report.columns == 7


def test_the_stop_flag_stops_before_a_level_is_beaten(generator: MarioGPT) -> None:
    stop = threading.Event()

    def progress(done: int, total: int) -> None:
        if done == total:
            stop.set()

    with pytest.raises(Stopped):
        generator.generate("", level_size=100, seed=1, hooks=Hooks(progress, stop=stop))


def test_of_equal_candidates_a_beaten_one_is_kept(generator: MarioGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    written = np.zeros((7, 50, HEIGHT), dtype=np.int64)
    written[:, :, 0] = tile("X").id
    written[np.arange(7) != 4, 20:36] = 0
    monkeypatch.setattr("mariogpt_mcp.generation.candidate_search.sample", lambda *arguments, **options: written)
    made = generator.generate("", level_size=700, seed=1)
    assert made.report.beatable.beaten
    assert made.report.widest_gap == 0
