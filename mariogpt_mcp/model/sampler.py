"""The one sampler: asks a decoder for logits and chooses tiles, for a batch of levels at once.

It puts together the structure rules, the guidance by counts, temperature, top-k, seeds, progress and the stop
flag. It does not know which network answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level import HEIGHT
from mariogpt_mcp.model.conditions import Conditions, Countdown, Target
from mariogpt_mcp.model.guidance import Guidance
from mariogpt_mcp.structure import ColumnRules
from mariogpt_mcp.tiles import tile

TOP_K = 16
"""MarioGPT's default (`mario_gpt/sampler.py`); with 13 tiles it leaves all of them in."""

STRETCH = 10
"""Columns between two looks at whether the levels can be passed."""

RETREATS = 8
"""How often a batch goes back; what cannot be passed after that is said to be so."""

_SKY = tile("-").id


Logits = npt.NDArray[np.float32]
Tiles = npt.NDArray[np.int64]

Passable = Callable[[Tiles, int], npt.NDArray[np.bool_]]
"""Which of (batch, columns, 14) can be passed, (batch,), if they could be up to a column."""


class Decoder(Protocol):
    """One batch of levels being written, column by column and in each from the bottom up.

    For every column: `start_column` once, then 14 times `logits` and `push`.
    """

    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column; conditions are (batch, 13)."""

    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""

    def push(self, tiles: Tiles) -> None:
        """Take the tiles chosen, (batch,)."""

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Go on from the first `columns` columns of the levels `parents`, one for each of the batch."""


class Stopped(Exception):
    """The stop flag was set while sampling."""


class StopFlag(Protocol):
    """Anything with `is_set`, such as a `threading.Event`."""

    def is_set(self) -> bool:
        """Whether to stop."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One level to write: the targets of its windows, left to right, and the seed of its own randomness."""

    targets: tuple[Target, ...]
    seed: int | tuple[int, ...]

    @property
    def columns(self) -> int:
        """Width in columns."""
        return sum(target.columns for target in self.targets)


