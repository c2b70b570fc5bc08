"""The bundled network as a `Decoder`, with KV caches and without."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.model.column.kv_cache import CachedGPT2
from mariogpt_mcp.model.column.network import BELOW_FIRST, NEAR, ColumnGPT2
from mariogpt_mcp.model.conditioning import Conditions
from mariogpt_mcp.model.sampler import Logits, Tiles


def kept_columns(columns: int, context: int) -> int:
    """How many of `columns` columns before the next one the model still sees.

    The context fills up, then starts again from its last half, so that a cache stays exact: positions never
    shift under it.
    """
    half = context // 2
    return columns if columns < context else half + (columns - context) % (context - half)


class _Columns:
    """The columns written so far, with their conditions and what stands to their left."""

    def __init__(self, network: ColumnGPT2, batch: int) -> None:
        self._network = network
        self._device = network.head.weight.device
        self._batch = batch
        self._written: list[Tensor] = []  # (B, H) each
        self._conditions: list[Tensor] = []  # (B, 13) each
        self._tiles: list[Tensor] = []  # (B,) each, of the column being written
        self._sky = torch.full((batch, HEIGHT), tile("-").id, device=self._device)

    def begin(self, tiles: Tiles, conditions: Conditions) -> None:
        """Start after columns that are there already: tiles (batch, columns, 14), conditions (batch, columns, 13)."""
        there, told = torch.from_numpy(tiles.copy()), torch.from_numpy(conditions)
        self._written = list(there.to(self._device).unbind(1))
        self._conditions = list(told.to(self._device).unbind(1))

    def _left(self, column: int) -> Tensor:
        return self._written[column - 1] if column else self._sky

    def _near(self, column: int) -> Tensor:
        """The columns to the left of one, nearest first, (B, NEAR, H); sky where a level begins."""
        return torch.stack([self._left(max(column - i, 0)) for i in range(NEAR)], dim=1)

    def _begin(self, conditions: Conditions) -> None:
        self._tiles = []
        self._conditions.append(torch.from_numpy(conditions).to(self._device))

    def _first(self) -> int:
        """The first column in view."""
        now = len(self._written)
        return now - kept_columns(now, self._network.config.context)

    def _window(self) -> tuple[Tensor, Tensor, bool]:
        """Left neighbours (B, T, H), conditions (B, T, 13) of the columns in view, and if the first is in it."""
        first = self._first()
        left = torch.stack([self._left(c) for c in range(first, len(self._written) + 1)], dim=1)
        return left, torch.stack(self._conditions[first:], dim=1), first == 0

    def push(self, tiles: Tiles) -> None:
        self._tiles.append(torch.from_numpy(tiles).to(self._device))
        if len(self._tiles) == HEIGHT:
            self._written.append(torch.stack(self._tiles, dim=1))

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Go on from the first `columns` columns of the levels `parents`, one for each of the batch."""
        rows = torch.tensor(parents, device=self._device)
        self._written = [column[rows] for column in self._written[:columns]]
        self._conditions = [column[rows] for column in self._conditions[:columns]]


class CachedDecoder(_Columns):
    """The bundled network with KV caches: one outer step a column, one inner step a tile."""

    def __init__(self, network: ColumnGPT2, batch: int) -> None:
        """Start `batch` empty levels."""
        super().__init__(network, batch)
        self._outer = CachedGPT2(network.outer, batch)
        self._inner = CachedGPT2(network.inner, batch)
        self._below_first = torch.full((batch,), BELOW_FIRST, device=self._device)

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Go on from the first `columns` columns of the levels `parents`; what they have beyond is forgotten."""
        if columns == len(self._written):
            self._outer.take(torch.tensor(parents, device=self._device))
        else:
            self._outer.reset()
        super().resume(parents, columns)

    @torch.inference_mode()
    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column; conditions are (batch, 13)."""
        self._begin(conditions)
        now = len(self._written)
        if kept_columns(now, self._network.config.context) == self._outer.length:
            left, here = self._left(now)[:, None], self._conditions[-1][:, None]
            inputs = self._network.outer_inputs(left, here, fresh=now == 0)
        else:
            self._outer.reset()
            inputs = self._network.outer_inputs(*self._window())
        self._state = self._network.bridged(self._outer.extend(inputs)[:, -1], self._conditions[-1])
        self._leanings = self._network.leanings(self._conditions[-1])
        self._seen = self._network.near(self._near(now))
        self._inner.reset()

    @torch.inference_mode()
    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""
        row = len(self._tiles)
        below = self._tiles[-1] if row else self._below_first
        inputs = self._state + self._network.below_in(below) + self._seen[:, row]
        hidden = self._inner.extend(inputs[:, None])[:, 0]
        logits: Logits = (self._network.head(hidden) + self._leanings[:, row]).float().cpu().numpy()
        return logits


class UncachedDecoder(_Columns):
    """The same network without any cache: the whole window through `transformers` for every tile.

    What the cached decoder is held against, in the tests and in the benchmark.
    """

    def __init__(self, network: ColumnGPT2, batch: int) -> None:
        """Start `batch` empty levels."""
        super().__init__(network, batch)

    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column; conditions are (batch, 13)."""
        self._begin(conditions)

    @torch.inference_mode()
    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""
        left, conditions, fresh = self._window()
        row = len(self._tiles)
        now = torch.stack([*self._tiles, *[self._sky[:, 0]] * (HEIGHT - row)], dim=1)
        ids = torch.cat([left[:, 1:], now[:, None]], dim=1)
        before = self._near(self._first()).flip(1)
        logits: Logits = self._network(ids, before, conditions, fresh)[:, -1, row].float().cpu().numpy()
        return logits
