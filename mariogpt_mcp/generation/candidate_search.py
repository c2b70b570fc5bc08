"""The search for the best level of a request: candidates are written, counted, ranked and beaten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mariogpt_mcp.generation.request import ORIGINAL_TEMPERATURES, SAMPLING_TEMPERATURES, Frame, Request
from mariogpt_mcp.generation.targets import as_it_is, full_prompt, plan
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.sampler import Draft, Passable, StopFlag, Stopped, Tiles, sample
from mariogpt_mcp.play.cautious_player import CautiousPlayer, is_comfortable
from mariogpt_mcp.play.solver import QUICK, Beaten, Stuck, is_safe_start, solve
from mariogpt_mcp.report.reports import attribute_reports, shortfall, unreachable
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE
from mariogpt_mcp.telemetry import span

COMFORTABLE_GAP = 7
"""Columns, three fewer than the reference agent crosses from a run. Of equal candidates one without wider gaps wins."""

RUN_UP, LANDING = 10, 12
"""Columns before and after new ones that a scout walks too, to see whether they join."""

ProgressCallback = Callable[[int, int], None]
WatchCallback = Callable[[Level], None]


def draft_of(request: Request, statistics: CorpusStatistics, attempt: int, candidate: int) -> Draft:
    """What one candidate of a request is to hold, with randomness of its own."""
    seed = (request.seed, attempt, candidate)
    frame = request.frame
    new = plan(request.spec, request.columns, np.random.default_rng(seed), statistics)
    before, after = as_it_is(frame.before), as_it_is(frame.after)
    words = full_prompt(request.spec, np.random.default_rng((*seed, 2)))
    return Draft((*before, *new, *after), (*seed, 1), words)


def write(
    loader: ModelLoader,
    request: Request,
    drafts: Sequence[Draft],
    *,
    guided: bool = True,
    passable: Passable | None = None,
    progress: ProgressCallback | None = None,
    watch: Callable[[Tiles], None] | None = None,
    stop: StopFlag | None = None,
) -> list[Level]:
    """The levels of some drafts of a request, with the path the model gives them if it gives one.

    Raises as `model.sampler.sample` does, and `MarioGPTError` where the model cannot be loaded.
    """
    model, frame = loader.model(), request.frame
    original = model.kind == "mariogpt"
    temperature = request.divisor(ORIGINAL_TEMPERATURES if original else SAMPLING_TEMPERATURES)
    decoder, paths = model.decoder(drafts, temperature, None if frame.before is None else frame.before.on_path)
    written = sample(
        lambda batch: decoder,
        drafts,
        temperature=temperature,
        guided=guided,
        before=None if frame.before is None else frame.before.ids,
        after=None if frame.after is None else frame.after.ids,
        passable=passable,
        progress=progress,
        watch=watch,
        stop=stop,
    )
    levels = []
    for ids, path in zip(written, paths(), strict=True):
        cells = [(HEIGHT - 1 - int(row), int(column)) for column, row in np.argwhere(path)]
        levels.append(Level.from_ids(ids).with_path(cells))
    return levels


@dataclass
class Candidate:
    """A level written for a request: its rank, the lower the better, by what it misses first."""

    level: Level
    look: slice
    """The columns that are new, and some around them."""
    rank: tuple[int, int, float, int, float]

    @cached_property
    def run(self) -> Beaten | Stuck:
        """Its certificate, or what stopped the solver."""
        with span("certify", columns=self.level.columns):
            return solve(self.level, QUICK)

    @cached_property
    def is_comfortable(self) -> bool:
        """Whether it can be done well inside Mario's limits."""
        return is_comfortable(self.level[self.look].ids)

    @property
    def is_certified(self) -> bool:
        """Whether it was beaten and is safe to start."""
        return isinstance(self.run, Beaten) and is_safe_start(self.level)


def look_of(frame: Frame, columns: int) -> slice:
    """The columns to look at to see whether new ones join those that stay; it starts where one can stand."""
    start = max(0, frame.first - RUN_UP)
    while start and frame.before is not None and frame.before.rows[-1][start] != "X":
        start -= 1
    stays = 0 if frame.after is None else frame.after.columns
    return slice(start, frame.first + columns + min(stays, LANDING))


def best_of(
    loader: ModelLoader,
    request: Request,
    candidates: int,
    rounds: int,
    *,
    progress: ProgressCallback | None = None,
    watch: WatchCallback | None = None,
    stop: StopFlag | None = None,
) -> tuple[Candidate, int]:
    """The best level of a request, and how many were written to find it.

    Args:
        loader: the model.
        request: what is asked for.
        candidates: levels written at once.
        rounds: how often more are written while none meets the prompt and is beaten comfortably.
        progress: called with (columns written, columns to write); the second number grows with each round.
        watch: called with what is written of one candidate.
        stop: checked before each column and each run to the goal.

    Raises:
        Stopped: the stop flag was set.
    """
    spec, columns, statistics, frame = request.spec, request.columns, loader.statistics, request.frame
    # No other candidate would meet what no level this narrow can have.
    hopeless = len(unreachable(spec, columns))
    # Of levels as good, the one that is least like all others, as MarioGPT's novelty search keeps it;
    # at low temperatures, which are to be calm, the one that is most like them.
    novelty = 1 if request.temperature >= DEFAULT_TEMPERATURE else -1
    look, new = look_of(frame, columns), slice(frame.first, frame.first + columns)
    stood = 0 if frame.after is None else sum(fault.column == 1 for fault in faults(frame.after))
    found: list[Candidate] = []
    for attempt in range(rounds):
        drafts = [draft_of(request, statistics, attempt, i) for i in range(candidates)]

        def advance(done: int, total: int, before: int = attempt * columns) -> None:
            if progress is not None:
                progress(before + done, before + total)

        with span("sample", columns=columns, candidates=candidates, round=attempt + 1):
            written = write(
                loader,
                request,
                drafts,
                passable=_passable(look),
                progress=advance,
                watch=None if watch is None else lambda ids: watch(Level.from_ids(ids[0])),
                stop=stop,
            )
        for level in written:
            part = level[new]
            features = Features.of(part)
            missed = sum(not a.met for a in attribute_reports(spec, features))
            broken = max(0, _broken(level, frame, columns) - stood)
            around = features if look == new else Features.of(level[look])
            gap = max(0, around.widest_gap - COMFORTABLE_GAP)
            surprise = novelty * statistics.surprise(part)
            found.append(Candidate(level, look, (broken, missed, shortfall(spec, features), gap, -surprise)))
        found.sort(key=lambda candidate: candidate.rank)
        good = [c for c in found if c.rank[0] == 0 and c.rank[1] <= hopeless]
        best = _first_certified((c for c in good if c.is_comfortable), stop)
        if best is not None:
            return best, len(found)
    return _first_certified((c for c in found if c.rank[0] == 0), stop) or found[0], len(found)


def _first_certified(candidates: Iterable[Candidate], stop: StopFlag | None) -> Candidate | None:
    for candidate in candidates:
        if stop is not None and stop.is_set():
            raise Stopped
        if candidate.is_certified:
            return candidate
    return None


def _passable(look: slice) -> Passable:
    """A scout who walks these columns."""
    scout = CautiousPlayer()
    return lambda ids, before: scout.passable(ids[:, look], max(0, before - look.start))


def _broken(level: Level, frame: Frame, columns: int) -> int:
    """Structural faults in new columns and the one after; the rules allow none, but where an enemy stands there."""
    if frame.after is None:
        return 0
    joint = range(frame.first + 1, frame.first + columns + 2)
    return sum(fault.column in joint for fault in faults(level))