def sample(
    start: Callable[[int], Decoder],
    drafts: Sequence[Draft],
    *,
    temperature: float,
    top_k: int = TOP_K,
    guided: bool = True,
    passable: Passable | None = None,
    progress: Callable[[int, int], None] | None = None,
    watch: Callable[[Tiles], None] | None = None,
    stop: StopFlag | None = None,
) -> Tiles:
    """Write a batch of levels of one width.

    Args:
        start: makes a decoder for a batch of that many.
        drafts: one for each level; all equally wide.
        temperature: divides the logits; 1 is the model's own distribution.
        top_k: only the k likeliest tiles stay in.
        guided: keep to the targets (`guidance`); without it only the structure rules narrow what is chosen.
        passable: asked every `STRETCH` columns which levels are worth going on with. The others go on as copies of
            those; where none is left, all go back a stretch or more, at most `RETREATS` times.
        progress: called with (columns written, columns) after each column.
        watch: called with all that is written, (batch, columns so far, 14), after each column.
        stop: checked before each column.

    Returns:
        Ids of shape (batch, columns, 14).

    Raises:
        Stopped: the flag was set.
    """
    columns = drafts[0].columns
    if any(draft.columns != columns for draft in drafts):
        raise ValueError("the drafts of a batch are equally wide")
    writer = _Writer(start(len(drafts)), drafts, guided)
    checked, retreats, reported = 0, 0, 0
    while writer.column < columns:
        if stop is not None and stop.is_set():
            raise Stopped
        writer.write(temperature, top_k)
        reported = max(reported, writer.column)
        if progress is not None:
            progress(reported, columns)
        if watch is not None:
            watch(writer.ids)
        if passable is None or retreats > RETREATS or (writer.column % STRETCH and writer.column < columns):
            continue
        fit = np.flatnonzero(passable(writer.ids, checked))
        if len(fit) == 0:
            retreats += 1
            checked = max(0, checked - STRETCH * (retreats // 2))
            writer.resume(range(len(drafts)), checked, retreats)
            continue
        checked = writer.column
        if len(fit) < len(drafts) and writer.column < columns:
            parents = np.arange(len(drafts))
            lost = np.setdiff1d(parents, fit)
            parents[lost] = np.resize(fit, len(lost))
            writer.resume(parents.tolist(), writer.column, retreats)
    return writer.ids


class _Writer:
    """A batch of levels being written."""

    def __init__(self, decoder: Decoder, drafts: Sequence[Draft], guided: bool) -> None:
        self._decoder, self._guided = decoder, guided
        self._drafts = drafts
        self._targets = [draft.targets for draft in drafts]
        self._grid = np.full((len(drafts), drafts[0].columns + 2, HEIGHT), _SKY, dtype=np.int64)  # after two of sky
        self._begin(0, 0)

    @property
    def ids(self) -> Tiles:
        """What is written, (batch, columns so far, 14)."""
        return self._grid[:, 2 : self.column + 2]

    def _begin(self, columns: int, retreats: int) -> None:
        """Count the columns that there are, and draw the chance for all of them."""
        self._countdowns = [Countdown(targets) for targets in self._targets]
        self._guidance = Guidance(self._countdowns, self._guided)
        for column in range(columns):
            self._guidance.finish_column(self._grid[:, column + 2])
        self.column = columns
        if columns == 0 or retreats:
            seeds = [(*_numbers(draft.seed), *[retreats] * (retreats > 0)) for draft in self._drafts]
            size = (self._grid.shape[1] - 2, HEIGHT)
            self._chance = np.stack([np.random.default_rng(seed).random(size) for seed in seeds])

    def resume(self, parents: Sequence[int], columns: int, retreats: int) -> None:
        """Go on from the first `columns` columns of the levels `parents`, each with chances of its own."""
        self._grid = self._grid[list(parents)]
        self._targets = [self._targets[parent] for parent in parents]
        self._decoder.resume(parents, columns)
        self._begin(columns, retreats)

    def write(self, temperature: float, top_k: int) -> None:
        """Write a column."""
        column, total = self.column, self._grid.shape[1] - 2
        self._decoder.start_column(np.stack([countdown.conditions() for countdown in self._countdowns]))
        last = np.full(len(self._grid), column == total - 1)
        rules = ColumnRules(self._grid[:, column + 1], self._grid[:, column], last)
        self._guidance.start_column()
        for row in range(HEIGHT):
            allowed = self._guidance.within(rules.allowed(), row)
            logits = self._decoder.logits() + self._guidance.bias(row)
            tiles = choose(logits, allowed, self._chance[:, column, row], temperature, top_k)
            self._decoder.push(tiles)
            rules.place(tiles)
            self._guidance.place(tiles, row)
            self._grid[:, column + 2, row] = tiles
        self._guidance.finish_column(self._grid[:, column + 2])
        self.column += 1


def _numbers(seed: int | tuple[int, ...]) -> tuple[int, ...]:
    return seed if isinstance(seed, tuple) else (seed,)


def choose(
    logits: Logits,
    allowed: npt.NDArray[np.bool_],
    chance: npt.NDArray[np.float64],
    temperature: float,
    top_k: int,
) -> Tiles:
    """Draw one tile each: `logits` and `allowed` are (batch, 13), `chance` (batch,) uniform in [0, 1)."""
    scores = np.where(allowed, logits.astype(np.float64), -np.inf)
    if top_k < scores.shape[1]:
        kth = np.partition(scores, -top_k, axis=1)[:, -top_k, None]
        scores[scores < kth] = -np.inf
    weights = np.exp((scores - scores.max(1, keepdims=True)) / temperature)
    total = weights.cumsum(1)
    drawn: Tiles = (total <= chance[:, None] * total[:, -1:]).sum(1)
    return drawn
