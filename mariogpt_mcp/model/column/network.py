"""The bundled network: a GPT-2 over columns around a GPT-2 over the 14 tiles of a column.

MarioGPT's GPT-2 reads a level as one string of tiles (section 3.1 of the paper). Here the outer GPT-2 takes one step
for each column. Its input is the sum of the 14 (row, tile) embeddings of the column before and the embeddings of the
conditions of the column to write. The inner GPT-2 writes that column from the bottom up. Its input for each row is the
sum of the outer state, the conditions again, the tile below and the tiles to the left. Both are
`transformers.GPT2Model`, with `inputs_embeds`.

The names of the submodules are those of the weights in checkpoints.
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
from mariogpt_mcp.model.gpt2 import GPT2, GPT2Shape, read_gpt2

DIRECT_CONDITIONS = ("pipes_left", "enemies_left", "elevation", "gap")
"""Conditions that also add to the logits directly, by row. Each excludes some tiles, such as pipes when none are left.

The layers learn such rules slowly: only a few tiles in ten thousand show that a low level has no high ground.
"""

DIRECT_GAIN = 10.0
"""Factor of the direct logits: they are learned this much faster than the rest of the network."""

LEFT_COLUMNS = 3
"""Columns to the left whose tiles the inner GPT-2 sees: four with its own column, enough to recognise stairs."""

BELOW_FIRST = len(SYMBOLS)
"""Id of the "tile" below the lowest row; it has a separate embedding."""

_DIRECT_INDICES = [CONDITION_NAMES.index(name) for name in DIRECT_CONDITIONS]


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """The shape of the network, saved in `config.json`; `context` is in columns."""

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
        """The fields, for a JSON file."""
        return asdict(self)


class ColumnGPT2(nn.Module):
    """The two-level network.

    In the shapes, B is the batch, T columns, H the 14 rows, V the 13 tiles, D the outer width and W the inner width.
    """

    def __init__(self, config: NetworkConfig) -> None:
        """Make the network with fresh weights."""
        super().__init__()
        self.config = config
        self.outer = _gpt2(config.outer_width, config.outer_layers, config.outer_heads, config.context, config)
        self.inner = _gpt2(config.inner_width, config.inner_layers, config.inner_heads, HEIGHT, config)
        vocabulary = len(config.symbols)
        self.column_in = nn.Embedding(HEIGHT * vocabulary, config.outer_width)
        self.start = nn.Parameter(torch.zeros(config.outer_width))  # (D,)
        self.condition_in = nn.ModuleList(nn.Embedding(size, config.outer_width) for size in CONDITION_SIZES.values())
        self.bridge = nn.Linear(config.outer_width, config.inner_width)
        self.condition_near = nn.ModuleList(nn.Embedding(size, config.inner_width) for size in CONDITION_SIZES.values())
        direct = [nn.Embedding(CONDITION_SIZES[name], HEIGHT * vocabulary) for name in DIRECT_CONDITIONS]
        self.condition_out = nn.ModuleList(direct)
        self.below_in = nn.Embedding(vocabulary + 1, config.inner_width)
        self.left_in = nn.ModuleList(nn.Embedding(vocabulary, config.inner_width) for _ in range(LEFT_COLUMNS))
        self.above_left_in = nn.Embedding(vocabulary + 1, config.inner_width)
        self.head = nn.Linear(config.inner_width, vocabulary)
        for embedding in (
            self.column_in,
            *self.condition_in,
            *self.condition_near,
            self.below_in,
            *self.left_in,
            self.above_left_in,
        ):
            nn.init.normal_(embedding.weight, std=0.02)  # as in GPT-2
        for embedding in direct:
            nn.init.zeros_(embedding.weight)

    def embed_columns(self, ids: Tensor) -> Tensor:
        """The sum of the (row, tile) embeddings of each column: (B, T, H) to (B, T, D)."""
        rows = torch.arange(HEIGHT, device=ids.device) * len(self.config.symbols)
        total: Tensor = self.column_in(ids + rows).sum(-2)
        return total

    def outer_inputs(self, before: Tensor, conditions: Tensor, fresh: bool) -> Tensor:
        """Inputs of the outer GPT-2 for T columns, (B, T, D).

        Args:
            before: the column before each, (B, T, H).
            conditions: the conditions of each, (B, T, 13).
            fresh: whether the first of the T columns is the first of its level; if so, it gets the start vector.
        """
        columns = self.embed_columns(before)
        if fresh:
            start = self.start.expand(columns.shape[0], 1, -1)
            columns = torch.cat([start, columns[:, 1:]], dim=1)
        return columns + _sum_embeddings(self.condition_in, conditions)

    def inner_column_input(self, states: Tensor, conditions: Tensor) -> Tensor:
        """The part of the inner GPT-2's input that all rows of a column share, (..., W).

        Args:
            states: the states of the outer GPT-2, (..., D).
            conditions: (..., 13).
        """
        total: Tensor = self.bridge(states) + _sum_embeddings(self.condition_near, conditions)
        return total

    def left_inputs(self, left: Tensor) -> Tensor:
        """The part of the inner GPT-2's input that comes from the columns to the left, (..., H, W).

        `left` has the nearest column first, (..., LEFT_COLUMNS, H). A row sees the tiles of the same row, and in the
        nearest column also the tile above.
        """
        top = torch.full_like(left[..., 0, :1], len(self.config.symbols))
        total: Tensor = self.above_left_in(torch.cat([left[..., 0, 1:], top], dim=-1))
        for i, embedding in enumerate(self.left_in):
            total = total + embedding(left[..., i, :])
        return total

    def direct_logits(self, conditions: Tensor) -> Tensor:
        """What conditions (..., 13) add to the logits of a column directly, (..., H, V)."""
        flat = _sum_embeddings(self.condition_out, conditions[..., _DIRECT_INDICES])
        logits: Tensor = DIRECT_GAIN * flat.reshape(*flat.shape[:-1], HEIGHT, -1)
        return logits

    def forward(
        self, ids: Tensor, before: Tensor, conditions: Tensor, fresh: bool, seen: Tensor | None = None
    ) -> Tensor:
        """Logits of every tile given all tiles before it, without a cache.

        Args:
            ids: columns to predict, (B, T, H); T is at most `context`.
            before: the columns before the first, left to right, (B, LEFT_COLUMNS, H); sky before the start of a level.
            conditions: (B, T, 13).
            fresh: whether the first column is the first of its level.
            seen: the column before each as the outer GPT-2 receives it, (B, T, H), for training, which corrupts it;
                `None` takes the real one.

        Returns:
            Logits, (B, T, H, V).
        """
        b, t, h = ids.shape
        all_ids = torch.cat([before, ids], dim=1)
        left = torch.stack(
            [all_ids[:, LEFT_COLUMNS - i : LEFT_COLUMNS - i + t] for i in range(1, LEFT_COLUMNS + 1)], dim=2
        )
        inputs = self.outer_inputs(left[:, :, 0] if seen is None else seen, conditions, fresh)
        states = self.outer(inputs_embeds=inputs).last_hidden_state
        flat = ids.reshape(b * t, h)
        below = torch.cat([torch.full_like(flat[:, :1], BELOW_FIRST), flat[:, :-1]], dim=1)
        column_input = self.inner_column_input(states, conditions).reshape(b * t, 1, -1)
        inputs = column_input + self.left_inputs(left).reshape(b * t, h, -1) + self.below_in(below)
        hidden = self.inner(inputs_embeds=inputs).last_hidden_state
        logits: Tensor = self.head(hidden).reshape(b, t, h, -1) + self.direct_logits(conditions)
        return logits


def inference_gpt2(model: GPT2Model) -> GPT2:
    """The weights of one of the two GPT-2s for cached inference; they are shared, not copied."""
    c = model.config
    shape = GPT2Shape(c.n_layer, c.n_embd, c.n_head, c.n_positions, c.layer_norm_epsilon)
    return read_gpt2(shape, model.get_parameter)


def _sum_embeddings(embeddings: nn.ModuleList, conditions: Tensor) -> Tensor:
    """The sum of one embedding for each condition: (..., conditions) to (..., width)."""
    total: Tensor = embeddings[0](conditions[..., 0])
    for i, embedding in enumerate(embeddings[1:], start=1):
        total = total + embedding(conditions[..., i])
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
            activation_function="gelu_pytorch_tanh",  # GPT-2's, computed in one operation
            use_cache=False,
            bos_token_id=0,
            eos_token_id=0,
        )
    )
