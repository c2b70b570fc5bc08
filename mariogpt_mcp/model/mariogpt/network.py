"""MarioGPT's network: a GPT-2 with cross-attention to one prompt vector, for inference with a KV cache.

It computes what a `GPT2LMHeadModel` computes, but leaves out two computations that cannot change the result. Attention
to a single prompt vector always has the weight 1, so the cross-attention of a layer adds a vector that is computed once
for each prompt. If several tokens are appended at once, the last layer is computed only for the last token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from mariogpt_mcp.model.gpt2 import GPT2, GPT2Shape, read_gpt2
from mariogpt_mcp.model.kv_cache import KVCache
from mariogpt_mcp.model.mariogpt.linear import PackedLinear

_EMBEDDINGS = ("wte.weight", "lm_head.weight")


@dataclass(frozen=True, slots=True)
class Layout:
    """How the weights are stored: the device, the precision of the linear layers, and whether to pack these."""

    device: str = "cpu"
    precision: torch.dtype = torch.float32
    pack: bool = True


@dataclass(frozen=True, slots=True)
class CrossAttention:
    """The part of a layer's cross-attention that matters for a single prompt vector: the values, then the output.

    Weights are (D, D), biases (D,).
    """

    value_weight: Tensor
    value_bias: Tensor
    output_weight: Tensor
    output_bias: Tensor

    def __call__(self, prompts: Tensor) -> Tensor:
        """The vectors that prompt vectors (B, D) add to the states of their sequences, (B, D)."""
        return (prompts @ self.value_weight + self.value_bias) @ self.output_weight + self.output_bias


class MarioGPTNetwork:
    """The weights, ready for inference. B is the batch, T tokens, D the width."""

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        shape: GPT2Shape,
        *,
        vocabulary: int | None = None,
        layout: Layout = Layout(),
    ) -> None:
        """Copy the tensors of a `GPT2LMHeadModel`.

        Args:
            weights: tensors by their names, with or without the prefix `transformer.`.
            shape: the shape of the GPT-2.
            vocabulary: how many of the first entries of the vocabulary to keep; `None` keeps all.
            layout: how the copies are stored.

        Raises:
            KeyError: a tensor is missing.
        """
        named = {name.removeprefix("transformer."): tensor for name, tensor in weights.items()}

        def read(name: str) -> Tensor:
            # Without a copy, one small tensor would keep the whole file in memory.
            return named[name].to(layout.device, torch.float32, copy=True)

        def read_entries(name: str) -> Tensor:
            return named[name][:vocabulary].to(layout.device, torch.float32, copy=True)

        def linear(weight: Tensor, bias: Tensor, gelu: bool) -> PackedLinear:
            # GPT-2 stores weights as (inputs, outputs).
            return PackedLinear(weight.t(), bias, layout.precision, gelu, layout.pack)

        self.shape, self.device = shape, layout.device
        self._gpt2: GPT2 = read_gpt2(shape, read, linear)
        self._embedding = read_entries("wte.weight")
        self.head = read_entries("lm_head.weight" if "lm_head.weight" in named else "wte.weight")
        """Weights of the logits, (vocabulary, D)."""
        self._cross = [_cross_attention(read, f"h.{i}.crossattention", shape.width) for i in range(shape.layers)]
        self.parameters = self._embedding.numel() + sum(
            t.numel() for name, t in named.items() if name not in _EMBEDDINGS
        )
        """How many parameters are in use."""

    @torch.inference_mode()
    def cache(self, prompts: Tensor, positions: int) -> KVCache:
        """An empty cache with a sequence of up to `positions` tokens for each prompt vector; `prompts` is (B, D)."""
        prompts = prompts.to(self.device)
        shifts = torch.stack([cross_attention(prompts) for cross_attention in self._cross])
        return self._gpt2.cache(len(prompts), shifts, positions)

    @torch.inference_mode()
    def extend(self, cache: KVCache, tokens: Tensor) -> Tensor:
        """Append tokens (B, T) to the sequences of a cache, and return the final state of the last one, (B, D).

        Several tokens at once can only be appended to an empty cache.
        """
        inputs, length = self._embedding[tokens.to(self.device)], tokens.shape[1]
        if length == 1:
            return self._gpt2.extend(cache, inputs)[:, 0]
        # With many positions, a single sequence keeps the processor busy, and takes a fraction of the batch's memory.
        states = [
            self._gpt2.extend(cache.sequence(i), inputs[i : i + 1], last_only=True)[:, 0] for i in range(len(inputs))
        ]
        cache.length = length
        return torch.cat(states)


def _cross_attention(read: Callable[[str], Tensor], name: str, width: int) -> CrossAttention:
    weight, bias = read(f"{name}.c_attn.weight"), read(f"{name}.c_attn.bias")
    # The keys come first, then the values. The values are copied, because a view would keep the keys in memory.
    values = weight[:, width:].clone(), bias[width:].clone()
    return CrossAttention(*values, read(f"{name}.c_proj.weight"), read(f"{name}.c_proj.bias"))
