"""The main job: a prompt becomes a checked level.

Several candidates are written at once, each towards its own targets, and scouted while they are; they are counted,
and the one that meets most of the prompt and can be beaten is kept; of several as good the least common, at low
temperatures the most common. If none meets all of it, more are written, a few times. The report says honestly what
was asked, what was got, what was clamped or not understood, and how the level was beaten.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.candidate_search import Candidate, ProgressCallback, WatchCallback, best_of
from mariogpt_mcp.generation.request import RANDOM_SEED, Request
from mariogpt_mcp.generation.revision import extend, vary
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.sampler import StopFlag, Stopped
from mariogpt_mcp.play.solver import Beaten, is_safe_start
from mariogpt_mcp.report.reports import BeatableReport, Report, attribute_reports, unreachable
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, settings
from mariogpt_mcp.store.records import MadeLevel, StoredLevel
from mariogpt_mcp.version import __version__

log = logging.getLogger(__name__)


class MarioGPT:
    """Writes levels from prompts.

    >>> made = MarioGPT().generate("many pipes, few enemies", seed=7)
    >>> made.show()
    >>> made.save("level.png")
    """

    def __init__(self, loader: ModelLoader | None = None) -> None:
        """Use the model of the settings, or a loader of one's own; it is loaded when first needed."""
        chosen = settings()
        self.loader = loader or ModelLoader(chosen.for_model())
        self._candidates, self._rounds = chosen.candidates, chosen.rounds
        self._turn = threading.Lock()

    def generate(
        self,
        prompt: str = "",
        *,
        level_size: int = DEFAULT_LEVEL_SIZE,
        temperature: float | None = None,
        seed: int | None = None,
        progress: ProgressCallback | None = None,
        watch: WatchCallback | None = None,
        stop: StopFlag | None = None,
    ) -> MadeLevel:
        """Make one level; the same arguments, weights and seed make the same level.

        Args:
            prompt: what the level shall have, in MarioGPT's words or everyday English.
            level_size: tiles, 14 a column; clamped to 100..2799.
            temperature: how freely tiles are chosen; clamped to 0.1..2.0, the settings' if left out.
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
        chosen = settings().temperature if temperature is None else temperature
        return self.make(Request.check(prompt, level_size, chosen, seed), progress, watch, stop)

    def vary(self, level: StoredLevel, columns: str = "", prompt: str = "", *, seed: int | None = None) -> MadeLevel:
        """The level with some columns, such as "41-60", written anew, and all others as they are.

        What the prompt leaves open keeps its class. Raises as `generate` does, and `MarioGPTError` where nobody beats
        what comes of it.
        """
        chosen = RANDOM_SEED if seed is None else seed
        return self.make(vary(level, columns, prompt, chosen, settings().temperature))

    def extend(self, level: StoredLevel, columns: int = 50, prompt: str = "", *, seed: int | None = None) -> MadeLevel:
        """The level with more columns at its right end. Raises as `vary` does."""
        chosen = RANDOM_SEED if seed is None else seed
        return self.make(extend(level, columns, prompt, chosen, settings().temperature))

    def make(
        self,
        request: Request,
        progress: ProgressCallback | None = None,
        watch: WatchCallback | None = None,
        stop: StopFlag | None = None,
    ) -> MadeLevel:
        """Make the level of a checked request. One level is written at a time; others wait their turn.

        Raises:
            MarioGPTError: the model cannot be loaded, or new columns of a level were found that nobody beats it with.
            Stopped: the stop flag was set.
        """
        with self._turn:
            began = time.monotonic()
            try:
                best, candidates = best_of(
                    self.loader,
                    request,
                    self._candidates,
                    self._rounds,
                    progress=progress,
                    watch=watch,
                    stop=stop,
                )
            except Stopped:
                log.info("a level of %d columns was stopped after %.2f s", request.columns, time.monotonic() - began)
                raise
            if request.frame.source_id and not (best.is_certified and best.rank[0] == 0):
                raise MarioGPTError(_refusal(request, candidates))
            report = self._report(request, best, candidates, time.monotonic() - began)
        log.debug(
            "level of %d columns in %.2f s, seed %d, met %s",
            report.columns, report.seconds, request.seed, report.met,
        )  # fmt: skip
        level = best.level.with_path(best.run.path) if isinstance(best.run, Beaten) else best.level
        return MadeLevel(level, report, self.key(request))

    def key(self, request: Request) -> str:
        """What a level is made of, as a digest: requests with the same key get the same level."""
        stays = [(level.rows, sorted(level.path)) for level in (request.frame.before, request.frame.after) if level]
        parts = (
            __version__,
            self.loader.origin,
            self._candidates,
            self._rounds,
            request.prompt.text,
            request.level_size,
            request.temperature,
            request.seed,
            request.notes,
            request.frame.source_id,
            request.frame.first,
            stays,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _report(self, request: Request, best: Candidate, candidates: int, seconds: float) -> Report:
        level, run, first = best.level, best.run, request.frame.first
        prompt, features = request.prompt, Features.of(level)
        new = slice(first, first + request.columns)
        attributes = attribute_reports(request.spec, Features.of(level[new]))
        remarks = unreachable(request.spec, request.columns)
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
            model=self.loader.name,
            candidates=candidates,
            seconds=round(seconds, 3),
            source_id=request.frame.source_id,
            first_new_column=new.start + 1,
            last_new_column=new.stop,
        )


def _refusal(request: Request, candidates: int) -> str:
    first, last = request.frame.first + 1, request.frame.first + request.columns
    return (
        f"None of {candidates} ways to write columns {first} to {last} anew joins the rest so that the level can be "
        "beaten; take in more columns, ask for less, or try another seed."
    )
