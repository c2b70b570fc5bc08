"""The interface between the sampler and the networks: drafts of levels to write, and decoders that return logits."""

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
    """One level to write: the targets of its windows, from left to right, and the seed of its random numbers.

    `prompt` is for a model that reads text.
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
        """The seed as a tuple; append a number to it to get another stream of random numbers."""
        return self.seed if isinstance(self.seed, tuple) else (self.seed,)


class Decoder(Protocol):
    """A network that writes a batch of levels column by column, each column from the bottom up.

    For each column, call `start_column` once, then `logits` and `push` 14 times.
    """

    def begin(self, tiles: Tiles, conditions: Conditions) -> None:
        """Start after existing columns: tiles (batch, columns, 14), conditions (batch, columns, 13)."""

    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column; conditions are (batch, 13)."""

    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""

    def push(self, tiles: Tiles) -> None:
        """Append the chosen tiles, (batch,)."""

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Cut the levels to their first `columns` columns; level i becomes a copy of level `parents[i]`."""
