"""The bundled network: a GPT-2 over columns around a GPT-2 over the 14 tiles of a column.

A flat GPT-2 reads a level as one string of tiles (MarioGPT, section 3.1). Here the outer GPT-2 takes one step
a column: its input is the sum of the 14 (row, tile) embeddings of the column before and of the condition of
the column to come. The inner GPT-2 writes that column from the bottom up: its input at each row is the outer
state, the tile below and the tile to the left. Both are `transformers.GPT2Model`, fed by `inputs_embeds`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import GPT2Config, GPT2Model

from mariogpt_mcp.level import HEIGHT
from mariogpt_mcp.model.conditions import CONDITION_SIZES
from mariogpt_mcp.tiles import SYMBOLS

BELOW_FIRST = len(SYMBOLS)
"""Id of the tile "below" the lowest row, an embedding of its own."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """Shape of the network; saved beside the weights. `context` is in columns."""

    context: int = 96
    outer_layers: int = 4
    outer_width: int = 192
    outer_heads: int = 6
    inner_layers: int = 2
    inner_width: int = 96
    inner_heads: int = 4
    dropout: float = 0.25
    symbols: str = SYMBOLS

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return asdict(self)


class ColumnGPT2(nn.Module):
    """The two-level network. B is the batch, T columns, H the 14 rows, V the 13 tiles."""

    def __init__(self, config: NetworkConfig) -> None:
        """Build it with fresh weights."""
        super().__init__()
        self.config = config
        self.outer = _gpt2(config.outer_width, config.outer_layers, config.outer_heads, config.context, config)
        self.inner = _gpt2(config.inner_width, config.inner_layers, config.inner_heads, HEIGHT, config)
        vocabulary = len(config.symbols)
        self.column_in = nn.Embedding(HEIGHT * vocabulary, config.outer_width)
        self.start = nn.Parameter(torch.zeros(config.outer_width))
        self.condition_in = nn.ModuleList(nn.Embedding(size, config.outer_width) for size in CONDITION_SIZES.values())
        self.bridge = nn.Linear(config.outer_width, config.inner_width)
        self.below_in = nn.Embedding(vocabulary + 1, config.inner_width)
        self.left_in = nn.Embedding(vocabulary, config.inner_width)
        self.head = nn.Linear(config.inner_width, vocabulary)
        for part in (self.column_in, *self.condition_in, self.below_in, self.left_in):
            nn.init.normal_(part.weight, std=0.02)

    def embed_columns(self, ids: Tensor) -> Tensor:
        """Columns (B, T, H) to outer inputs (B, T, D): the sum over rows of (row, tile) embeddings."""
        rows = torch.arange(HEIGHT, device=ids.device) * len(self.config.symbols)
        total: Tensor = self.column_in(ids + rows).sum(-2)
        return total

    def embed_conditions(self, conditions: Tensor) -> Tensor:
        """Conditions (B, T, 7) to (B, T, D)."""
        total: Tensor = self.condition_in[0](conditions[..., 0])
        for i, table in enumerate(self.condition_in[1:], start=1):
            total = total + table(conditions[..., i])
        return total

    def outer_inputs(self, left: Tensor, conditions: Tensor, fresh: bool) -> Tensor:
        """Inputs of the outer GPT-2 for columns whose left neighbours are `left` (B, T, H).

        With `fresh`, nothing stands to the left of the first one: it gets the start vector instead.
        """
        columns = self.embed_columns(left)
        if fresh:
            start = self.start.expand(columns.shape[0], 1, -1)
            columns = torch.cat([start, columns[:, 1:]], dim=1)
        return columns + self.embed_conditions(conditions)

    def inner_inputs(self, states: Tensor, below: Tensor, left: Tensor) -> Tensor:
        """Outer states (N, D) and the tiles below and left (N, R) to inner inputs (N, R, W)."""
        inputs: Tensor = self.bridge(states)[:, None] + self.below_in(below) + self.left_in(left)
        return inputs

    def forward(self, ids: Tensor, left: Tensor, conditions: Tensor, fresh: bool, seen: Tensor | None = None) -> Tensor:
        """Logits of every tile given all before it, from whole columns: no cache.

        Args:
            ids: columns to predict, (B, T, H), T at most `context`.
            left: the column to the left of each, (B, T, H); ids shifted by one column.
            conditions: (B, T, 7).
            fresh: whether the first column is a level's first.
            seen: `left` as the outer network is to see it, where training corrupts it.

        Returns:
            (B, T, H, V).
        """
        b, t, h = ids.shape
        inputs = self.outer_inputs(left if seen is None else seen, conditions, fresh)
        states = self.outer(inputs_embeds=inputs).last_hidden_state
        flat = ids.reshape(b * t, h)
        below = torch.cat([torch.full_like(flat[:, :1], BELOW_FIRST), flat[:, :-1]], dim=1)
        inputs = self.inner_inputs(states.reshape(b * t, -1), below, left.reshape(b * t, h))
        hidden = self.inner(inputs_embeds=inputs).last_hidden_state
        logits: Tensor = self.head(hidden).reshape(b, t, h, -1)
        return logits


def _gpt2(width: int, layers: int, heads: int, positions: int, config: NetworkConfig) -> GPT2Model:
    return GPT2Model(
        GPT2Config(
            vocab_size=1,
            n_positions=positions,
            n_embd=width,
            n_layer=layers,
            n_head=heads,
            resid_pdrop=config.dropout,
            embd_pdrop=config.dropout,
            attn_pdrop=config.dropout,
            use_cache=False,
            bos_token_id=0,
            eos_token_id=0,
        )
    )
