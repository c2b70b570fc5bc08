"""A level that was written for a request: its facts, and its rank among the candidates."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from mariogpt_mcp.generation.request import KeptColumns, Request
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.structure import Fault, faults
from mariogpt_mcp.play.cautious_player import is_comfortable
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.solver import QUICK, Stuck, is_safe_start, solve
from mariogpt_mcp.report.adherence import attribute_reports, relation_reports, shortfall
from mariogpt_mcp.report.facts import LevelFacts
from mariogpt_mcp.report.reports import AttributeReport, RelationReport
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE
from mariogpt_mcp.telemetry import span

COMFORTABLE_GAP = 7
"""Width in columns, three less than the reference agent crosses from a run. A level without wider gaps ranks higher."""

COLUMNS_BEFORE, COLUMNS_AFTER = 10, 12
"""Columns before and after the new ones that are checked with them, because a seam can block the way."""


class Rank(NamedTuple):
    """What decides which candidate is kept: lower is better, and the first difference decides."""

    broken: int
    """Structural faults that the new columns bring."""
    missed: int
    """Attributes and relations that are not as requested."""
    shortfall: float
    """How far the counts are from what was requested."""
    wide_gap: int
    """Columns by which the widest gap exceeds `COMFORTABLE_GAP`."""
    commonness: float
    """How common the level is, so that the least common one is kept, as in MarioGPT's novelty search. At temperatures
    below 1, which are for calm levels, it is how uncommon the level is."""


class Candidate:
    """A level written for a request. Facts that cost time are found once, when they are first needed."""

    def __init__(self, level: Level, request: Request, statistics: CorpusStatistics) -> None:
        """Count the tiles of a level whose new columns are those of the request."""
        self.level = level
        self._request, self._statistics = request, statistics
        self._new = slice(request.kept.first, request.kept.first + request.columns)
        self._around = columns_to_check(request.kept, request.columns)
        self.new_features = Features.of(level[self._new])
        self.attributes: list[AttributeReport] = attribute_reports(request.spec, self.new_features)
        self.relations: list[RelationReport] = relation_reports(request.prompt.relations, self.new_features)

    @cached_property
    def rank(self) -> Rank:
        """Its rank among the candidates of its request."""
        around = self.new_features if self._around == self._new else Features.of(self.level[self._around])
        surprise = self._statistics.surprise(self.level[self._new])
        return Rank(
            broken=self._new_faults(),
            missed=sum(not one.met for one in self.attributes) + sum(not one.met for one in self.relations),
            shortfall=shortfall(self._request.spec, self.new_features, self._request.prompt.relations),
            wide_gap=max(0, around.widest_gap - COMFORTABLE_GAP),
            commonness=-surprise if self._request.temperature >= DEFAULT_TEMPERATURE else surprise,
        )

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """Structural faults of the whole level."""
        return tuple(faults(self.level.ids))

    @cached_property
    def run(self) -> Beaten | Stuck:
        """Its certificate, or what stopped the solver."""
        with span("certify", columns=self.level.columns):
            return solve(self.level.ids, QUICK)

    @cached_property
    def has_safe_start(self) -> bool:
        """Whether Mario can stand still at the start."""
        return is_safe_start(self.level.ids)

    @cached_property
    def is_comfortable(self) -> bool:
        """Whether the new columns can be passed well inside Mario's limits."""
        return is_comfortable(self.level.ids[self._around])

    @property
    def is_certified(self) -> bool:
        """Whether it was beaten and has a safe start."""
        return isinstance(self.run, Beaten) and self.has_safe_start

    def facts(self) -> LevelFacts:
        """The facts of the whole level."""
        all_new = self.level.columns == self.new_features.columns
        features = self.new_features if all_new else Features.of(self.level)
        return LevelFacts(features, self.faults, self.run, self.has_safe_start)

    def _new_faults(self) -> int:
        """The number of faults that the new columns bring, in them and in the first column after them.

        The structure rules prevent them, except if an enemy stands in the column after them. A fault that this column
        already had does not count.
        """
        after, first = self._request.kept.after, self._new.start
        if after is None:
            return 0
        joint = range(first + 1, self._new.stop + 2)
        old = sum(fault.column == 1 for fault in faults(after.ids))
        return max(0, sum(fault.column in joint for fault in self.faults) - old)


def columns_to_check(kept: KeptColumns, columns: int) -> slice:
    """The new columns with some of the kept ones around them; begins at a column with ground to stand on."""
    start = max(0, kept.first - COLUMNS_BEFORE)
    while start and kept.before is not None and kept.before.rows[-1][start] != "X":
        start -= 1
    stays = 0 if kept.after is None else kept.after.columns
    return slice(start, kept.first + columns + min(stays, COLUMNS_AFTER))
