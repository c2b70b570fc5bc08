"""What the sampler and the networks agree on: levels to write as drafts, and decoders that answer with logits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.model.conditioning import Conditions, Target

Logits = npt.NDArray[np.float32]
"""Shape (batch, 13)."""

Tiles = npt.NDArray[np.int64]
"""Tile ids of any shape; columns are (..., 14), the bottom tile first."""


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

    @property
    def seed_numbers(self) -> tuple[int, ...]:
        """The seed as a tuple, to be extended for each use of its own."""
        return self.seed if isinstance(self.seed, tuple) else (self.seed,)


class Decoder(Protocol):
    """A network writing a batch of levels, column by column, each column from the bottom up.

    For every column: `start_column` once, then 14 times `logits` and `push`.
    """

    def begin(self, tiles: Tiles, conditions: Conditions) -> None:
        """Start after existing columns: tiles (batch, columns, 14), conditions (batch, columns, 13)."""

    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column; conditions are (batch, 13)."""

    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""

    def push(self, tiles: Tiles) -> None:
        """Take the tiles chosen, (batch,)."""

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Continue from the first `columns` columns of the levels `parents`, one for each of the batch."""
