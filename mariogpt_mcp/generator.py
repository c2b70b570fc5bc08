"""The main job: a prompt becomes a checked level.

Several candidates are written at once, each towards its own targets, and scouted while they are; they are counted,
and the one that meets most of the prompt and can be beaten is kept; of several as good the least common, at low
temperatures the most common. If none meets all of it, more are written, a few times. The report says honestly what
was asked, what was got, what was clamped or not understood, and how the level was beaten.
"""

from __future__ import annotations

import hashlib
import logging
import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import mariogpt_mcp
from mariogpt_mcp.census import Census
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.features import Features
from mariogpt_mcp.level import HEIGHT, Level
from mariogpt_mcp.model.host import ModelHost
from mariogpt_mcp.model.sampler import Draft, StopFlag, Stopped, sample
from mariogpt_mcp.plan import plan
from mariogpt_mcp.play.scout import Scout, is_comfortable
from mariogpt_mcp.play.solver import QUICK, Beaten, Stuck, is_safe_start, solve
from mariogpt_mcp.prompt import MAX_LENGTH, Prompt, parse_prompt
from mariogpt_mcp.report import BeatableReport, Report, attribute_reports, shortfall, unreachable
from mariogpt_mcp.settings import settings
from mariogpt_mcp.store import MadeLevel
from mariogpt_mcp.structure import faults

log = logging.getLogger(__name__)

TEMPERATURE_RANGE = (0.1, 2.0)
SAMPLING_TEMPERATURES = (0.65, 1.0, 1.35)
"""What the logits are divided by at the ends and at the middle, 1, of the range that users have.

Undivided, 0.1 leaves a bare plain and 2.0 noise; between these a level is calm, as its makers had it, or wild,
and still whole.
"""

LEVEL_SIZE_RANGE = (100, 2799)
"""Tiles, as the original demo's slider: with the seed tile it starts from, 7 to 200 columns."""

DEFAULT_TEMPERATURE = 1.0
DEFAULT_LEVEL_SIZE = 1399
MAX_SEED = 2**32 - 1

RANDOM_SEED = -1
"""What asks for a seed drawn at random where every argument has a value: over MCP and HTTP."""

COMFORTABLE_GAP = 7
"""Columns, three fewer than the reference agent crosses from a run. Of equal candidates one without wider gaps wins."""

ProgressCallback = Callable[[int, int], None]

