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

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.structure import ColumnRules, joins
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.model.conditioning import Conditions, Countdown, Target
from mariogpt_mcp.model.guidance import FOOTING_ROWS, Guidance

TOP_K = 16
"""MarioGPT's default (`mario_gpt/sampler.py`); with 13 tiles it leaves all of them in."""

STRETCH = 10
"""Columns between two looks at whether the levels can be passed."""

RETREATS = 8
"""How often a batch goes back; what cannot be passed after that is said to be so."""

_SKY, _GROUND = tile("-").id, tile("X").id


Logits = npt.NDArray[np.float32]
Tiles = npt.NDArray[np.int64]

Passable = Callable[[Tiles, int], npt.NDArray[np.bool_]]
"""Which of (batch, columns, 14) can be passed, (batch,), if they could be up to a column."""


class Decoder(Protocol):
    """One batch of levels being written, column by column and in each from the bottom up.

    For every column: `start_column` once, then 14 times `logits` and `push`.
    """

    def begin(self, tiles: Tiles, conditions: Conditions) -> None:
        """Start after columns that are there already: tiles (batch, columns, 14), conditions (batch, columns, 13)."""

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
    """One level to write: the targets of its windows, left to right, and the seed of its own randomness.

    `prompt` is for a model that reads words.
    """

    targets: tuple[Target, ...]
    seed: int | tuple[int, ...]
    prompt: str = ""

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
    ruled: bool = True,
    before: npt.NDArray[np.integer] | None = None,
    after: npt.NDArray[np.integer] | None = None,
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
        ruled: keep to the structure rules; with neither, a level is what the model makes of it.
        before: columns that all levels begin with, (columns, 14); the drafts' targets cover them too.
        after: columns that all levels end with, (columns, 14), likewise.
        passable: asked every `STRETCH` columns which levels are worth going on with. The others go on as copies of
            those; where none is left, all go back a stretch or more, at most `RETREATS` times. Last it is asked of
            the whole levels.
        progress: called with (columns written, columns to write) after each column.
        watch: called with all that is there, (batch, columns so far, 14), after each column.
        stop: checked before each column.

    Returns:
        Ids of shape (batch, columns, 14), of whole levels.

    Raises:
        Stopped: the flag was set.
    """
    if any(draft.columns != drafts[0].columns for draft in drafts):
        raise ValueError("the drafts of a batch are equally wide")
    nothing = np.zeros((0, HEIGHT), dtype=np.int64)
    writer = _Writer(
        start(len(drafts)),
        drafts,
        guided,
        ruled,
        nothing if before is None else before,
        nothing if after is None else after,
    )
    first, last = writer.column, writer.end
    checked, retreats, reported = first, 0, 0
    while writer.column < last:
        if stop is not None and stop.is_set():
            raise Stopped
        writer.write(temperature, top_k)
        reported = max(reported, writer.column - first)
        if progress is not None:
            progress(reported, last - first)
        if watch is not None:
            watch(writer.ids)
        if passable is None or retreats > RETREATS or (writer.column % STRETCH and writer.column < last):
            continue
        fit = np.flatnonzero(passable(writer.ids, checked))
        if len(fit) == 0:
            retreats += 1
            checked = max(first, checked - STRETCH * (retreats // 2))
            writer.resume(range(len(drafts)), checked, retreats)
            continue
        checked = writer.column
        if len(fit) < len(drafts) and writer.column < last:
            parents = np.arange(len(drafts))
            lost = np.setdiff1d(parents, fit)
            parents[lost] = np.resize(fit, len(lost))
            writer.resume(parents.tolist(), writer.column, retreats)
    return writer.ids


class _Writer:
    """A batch of levels being written."""

    def __init__(
        self,
        decoder: Decoder,
        drafts: Sequence[Draft],
        guided: bool,
        ruled: bool,
        before: npt.NDArray[np.integer],
        after: npt.NDArray[np.integer],
    ) -> None:
        self._decoder, self._guided, self._ruled = decoder, guided, ruled
        self._drafts = drafts
        self._targets = [draft.targets for draft in drafts]
        self._grid = np.full((len(drafts), drafts[0].columns + 2, HEIGHT), _SKY, dtype=np.int64)  # after two of sky
        self._grid[:, 2 : len(before) + 2] = before
        self._first, self.end = len(before), drafts[0].columns - len(after)
        self._grid[:, self.end + 2 :] = after
        self._joins = joins(after) if len(after) else None
        # Half a pipe in the last column may be in the way of what it joins.
        wants_room = self._joins is not None and not self._joins[:, _GROUND].all()
        self._pipes_end = self.end - 1 if wants_room else self.end
        gap_follows = len(after) > 0 and not IS_SOLID[after[0, :FOOTING_ROWS]].any()
        self._grounded = [self.end - 1] if gap_follows else []  # or it would get wider
        told: list[Conditions] = []
        self._begin(len(before), 0, told)
        if told:
            decoder.begin(self.ids, np.stack(told, axis=1))

    @property
    def ids(self) -> Tiles:
        """What there is, (batch, columns so far, 14); the whole levels once all is written."""
        return self._grid[:, 2:] if self.column == self.end else self._grid[:, 2 : self.column + 2]

    def _conditions(self) -> Conditions:
        return np.stack([countdown.conditions() for countdown in self._countdowns])

    def _begin(self, columns: int, retreats: int, told: list[Conditions] | None = None) -> None:
        """Count the columns that there are, and draw the chance for all; `told` gets what the model is told at each."""
        self._countdowns = [Countdown(targets) for targets in self._targets]
        self._guidance = Guidance(self._countdowns, self._guided, self._grounded)
        for column in range(columns):
            if told is not None:
                told.append(self._conditions())
            self._guidance.finish_column(self._grid[:, column + 2])
        self.column = columns
        if columns == self._first or retreats:
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
        column = self.column
        self._decoder.start_column(self._conditions())
        is_last = column == self.end - 1
        no_pipe = np.full(len(self._grid), column >= self._pipes_end - 1)
        rules = ColumnRules(self._grid[:, column + 1], self._grid[:, column], no_pipe)
        self._guidance.start_column()
        for row in range(HEIGHT):
            allowed = rules.allowed()
            if not self._ruled:
                allowed = np.ones_like(allowed)
            if is_last and self._joins is not None:
                joining = allowed & self._joins[row]
                allowed = np.where(joining.any(1, keepdims=True), joining, allowed)
            allowed = self._guidance.within(allowed, row)
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
