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

_SKY = tile("-").id


Logits = npt.NDArray[np.float32]
Tiles = npt.NDArray[np.int64]


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
    progress: Callable[[int, int], None] | None = None,
    stop: StopFlag | None = None,
) -> Tiles:
    """Write a batch of levels of one width.

    Args:
        start: makes a decoder for a batch of that many.
        drafts: one for each level; all equally wide.
        temperature: divides the logits; 1 is the model's own distribution.
        top_k: only the k likeliest tiles stay in.
        guided: keep to the targets (`guidance`); without it only the structure rules narrow what is chosen.
        progress: called with (columns written, columns) after each column.
        stop: checked before each column.

    Returns:
        Ids of shape (batch, columns, 14).

    Raises:
        Stopped: the flag was set.
    """
    columns = drafts[0].columns
    if any(draft.columns != columns for draft in drafts):
        raise ValueError("the drafts of a batch are equally wide")
    decoder = start(len(drafts))
    countdowns = [Countdown(draft.targets) for draft in drafts]
    guidance = Guidance(countdowns, guided)
    chance = np.stack([np.random.default_rng(draft.seed).random((columns, HEIGHT)) for draft in drafts])
    ids = np.full((len(drafts), columns + 2, HEIGHT), _SKY, dtype=np.int64)  # two columns of sky before it
    for column in range(columns):
        if stop is not None and stop.is_set():
            raise Stopped
        decoder.start_column(np.stack([countdown.conditions() for countdown in countdowns]))
        last = np.full(len(drafts), column == columns - 1)
        rules = ColumnRules(ids[:, column + 1], ids[:, column], last)
        guidance.start_column()
        for row in range(HEIGHT):
            allowed = guidance.within(rules.allowed(), row)
            tiles = choose(decoder.logits() + guidance.bias(row), allowed, chance[:, column, row], temperature, top_k)
            decoder.push(tiles)
            rules.place(tiles)
            guidance.place(tiles, row)
            ids[:, column + 2, row] = tiles
        guidance.finish_column(ids[:, column + 2])
        if progress is not None:
            progress(column + 1, columns)
    return ids[:, 2:]


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
