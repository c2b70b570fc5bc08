"""The search for the best level of a request: candidates are written in rounds, ranked, and played."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mariogpt_mcp.generation.candidate import Candidate, columns_to_check
from mariogpt_mcp.generation.request import COLUMN_TEMPERATURES, MARIOGPT_TEMPERATURES, Request
from mariogpt_mcp.generation.targets import draw_prompt, draw_targets, targets_of
from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.model.batch import Sampling
from mariogpt_mcp.model.decoding import Draft
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.sampler import Passable, sample
from mariogpt_mcp.play.cautious_player import CautiousPlayer
from mariogpt_mcp.report.adherence import unreachable
from mariogpt_mcp.settings import SearchSettings
from mariogpt_mcp.telemetry import span


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best candidate, the number written, and a remark for each attribute that no level of this width can have."""

    best: Candidate
    written: int
    unreachable: list[str]


def draft_level(request: Request, statistics: CorpusStatistics, attempt: int, candidate: int) -> Draft:
    """The targets of one candidate, drawn with its own random numbers."""
    seed = (request.seed, attempt, candidate)
    kept = request.kept
    new = draw_targets(request.spec, request.columns, np.random.default_rng(seed), statistics)
    prompt = draw_prompt(request.spec, np.random.default_rng((*seed, 2)))
    return Draft((*targets_of(kept.before), *new, *targets_of(kept.after)), (*seed, 1), prompt)


def write_levels(
    loader: ModelLoader,
    request: Request,
    drafts: Sequence[Draft],
    *,
    guided: bool = True,
    passable: Passable | None = None,
    hooks: Hooks = Hooks(),
) -> list[Level]:
    """The levels of some drafts of a request, each with the path that the model writes, if it writes one.

    Raises as `model.sampler.sample` does, and `MarioGPTError` if the model cannot be loaded.
    """
    model, kept = loader.model(), request.kept
    temperature = request.logit_divisor(COLUMN_TEMPERATURES if model.kind == "column" else MARIOGPT_TEMPERATURES)
    decoder, paths = model.decoder(drafts, temperature, None if kept.before is None else kept.before.on_path)
    sampling = Sampling(temperature, guided=guided)
    written = sample(decoder, drafts, sampling, fixed=kept.fixed(), passable=passable, hooks=hooks)
    levels = []
    for ids, path in zip(written, paths(), strict=True):
        cells = [(HEIGHT - 1 - int(row), int(column)) for column, row in np.argwhere(path)]
        levels.append(Level.from_ids(ids).with_path(cells))
    return levels


def find_best(loader: ModelLoader, request: Request, search: SearchSettings, hooks: Hooks = Hooks()) -> SearchResult:
    """Write candidates in rounds until one meets the prompt and is beaten comfortably; return the best of all.

    Args:
        loader: loads the model.
        request: what is requested.
        search: candidates of a round, and rounds.
        hooks: `progress` gets (columns written, columns to write); the second number grows with each round. `stop` is
            also checked before each run to the goal.

    Raises:
        Stopped: the stop flag was set.
    """
    remarks = unreachable(request.spec, request.columns)
    found: list[Candidate] = []
    for attempt in range(search.rounds):
        found += _write_round(loader, request, search.candidates, attempt, hooks)
        found.sort(key=lambda candidate: candidate.rank)
        # No candidate can meet an attribute that no level of this width can have.
        good = [c for c in found if c.rank.broken == 0 and c.rank.missed <= len(remarks)]
        best = _first_certified((c for c in good if c.is_comfortable), hooks)
        if best is not None:
            return SearchResult(best, len(found), remarks)
    best = _first_certified((c for c in found if c.rank.broken == 0), hooks)
    return SearchResult(best or found[0], len(found), remarks)


def _write_round(loader: ModelLoader, request: Request, count: int, attempt: int, hooks: Hooks) -> list[Candidate]:
    """Write the candidates of one round at once."""
    statistics, columns = loader.statistics, request.columns
    drafts = [draft_level(request, statistics, attempt, i) for i in range(count)]
    with span("sample", columns=columns, candidates=count, round=attempt + 1):
        levels = write_levels(
            loader,
            request,
            drafts,
            passable=_passable(columns_to_check(request.kept, columns)),
            hooks=_after(hooks, attempt * columns),
        )
    return [Candidate(level, request, statistics) for level in levels]


def _after(hooks: Hooks, columns: int) -> Hooks:
    """The hooks of a round that starts after `columns` columns of the rounds before."""
    progress = hooks.progress
    if progress is None:
        return hooks
    return replace(hooks, progress=lambda done, total: progress(columns + done, columns + total))


def _first_certified(candidates: Iterable[Candidate], hooks: Hooks) -> Candidate | None:
    for candidate in candidates:
        hooks.raise_if_stopped()
        if candidate.is_certified:
            return candidate
    return None


def _passable(columns: slice) -> Passable:
    """Checks with a cautious player whether these columns can be passed while they are written."""
    player = CautiousPlayer()
    return lambda ids, before: player.passable(ids[:, columns], max(0, before - columns.start))
