"""The KV cache of a GPT-2: the keys and values of all positions so far, so that a step computes only the new ones."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    """Keys and values of a batch of sequences of equal length."""

    __slots__ = ("keys", "length", "shifts", "values")

    def __init__(self, keys: list[Tensor], values: list[Tensor], shifts: Tensor | None = None) -> None:
        """Start empty.

        Args:
            keys: memory for the keys of each layer, (B, heads, positions, D / heads) each.
            values: memory for the values of each layer, of the same shape.
            shifts: vectors that are added to the states of the sequences after the attention of each layer,
                (layers, B, D).
        """
        self.keys, self.values, self.shifts = keys, values, shifts
        self.length = 0

    def truncate(self, length: int) -> None:
        """Remove all positions after the first `length`."""
        self.length = min(self.length, length)

    def select(self, rows: Sequence[int]) -> None:
        """Keep the sequences with these indices, in this order; an index may occur more than once."""
        index = torch.tensor(rows, device=self.keys[0].device)
        self.keys = [keys[index] for keys in self.keys]
        self.values = [values[index] for values in self.values]
        if self.shifts is not None:
            self.shifts = self.shifts[:, index]

    def sequence(self, row: int) -> KVCache:
        """An empty cache of the single sequence with index `row`; it shares its memory with this one."""
        part = slice(row, row + 1)
        shifts = None if self.shifts is None else self.shifts[:, part]
        return KVCache([keys[part] for keys in self.keys], [values[part] for values in self.values], shifts)
