"""The bundled network: a GPT-2 over columns around a GPT-2 over the 14 tiles of a column.

A flat GPT-2 reads a level as one string of tiles (MarioGPT, section 3.1). Here the outer GPT-2 takes one step
a column: its input is the sum of the 14 (row, tile) embeddings of the column before and of the condition of
the column to come. The inner GPT-2 writes that column from the bottom up: its input at each row is the outer
state, the condition once more, the tile below and the tiles to the left. Both are `transformers.GPT2Model`, fed by
`inputs_embeds`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import GPT2Config, GPT2Model

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.conditioning import CONDITION_NAMES, CONDITION_SIZES

LEANING = ("pipes_left", "enemies_left", "elevation", "gap")
"""Conditions with a say of their own on the tiles of a row: each rules some out, such as pipes when none are left.

That nothing rises high in a level that is to stay low is a matter of single tiles in ten thousand, which what goes
through the layers learns slowly.
"""

LEANING_GAIN = 10.0
"""How much faster than the rest that say is learned."""

NEAR = 3
"""Columns to the left that the inner GPT-2 sees tile by tile: with its own they are four, enough to tell stairs."""

_LEANING = [CONDITION_NAMES.index(name) for name in LEANING]

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
        self.condition_near = nn.ModuleList(nn.Embedding(size, config.inner_width) for size in CONDITION_SIZES.values())
        outs = [nn.Embedding(CONDITION_SIZES[name], HEIGHT * vocabulary) for name in LEANING]
        self.condition_out = nn.ModuleList(outs)
        self.below_in = nn.Embedding(vocabulary + 1, config.inner_width)
        self.left_in = nn.ModuleList(nn.Embedding(vocabulary, config.inner_width) for _ in range(NEAR))
        self.above_left_in = nn.Embedding(vocabulary + 1, config.inner_width)
        self.head = nn.Linear(config.inner_width, vocabulary)
        for part in (
            self.column_in,
            *self.condition_in,
            *self.condition_near,
            self.below_in,
            *self.left_in,
            self.above_left_in,
        ):
            nn.init.normal_(part.weight, std=0.02)
        for part in outs:
            nn.init.zeros_(part.weight)

    def embed_columns(self, ids: Tensor) -> Tensor:
        """Columns (B, T, H) to outer inputs (B, T, D): the sum over rows of (row, tile) embeddings."""
        rows = torch.arange(HEIGHT, device=ids.device) * len(self.config.symbols)
        total: Tensor = self.column_in(ids + rows).sum(-2)
        return total

    def bridged(self, states: Tensor, conditions: Tensor) -> Tensor:
        """Outer states (..., D) and their columns' conditions (..., 13) to what the inner GPT-2 gets, (..., W)."""
        near: Tensor = self.bridge(states) + _embed(self.condition_near, conditions)
        return near

    def outer_inputs(self, left: Tensor, conditions: Tensor, fresh: bool) -> Tensor:
        """Inputs of the outer GPT-2 for columns whose left neighbours are `left` (B, T, H).

        With `fresh`, nothing stands to the left of the first one: it gets the start vector instead.
        """
        columns = self.embed_columns(left)
        if fresh:
            start = self.start.expand(columns.shape[0], 1, -1)
            columns = torch.cat([start, columns[:, 1:]], dim=1)
        return columns + _embed(self.condition_in, conditions)

    def leanings(self, conditions: Tensor) -> Tensor:
        """What conditions (..., 13) add to the logits of a column by themselves, (..., H, V)."""
        flat = _embed(self.condition_out, conditions[..., _LEANING])
        leanings: Tensor = LEANING_GAIN * flat.reshape(*flat.shape[:-1], HEIGHT, -1)
        return leanings

    def near(self, lefts: Tensor) -> Tensor:
        """The columns to the left, nearest first, (..., NEAR, H), to what each row sees of them, (..., H, W)."""
        edge = torch.full_like(lefts[..., 0, :1], len(self.config.symbols))
        total: Tensor = self.above_left_in(torch.cat([lefts[..., 0, 1:], edge], dim=-1))
        for i, table in enumerate(self.left_in):
            total = total + table(lefts[..., i, :])
        return total

    def forward(
        self, ids: Tensor, before: Tensor, conditions: Tensor, fresh: bool, seen: Tensor | None = None
    ) -> Tensor:
        """Logits of every tile given all before it, from whole columns: no cache.

        Args:
            ids: columns to predict, (B, T, H), T at most `context`.
            before: the columns before the first, left to right, (B, NEAR, H); sky where a level begins.
            conditions: (B, T, 13).
            fresh: whether the first column is a level's first.
            seen: the left neighbour of each column as the outer network is to see it, (B, T, H), where training
                corrupts it.

        Returns:
            (B, T, H, V).
        """
        b, t, h = ids.shape
        all_ids = torch.cat([before, ids], dim=1)
        lefts = torch.stack([all_ids[:, NEAR - i : NEAR - i + t] for i in range(1, NEAR + 1)], dim=2)
        inputs = self.outer_inputs(lefts[:, :, 0] if seen is None else seen, conditions, fresh)
        states = self.outer(inputs_embeds=inputs).last_hidden_state
        flat = ids.reshape(b * t, h)
        below = torch.cat([torch.full_like(flat[:, :1], BELOW_FIRST), flat[:, :-1]], dim=1)
        bridged = self.bridged(states, conditions).reshape(b * t, 1, -1)
        inputs = bridged + self.near(lefts).reshape(b * t, h, -1) + self.below_in(below)
        hidden = self.inner(inputs_embeds=inputs).last_hidden_state
        logits: Tensor = self.head(hidden).reshape(b, t, h, -1) + self.leanings(conditions)
        return logits


def _embed(tables: nn.ModuleList, conditions: Tensor) -> Tensor:
    """The sum of the embeddings of conditions (..., 13)."""
    total: Tensor = tables[0](conditions[..., 0])
    for i, table in enumerate(tables[1:], start=1):
        total = total + table(conditions[..., i])
    return total


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
            attn_pdrop=0.0,  # keeps the fused attention, which has no dropout on a CPU
            activation_function="gelu_pytorch_tanh",  # GPT-2's own, in one step
            use_cache=False,
            bos_token_id=0,
            eos_token_id=0,
        )
    )