WatchCallback = Callable[[Level], None]


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request: `notes` say what was clamped."""

    prompt: Prompt
    columns: int
    level_size: int
    temperature: float
    seed: int
    notes: tuple[str, ...]

    @classmethod
    def check(cls, prompt: str, level_size: int, temperature: float, seed: int | None) -> Request:
        """Check and clamp what a user sent.

        Raises:
            MarioGPTError: a value that is no number, or a seed out of range.
        """
        if not math.isfinite(temperature):
            raise MarioGPTError(
                f"temperature must be a number from {TEMPERATURE_RANGE[0]} to {TEMPERATURE_RANGE[1]}, for example 1.0."
            )
        if seed is None:
            seed = random.randrange(2**31)
        if not 0 <= seed <= MAX_SEED:
            raise MarioGPTError(f"seed must be a whole number from 0 to {MAX_SEED}, for example 42.")
        notes = []
        read = parse_prompt(prompt)
        if read.cut:
            notes.append(f"the prompt was cut to {MAX_LENGTH} characters")
        kept_temperature = min(max(temperature, TEMPERATURE_RANGE[0]), TEMPERATURE_RANGE[1])
        if kept_temperature != temperature:
            notes.append(
                f"temperature {temperature:g} was clamped to {kept_temperature:g} "
                f"(allowed: {TEMPERATURE_RANGE[0]} to {TEMPERATURE_RANGE[1]})"
            )
        kept_size = min(max(level_size, LEVEL_SIZE_RANGE[0]), LEVEL_SIZE_RANGE[1])
        if kept_size != level_size:
            notes.append(
                f"level_size {level_size} was clamped to {kept_size} "
                f"(allowed: {LEVEL_SIZE_RANGE[0]} to {LEVEL_SIZE_RANGE[1]} tiles)"
            )
        return cls(read, columns_of(kept_size), kept_size, kept_temperature, seed, tuple(notes))

    @classmethod
    def of_call(cls, prompt: str, level_size: int, temperature: float, seed: int) -> Request:
        """Check what came over MCP or HTTP, where `RANDOM_SEED` stands for none. Raises as `check` does."""
        return cls.check(prompt, level_size, temperature, None if seed == RANDOM_SEED else seed)

    @property
    def sampling_temperature(self) -> float:
        """What the logits are divided by."""
        low, high = TEMPERATURE_RANGE
        return float(np.interp(self.temperature, (low, DEFAULT_TEMPERATURE, high), SAMPLING_TEMPERATURES))


def draft_of(request: Request, census: Census, attempt: int, candidate: int) -> Draft:
    """What one candidate of a request is to hold, with randomness of its own."""
    seed = (request.seed, attempt, candidate)
    return Draft(plan(request.prompt.spec, request.columns, np.random.default_rng(seed), census), (*seed, 1))


@dataclass
class _Candidate:
    """A level written for a request: its rank, the lower the better, by what it misses first."""

    level: Level
    rank: tuple[int, float, int, float]

    @cached_property
    def run(self) -> Beaten | Stuck:
        """Its certificate, or what stopped the solver."""
        return solve(self.level, QUICK)

    @cached_property
    def is_comfortable(self) -> bool:
        """Whether it can be done well inside Mario's limits."""
        return is_comfortable(self.level.ids)

    @property
    def is_certified(self) -> bool:
        """Whether it was beaten and is safe to start."""
        return isinstance(self.run, Beaten) and is_safe_start(self.level)


def columns_of(level_size: int) -> int:
    """Columns of so many tiles; with the one tile the original starts from, 1399 are 100 columns."""
    return (level_size + 1) // HEIGHT


