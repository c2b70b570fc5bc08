"""A prompt becomes a checked level.

Several candidates are written at once, each with its own targets, while a cautious player checks that they can be
passed. The candidate that meets most of the prompt and can be beaten is kept. Among equal candidates it is the least
common one, or at low temperatures the most common one (`candidate.Rank`). If no candidate meets the prompt, a few more
rounds follow (`candidate_search`). The report says what was requested, what the level has, what was clamped or not
understood, and how it was beaten.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation import revision
from mariogpt_mcp.generation.candidate_search import SearchResult, find_best
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.hooks import Hooks, Stopped
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.report.reports import BeatableReport, Report
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, SearchSettings, Settings, settings
from mariogpt_mcp.store.records import MadeLevel, StoredLevel
from mariogpt_mcp.version import __version__

log = logging.getLogger(__name__)


class MarioGPT:
    """Generates levels from prompts.

    >>> made = MarioGPT().generate("many pipes, few enemies", seed=7)
    >>> made.show()
    >>> made.save("level.png")
    """

    def __init__(self, loader: ModelLoader | None = None, search: SearchSettings | None = None) -> None:
        """Use a model and search settings, or those of the environment; the model is loaded when first needed."""
        self.loader = loader or ModelLoader(settings().for_model())
        self.search = search or settings().for_search()
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, chosen: Settings) -> MarioGPT:
        """A generator with the model and the search of these settings."""
        return cls(ModelLoader(chosen.for_model()), chosen.for_search())

    def generate(
        self,
        prompt: str = "",
        *,
        level_size: int = DEFAULT_LEVEL_SIZE,
        temperature: float | None = None,
        seed: int | None = None,
        hooks: Hooks = Hooks(),
    ) -> MadeLevel:
        """Generate one level; the same arguments, weights and seed make the same level.

        Args:
            prompt: what the level is to have, in MarioGPT's words or everyday English.
            level_size: tiles, 14 a column; clamped to 100..2799.
            temperature: how freely tiles are chosen; clamped to 0.1..2.0. If left out, that of the settings.
            seed: 0..4294967295; a random one if left out.
            hooks: `progress` is called with (columns written, columns to write) after each column; the second number
                grows if more candidates have to be tried. `watch` is called with the tile ids so far of one of the
                candidates, not always the one that is kept. `stop` is checked before each column.

        Raises:
            MarioGPTError: a value that cannot be used, or a model that cannot be loaded.
            Stopped: the stop flag was set.
        """
        chosen = self.search.temperature if temperature is None else temperature
        return self.make(Request.check(prompt, level_size, chosen, seed), hooks)

    def vary(self, level: StoredLevel, columns: str = "", prompt: str = "", *, seed: int | None = None) -> MadeLevel:
        """The level with some columns, such as "41-60", written again, and all others as they are.

        Attributes that the prompt does not name keep their class. Raises as `generate` does, and `MarioGPTError` if no
        candidate for the columns can be beaten.
        """
        return self.make(revision.vary(level, columns, prompt, seed, self.search.temperature))

    def extend(self, level: StoredLevel, columns: int = 50, prompt: str = "", *, seed: int | None = None) -> MadeLevel:
        """The level with more columns at its right end. Raises as `vary` does."""
        return self.make(revision.extend(level, columns, prompt, seed, self.search.temperature))

    def make(self, request: Request, hooks: Hooks = Hooks()) -> MadeLevel:
        """Make the level of a checked request. Only one level is written at a time; other calls wait.

        Raises:
            MarioGPTError: the model cannot be loaded, or no candidate for new columns of a level can be beaten.
            Stopped: the stop flag was set.
        """
        with self._lock:
            began = time.monotonic()
            try:
                result = find_best(self.loader, request, self.search, hooks)
            except Stopped:
                log.info("a level of %d columns was stopped after %.2f s", request.columns, time.monotonic() - began)
                raise
            best = result.best
            if request.kept.source_id and not (best.is_certified and best.rank.broken == 0):
                raise MarioGPTError(_refusal(request, result.written))
            report = self._report(request, result, time.monotonic() - began)
        log.debug(
            "level of %d columns in %.2f s, seed %d, met %s", report.columns, report.seconds, request.seed, report.met
        )
        level = best.level.with_path(best.run.path) if isinstance(best.run, Beaten) else best.level
        return MadeLevel(level, report, self.key(request))

    def key(self, request: Request) -> str:
        """A digest of what decides a level: requests with the same key get the same level."""
        kept = request.kept
        stays = [(level.rows, sorted(level.path)) for level in (kept.before, kept.after) if level]
        parts = (
            __version__,
            self.loader.origin,
            self.search.candidates,
            self.search.rounds,
            request.prompt.text,
            request.level_size,
            request.temperature,
            request.seed,
            request.notes,
            kept.source_id,
            kept.first,
            stays,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _report(self, request: Request, result: SearchResult, seconds: float) -> Report:
        best, prompt, first = result.best, request.prompt, request.kept.first
        facts = best.facts()
        return Report(
            prompt=prompt.text,
            understood=prompt.spec.text,
            not_understood=list(prompt.not_understood),
            notes=[*request.notes, *prompt.notes, *_remarks(result)],
            attributes=best.attributes,
            relations=best.relations,
            met=best.rank.missed == 0,
            beatable=BeatableReport.of(facts),
            structure_faults=len(facts.faults),
            columns=facts.features.columns,
            coins=facts.features.coins,
            widest_gap=facts.features.widest_gap,
            temperature=request.temperature,
            level_size=request.level_size,
            seed=request.seed,
            model=self.loader.name,
            candidates=result.written,
            seconds=round(seconds, 3),
            source_id=request.kept.source_id,
            first_new_column=first + 1,
            last_new_column=first + request.columns,
        )


def _remarks(result: SearchResult) -> list[str]:
    """Why attributes were missed, if some were."""
    missed = [attribute.name for attribute in result.best.attributes if not attribute.met]
    if result.unreachable or not missed:
        return result.unreachable
    return [
        f"none of {result.written} candidates has everything that was requested ({' and '.join(missed)} missed); "
        "ask for less of it, or try another seed"
    ]


def _refusal(request: Request, written: int) -> str:
    first, last = request.kept.first + 1, request.kept.first + request.columns
    return (
        f"No candidate for columns {first} to {last} gives a level that can be beaten ({written} were written); "
        "include more columns, ask for less, or try another seed."
    )
