"""The inference step of GPT-2 with a KV cache, which both networks use.

`transformers` spends about 1.5 ms per call on networks this small, nearly all of it overhead. This module does the same
arithmetic in plain tensor calls (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, section
2.3); tests compare it with `transformers`. It embeds no tokens and computes no logits: it takes and returns vectors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from mariogpt_mcp.model.kv_cache import KVCache

Norm = tuple[Tensor, Tensor]
"""Weight and bias of a layer norm, (D,) each."""


@dataclass(frozen=True, slots=True)
class GPT2Shape:
    """The shape of a GPT-2. `width` is D, `positions` the longest sequence."""

    layers: int
    width: int
    heads: int
    positions: int
    epsilon: float = 1e-5


class Layer(Protocol):
    """A linear layer, and the activation after it if there is one."""

    def __call__(self, x: Tensor, /) -> Tensor:
        """Inputs (N, inputs) to outputs (N, outputs)."""


class Linear:
    """`x @ weight + bias` in torch's plain layout."""

    __slots__ = ("_bias", "_gelu", "_weight")

    def __init__(self, weight: Tensor, bias: Tensor, gelu: bool = False) -> None:
        """Take a weight as in GPT-2, (inputs, outputs), and a bias, (outputs,); `gelu` adds GPT-2's activation."""
        self._weight, self._bias, self._gelu = weight, bias, gelu

    def __call__(self, x: Tensor, /) -> Tensor:
        """Inputs (N, inputs) to outputs (N, outputs)."""
        y = torch.addmm(self._bias, x, self._weight)
        return F.gelu(y, approximate="tanh") if self._gelu else y


@dataclass(frozen=True, slots=True)
class Block:
    """The weights of one layer: attention, then a feed-forward network; `widen` includes its activation."""

    norm_1: Norm
    attention: Layer
    projection: Layer
    norm_2: Norm
    widen: Layer
    narrow: Layer


@dataclass(frozen=True, slots=True)
class GPT2:
    """The weights of a GPT-2 in evaluation mode; `position_embedding` is (positions, D)."""

    shape: GPT2Shape
    position_embedding: Tensor
    blocks: tuple[Block, ...]
    final_norm: Norm

    def cache(self, batch: int, shifts: Tensor | None = None, positions: int | None = None) -> KVCache:
        """An empty cache for a batch of B sequences.

        `shifts`, (layers, B, D), are added to the states after the attention of each layer. `positions` is the longest
        sequence that the cache has room for; the default is that of the shape.
        """
        shape = self.shape
        size = (batch, shape.heads, positions or shape.positions, shape.width // shape.heads)
        keys, values = ([self.position_embedding.new_empty(size) for _ in self.blocks] for _ in range(2))
        return KVCache(keys, values, shifts)

    def extend(self, cache: KVCache, inputs: Tensor, last_only: bool = False) -> Tensor:
        """Append inputs (B, T, D) to the sequences of a cache, and return their final states, (B, T, D).

        Several inputs at once can only be appended to an empty cache. With `last_only`, the result is only the state of
        the last input, (B, 1, D), and the last layer is not computed for the others.
        """
        b, t, d = inputs.shape
        start, end = cache.length, cache.length + t
        assert start == 0 or t == 1, "several inputs at once can only be appended to an empty cache"
        heads, epsilon = self.shape.heads, self.shape.epsilon
        x = (inputs + self.position_embedding[start:end]).reshape(b * t, d)
        for i, block in enumerate(self.blocks):
            h = torch.layer_norm(x, (d,), *block.norm_1, epsilon)
            mixed = block.attention(h).view(b, t, 3, heads, -1)
            query, key, value = mixed.permute(2, 0, 3, 1, 4)  # (B, heads, T, D / heads) each
            keys, values = cache.keys[i], cache.values[i]
            keys[:, :, start:end] = key
            values[:, :, start:end] = value
            if last_only and t > 1 and i == len(self.blocks) - 1:
                query, x, t = query[:, :, -1:], x.view(b, t, d)[:, -1], 1
            mixed = F.scaled_dot_product_attention(query, keys[:, :, :end], values[:, :, :end], is_causal=t > 1)
            x = x + block.projection(mixed.transpose(1, 2).reshape(b * t, d))
            if cache.shifts is not None:
                x = (x.view(b, t, d) + cache.shifts[i, :, None]).view(b * t, d)
            h = torch.layer_norm(x, (d,), *block.norm_2, epsilon)
            x = x + block.narrow(block.widen(h))
        cache.length = end
        return torch.layer_norm(x, (d,), *self.final_norm, epsilon).view(b, t, d)


def read_gpt2(
    shape: GPT2Shape, read: Callable[[str], Tensor], linear: Callable[[Tensor, Tensor, bool], Layer] = Linear
) -> GPT2:
    """Read a GPT-2 by the parameter names of transformers' `GPT2Model`.

    Args:
        shape: its shape.
        read: returns the tensor with a given name, such as `h.0.ln_1.weight`.
        linear: makes a layer from a weight (inputs, outputs), a bias (outputs,), and whether an activation follows.

    Raises:
        KeyError, AttributeError: `read` raises one of them if a tensor is missing.
    """

    def pair(name: str) -> tuple[Tensor, Tensor]:
        return read(f"{name}.weight"), read(f"{name}.bias")

    def block(name: str) -> Block:
        return Block(
            norm_1=pair(f"{name}.ln_1"),
            attention=linear(*pair(f"{name}.attn.c_attn"), False),
            projection=linear(*pair(f"{name}.attn.c_proj"), False),
            norm_2=pair(f"{name}.ln_2"),
            widen=linear(*pair(f"{name}.mlp.c_fc"), True),
            narrow=linear(*pair(f"{name}.mlp.c_proj"), False),
        )

    blocks = tuple(block(f"h.{i}") for i in range(shape.layers))
    return GPT2(shape, read("wpe.weight"), blocks, pair("ln_f"))