class MarioGPT:
    """Writes levels from prompts.

    >>> made = MarioGPT().generate("many pipes, few enemies", seed=7)
    >>> made.show()
    >>> made.save("level.png")
    """

    def __init__(self, host: ModelHost | None = None) -> None:
        """Use the model of the settings, or a host of one's own; it is loaded when first needed."""
        chosen = settings()
        self.host = host or ModelHost(chosen.model, chosen.device, chosen.threads)
        self._candidates, self._rounds = chosen.candidates, chosen.rounds
        self._turn = threading.Lock()

    def generate(
        self,
        prompt: str = "",
        *,
        level_size: int = DEFAULT_LEVEL_SIZE,
        temperature: float = DEFAULT_TEMPERATURE,
        seed: int | None = None,
        progress: ProgressCallback | None = None,
        watch: WatchCallback | None = None,
        stop: StopFlag | None = None,
    ) -> MadeLevel:
        """Make one level; the same arguments, weights and seed make the same level.

        Args:
            prompt: what the level shall have, in MarioGPT's words or everyday English.
            level_size: tiles, 14 a column; clamped to 100..2799.
            temperature: how freely tiles are chosen; clamped to 0.1..2.0.
            seed: 0..4294967295; a random one if left out.
            progress: called with (columns written, columns to write) after each column; the second number
                grows if more candidates have to be tried.
            watch: called after each column with what is written of one of the candidates, which need not be the one
                that is kept.
            stop: checked before each column.

        Raises:
            MarioGPTError: a value that cannot be used, or a model that cannot be loaded.
            Stopped: the stop flag was set.
        """
        return self.make(Request.check(prompt, level_size, temperature, seed), progress, watch, stop)

    def make(
        self,
        request: Request,
        progress: ProgressCallback | None = None,
        watch: WatchCallback | None = None,
        stop: StopFlag | None = None,
    ) -> MadeLevel:
        """Make the level of a checked request. One level is written at a time; others wait their turn."""
        with self._turn:
            began = time.monotonic()
            try:
                best, candidates = self._best(request, progress, watch, stop)
            except Stopped:
                log.info("a level of %d columns was stopped after %.2f s", request.columns, time.monotonic() - began)
                raise
            report = self._report(request, best, candidates, time.monotonic() - began)
        log.info(
            "level of %d columns in %.2f s, seed %d, met %s",
            report.columns, report.seconds, request.seed, report.met,
        )  # fmt: skip
        level = best.level.with_path(best.run.path) if isinstance(best.run, Beaten) else best.level
        return MadeLevel(level, report, self.key(request))

    def key(self, request: Request) -> str:
        """What a level is made of, as a digest: requests with the same key get the same level."""
        parts = (
            mariogpt_mcp.__version__,
            self.host.name,
            self._candidates,
            self._rounds,
            request.prompt.text,
            request.level_size,
            request.temperature,
            request.seed,
            request.notes,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _best(
        self,
        request: Request,
        progress: ProgressCallback | None,
        watch: WatchCallback | None,
        stop: StopFlag | None,
    ) -> tuple[_Candidate, int]:
        spec, columns, census = request.prompt.spec, request.columns, self.host.census
        # No other candidate would meet what no level this narrow can have.
        hopeless = len(unreachable(spec, columns))
        # Of levels as good, the one that is least like all others, as MarioGPT's novelty search keeps it;
        # at low temperatures, which are to be calm, the one that is most like them.
        novelty = 1 if request.temperature >= DEFAULT_TEMPERATURE else -1
        found: list[_Candidate] = []
        for attempt in range(self._rounds):
            drafts = [draft_of(request, census, attempt, i) for i in range(self._candidates)]

            def advance(done: int, total: int, before: int = attempt * columns) -> None:
                if progress is not None:
                    progress(before + done, before + total)

            written = sample(
                self.host.start,
                drafts,
                temperature=request.sampling_temperature,
                passable=Scout().passable,
                progress=advance,
                watch=None if watch is None else lambda ids: watch(Level.from_ids(ids[0])),
                stop=stop,
            )
            for ids in written:
                level = Level.from_ids(ids)
                features = Features.of(level)
                missed = sum(not a.met for a in attribute_reports(spec, features))
                gap = max(0, features.widest_gap - COMFORTABLE_GAP)
                surprise = novelty * census.surprise(level)
                found.append(_Candidate(level, (missed, shortfall(spec, features), gap, -surprise)))
            found.sort(key=lambda candidate: candidate.rank)
            good = [c for c in found if c.rank[0] <= hopeless]
            best = next((c for c in good if c.is_comfortable and c.is_certified), None)
            if best is not None:
                return best, len(found)
        return next((c for c in found if c.is_certified), found[0]), len(found)

    def _report(self, request: Request, best: _Candidate, candidates: int, seconds: float) -> Report:
        level, run = best.level, best.run
        prompt, features = request.prompt, Features.of(level)
        attributes = attribute_reports(prompt.spec, features)
        remarks = unreachable(prompt.spec, level.columns)
        missed = [a.name for a in attributes if not a.met]
        if missed and not remarks:
            remarks = [
                f"none of {candidates} levels written had all that was asked for ({' and '.join(missed)} missed): "
                "ask for less of it, or try another seed"
            ]
        return Report(
            prompt=prompt.text,
            understood=prompt.spec.text,
            not_understood=list(prompt.not_understood),
            notes=[*request.notes, *prompt.notes, *remarks],
            attributes=attributes,
            met=not missed,
            beatable=BeatableReport.of(run, is_safe_start(level)),
            structure_faults=len(faults(level)),
            columns=level.columns,
            coins=features.coins,
            widest_gap=features.widest_gap,
            temperature=request.temperature,
            level_size=request.level_size,
            seed=request.seed,
            model=self.host.name,
            candidates=candidates,
            seconds=round(seconds, 3),
        )
