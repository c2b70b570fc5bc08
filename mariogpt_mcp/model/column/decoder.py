"""The column model as a `Decoder`: with KV caches, and without them for comparison."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.model.column.network import BELOW_FIRST, LEFT_COLUMNS, ColumnGPT2, inference_gpt2
from mariogpt_mcp.model.conditioning import Conditions
from mariogpt_mcp.model.decoding import Logits, Tiles


def visible_columns(columns: int, context: int) -> int:
    """How many of the `columns` columns written so far the model sees while it writes the next one.

    `context` is in columns. The context fills up, then starts again from its last half. Until then all positions stay
    the same, so the KV cache remains exact.
    """
    half = context // 2
    return columns if columns < context else half + (columns - context) % (context - half)


class _WrittenColumns:
    """The columns written so far and their conditions. B is the batch, H the 14 rows."""

    def __init__(self, network: ColumnGPT2, batch: int) -> None:
        self._network = network
        self._device = network.head.weight.device
        self._columns: list[Tensor] = []  # (B, H) each
        self._conditions: list[Tensor] = []  # (B, 13) each, one for the column being written too
        self._tiles: list[Tensor] = []  # (B,) each, of the column being written
        self._sky = torch.full((batch, HEIGHT), tile("-").id, device=self._device)

    def begin(self, tiles: Tiles, conditions: Conditions) -> None:
        """Start after existing columns: tiles (batch, columns, 14), conditions (batch, columns, 13)."""
        self._columns = list(torch.from_numpy(tiles.copy()).to(self._device).unbind(1))
        self._conditions = list(torch.from_numpy(conditions).to(self._device).unbind(1))

    def push(self, tiles: Tiles) -> None:
        """Append the chosen tiles, (batch,)."""
        self._tiles.append(torch.from_numpy(tiles).to(self._device))
        if len(self._tiles) == HEIGHT:
            self._columns.append(torch.stack(self._tiles, dim=1))

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Cut the levels to their first `columns` columns; level i becomes a copy of level `parents[i]`."""
        rows = torch.tensor(parents, device=self._device)
        self._columns = [column[rows] for column in self._columns[:columns]]
        self._conditions = [column[rows] for column in self._conditions[:columns]]

    def _start_column(self, conditions: Conditions) -> None:
        self._tiles = []
        self._conditions.append(torch.from_numpy(conditions).to(self._device))

    def _column_before(self, column: int) -> Tensor:
        """The column to the left of column number `column`, (B, H); sky to the left of the first."""
        return self._columns[column - 1] if column else self._sky

    def _columns_before(self, column: int) -> Tensor:
        """The columns to the left of column number `column`, the nearest first, (B, LEFT_COLUMNS, H)."""
        return torch.stack([self._column_before(max(column - i, 0)) for i in range(LEFT_COLUMNS)], dim=1)

    def _first_visible(self) -> int:
        """The index of the first visible column."""
        written = len(self._columns)
        return written - visible_columns(written, self._network.config.context)

    def _window(self) -> tuple[Tensor, Tensor, bool]:
        """The inputs of the outer GPT-2 for the visible columns and the next one, T columns in total.

        Returns:
            The column before each, (B, T, H), the conditions of each, (B, T, 13), and whether the first column of the
            level is visible.
        """
        first = self._first_visible()
        before = torch.stack([self._column_before(c) for c in range(first, len(self._columns) + 1)], dim=1)
        return before, torch.stack(self._conditions[first:], dim=1), first == 0


class CachedDecoder(_WrittenColumns):
    """The network with KV caches: one step of the outer GPT-2 for each column, one of the inner for each tile."""

    def __init__(self, network: ColumnGPT2, batch: int) -> None:
        """Start `batch` empty levels."""
        super().__init__(network, batch)
        self._outer, self._inner = inference_gpt2(network.outer), inference_gpt2(network.inner)
        self._outer_cache, self._inner_cache = self._outer.cache(batch), self._inner.cache(batch)
        self._below_first = torch.full((batch,), BELOW_FIRST, device=self._device)

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Cut the levels to their first `columns` columns; level i becomes a copy of level `parents[i]`."""
        if columns == len(self._columns):
            self._outer_cache.select(parents)
        else:
            self._outer_cache.truncate(0)
        super().resume(parents, columns)

    @torch.inference_mode()
    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column; conditions are (batch, 13)."""
        self._start_column(conditions)
        column, here = len(self._columns), self._conditions[-1]
        if visible_columns(column, self._network.config.context) == self._outer_cache.length:
            before = self._column_before(column)[:, None]
            inputs = self._network.outer_inputs(before, here[:, None], fresh=column == 0)
        else:
            self._outer_cache.truncate(0)
            inputs = self._network.outer_inputs(*self._window())
        state = self._outer.extend(self._outer_cache, inputs)[:, -1]
        self._column_input = self._network.inner_column_input(state, here)  # (B, W)
        self._direct_logits = self._network.direct_logits(here)  # (B, H, V)
        self._left_inputs = self._network.left_inputs(self._columns_before(column))  # (B, H, W)
        self._inner_cache.truncate(0)

    @torch.inference_mode()
    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""
        row = len(self._tiles)
        below = self._tiles[-1] if row else self._below_first
        inputs = self._column_input + self._network.below_in(below) + self._left_inputs[:, row]
        states = self._inner.extend(self._inner_cache, inputs[:, None])[:, 0]
        logits: Logits = (self._network.head(states) + self._direct_logits[:, row]).float().cpu().numpy()
        return logits


class UncachedDecoder(_WrittenColumns):
    """The same network without a cache: `transformers` computes the whole window for every tile.

    Tests and the benchmark compare the cached decoder with it.
    """

    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column; conditions are (batch, 13)."""
        self._start_column(conditions)

    @torch.inference_mode()
    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""
        before, conditions, fresh = self._window()
        row = len(self._tiles)
        unfinished = torch.stack([*self._tiles, *[self._sky[:, 0]] * (HEIGHT - row)], dim=1)
        ids = torch.cat([before[:, 1:], unfinished[:, None]], dim=1)
        left = self._columns_before(self._first_visible()).flip(1)
        logits: Logits = self._network(ids, left, conditions, fresh)[:, -1, row].float().cpu().numpy()
        return logits
