"""A batch of levels while it is written: the grid so far, and the state that the next tiles depend on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.structure import ColumnRules, joins
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.model.conditioning import Conditions, Countdown
from mariogpt_mcp.model.decoding import Decoder, Draft, Logits, Tiles
from mariogpt_mcp.model.guidance import FOOTING_ROWS, Guidance

TOP_K = 16
"""MarioGPT's default (`mario_gpt/sampler.py`); with 13 tiles it excludes none."""

_SKY, _GROUND = tile("-").id, tile("X").id


def _no_columns() -> npt.NDArray[np.integer]:
    return np.zeros((0, HEIGHT), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tiles are chosen from logits.

    `temperature` divides the logits; 1 is the model's own distribution. Only the `top_k` most likely tiles are drawn.
    `guided` applies the guidance towards the targets, `ruled` the structure rules; if both are false, tiles depend only
    on the model.
    """

    temperature: float = 1.0
    top_k: int = TOP_K
    guided: bool = True
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class FixedColumns:
    """Columns that all levels of a batch begin and end with, each (columns, 14); the drafts' targets include them."""

    before: npt.NDArray[np.integer] = field(default_factory=_no_columns)
    after: npt.NDArray[np.integer] = field(default_factory=_no_columns)


class LevelBatch:
    """Levels of one width, written column by column."""

    def __init__(self, decoder: Decoder, drafts: Sequence[Draft], sampling: Sampling, fixed: FixedColumns) -> None:
        """Start after the fixed columns on the left.

        Raises:
            ValueError: the drafts are not equally wide.
        """
        if any(draft.columns != drafts[0].columns for draft in drafts):
            raise ValueError("the drafts of a batch must be equally wide")
        self._decoder, self._drafts, self._sampling = decoder, drafts, sampling
        self._targets = [draft.targets for draft in drafts]
        self.start, self.end = len(fixed.before), drafts[0].columns - len(fixed.after)
        # Two columns of sky come first, so that every column has two to its left.
        self._grid = np.full((len(drafts), drafts[0].columns + 2, HEIGHT), _SKY, dtype=np.int64)
        self._grid[:, 2 : self.start + 2] = fixed.before
        self._grid[:, self.end + 2 :] = fixed.after
        self._joins = joins(fixed.after) if len(fixed.after) else None  # (14, 13)
        # If the fixed columns need room in the last column before them, no half of a pipe may be in it.
        needs_room = self._joins is not None and not self._joins[:, _GROUND].all()
        self._pipes_end = self.end - 1 if needs_room else self.end
        gap_follows = len(fixed.after) > 0 and not IS_SOLID[fixed.after[0, :FOOTING_ROWS]].any()
        self._grounded = [self.end - 1] if gap_follows else []  # so that the gap does not get wider
        conditions = self._rewind(self.start)
        self._draw_chances(0)
        if conditions:
            decoder.begin(self.ids, np.stack(conditions, axis=1))

    @property
    def ids(self) -> Tiles:
        """The columns so far, (batch, columns so far, 14); the whole levels once the last column is written."""
        return self._grid[:, 2:] if self.column == self.end else self._grid[:, 2 : self.column + 2]

    def resume(self, parents: Sequence[int], columns: int, retreats: int) -> None:
        """Cut the levels to their first `columns` columns; level i becomes a copy of level `parents[i]`.

        Each level keeps its own random numbers, so copies of one level continue differently. If `retreats` is not 0,
        the random numbers also depend on it.
        """
        self._grid = self._grid[list(parents)]
        self._targets = [self._targets[parent] for parent in parents]
        self._decoder.resume(parents, columns)
        self._rewind(columns)
        if columns == self.start or retreats:
            self._draw_chances(retreats)

    def write_column(self) -> None:
        """Write the next column of every level."""
        column = self.column
        self._decoder.start_column(self._conditions())
        no_pipe = np.full(len(self._grid), column >= self._pipes_end - 1)
        rules = ColumnRules(self._grid[:, column + 1], self._grid[:, column], no_pipe)
        self._guidance.start_column()
        for row in range(HEIGHT):
            allowed = self._guidance.within(self._allowed(rules, row), row)
            logits = self._decoder.logits() + self._guidance.bias(row)
            tiles = choose(logits, allowed, self._chances[:, column, row], self._sampling)
            self._decoder.push(tiles)
            rules.place(tiles)
            self._guidance.place(tiles, row)
            self._grid[:, column + 2, row] = tiles
        self._guidance.finish_column(self._grid[:, column + 2])
        self.column += 1

    def _allowed(self, rules: ColumnRules, row: int) -> npt.NDArray[np.bool_]:
        """Tiles that structure rules and the fixed columns on the right allow in a row of the column, (batch, 13)."""
        allowed = rules.allowed()
        if not self._sampling.ruled:
            allowed = np.ones_like(allowed)
        if self.column == self.end - 1 and self._joins is not None:
            joining = allowed & self._joins[row]
            allowed = np.where(joining.any(1, keepdims=True), joining, allowed)
        return allowed

    def _conditions(self) -> Conditions:
        """The conditions of the next column, (batch, 13)."""
        return np.stack([countdown.conditions() for countdown in self._countdowns])

    def _rewind(self, columns: int) -> list[Conditions]:
        """Count the first columns again; returns the conditions of each, (batch, 13)."""
        self._countdowns = [Countdown(targets) for targets in self._targets]
        self._guidance = Guidance(self._countdowns, self._sampling.guided, self._grounded)
        conditions = []
        for column in range(columns):
            conditions.append(self._conditions())
            self._guidance.finish_column(self._grid[:, column + 2])
        self.column = columns
        return conditions

    def _draw_chances(self, retreats: int) -> None:
        """Draw a random number for each tile of each level, (batch, columns, 14); each retreat gives new ones."""
        seeds = [(*draft.seed_numbers, *[retreats] * (retreats > 0)) for draft in self._drafts]
        size = (self._grid.shape[1] - 2, HEIGHT)
        self._chances = np.stack([np.random.default_rng(seed).random(size) for seed in seeds])


def choose(
    logits: Logits, allowed: npt.NDArray[np.bool_], chances: npt.NDArray[np.float64], sampling: Sampling
) -> Tiles:
    """Draw a tile for each level, (batch,); `logits` and `allowed` are (batch, 13), `chances` (batch,), in [0, 1)."""
    scores = np.where(allowed, logits.astype(np.float64), -np.inf)
    if sampling.top_k < scores.shape[1]:
        kth = np.partition(scores, -sampling.top_k, axis=1)[:, -sampling.top_k, None]
        scores[scores < kth] = -np.inf
    weights = np.exp((scores - scores.max(1, keepdims=True)) / sampling.temperature)
    total = weights.cumsum(1)
    drawn: Tiles = (total <= chances[:, None] * total[:, -1:]).sum(1)
    return drawn
