"""One GPT-2, stepped position by position with a preallocated KV cache.

`transformers` spends about 1.5 ms a call on a network this small, nearly all of it overhead. This reads the
weights of a `GPT2Model` and does the same arithmetic in plain tensor calls; the tests hold both against each
other.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import GPT2Model


class CachedGPT2:
    """A `GPT2Model` in evaluation mode, for one batch; D is its width."""

    def __init__(self, model: GPT2Model, batch: int) -> None:
        """Allocate the cache for `batch` sequences of at most the model's positions."""
        config = model.config
        self._width, self._heads = config.n_embd, config.n_head
        self._eps = config.layer_norm_epsilon
        self._positions = model.wpe.weight
        self._final = (model.ln_f.weight, model.ln_f.bias)
        names = ("ln_1", "attn.c_attn", "attn.c_proj", "ln_2", "mlp.c_fc", "mlp.c_proj")
        parts = [[block.get_submodule(name) for name in names] for block in model.h]
        self._blocks: list[list[tuple[Tensor, Tensor]]] = [
            [(part.get_parameter("weight"), part.get_parameter("bias")) for part in block] for block in parts
        ]
        shape = (batch, self._heads, config.n_positions, self._width // self._heads)
        weight = self._positions
        self._keys = [weight.new_empty(shape) for _ in self._blocks]
        self._values = [weight.new_empty(shape) for _ in self._blocks]
        self.length = 0

    def reset(self) -> None:
        """Forget everything."""
        self.length = 0

    def take(self, rows: Tensor) -> None:
        """Let the batch go on from these of its sequences."""
        self._keys = [keys[rows] for keys in self._keys]
        self._values = [values[rows] for values in self._values]

    def extend(self, inputs: Tensor) -> Tensor:
        """Append inputs (B, T, D) and return their final states (B, T, D).

        More than one input at a time only onto an empty cache.
        """
        b, t, d = inputs.shape
        start, end = self.length, self.length + t
        assert start == 0 or t == 1, "several inputs at once only onto an empty cache"
        x = (inputs + self._positions[start:end]).reshape(b * t, d)
        for i, (norm_1, attention, projection, norm_2, widen, narrow) in enumerate(self._blocks):
            h = F.layer_norm(x, (d,), *norm_1, self._eps)
            mixed = torch.addmm(attention[1], h, attention[0]).view(b, t, 3, self._heads, -1)
            query, key, value = mixed.permute(2, 0, 3, 1, 4)  # (B, heads, T, D / heads) each
            self._keys[i][:, :, start:end] = key
            self._values[i][:, :, start:end] = value
            heads = F.scaled_dot_product_attention(
                query, self._keys[i][:, :, :end], self._values[i][:, :, :end], is_causal=t > 1
            )
            x = x + torch.addmm(projection[1], heads.transpose(1, 2).reshape(b * t, d), projection[0])
            h = F.layer_norm(x, (d,), *norm_2, self._eps)
            h = F.gelu(torch.addmm(widen[1], h, widen[0]), approximate="tanh")
            x = x + torch.addmm(narrow[1], h, narrow[0])
        self.length = end
        return F.layer_norm(x, (d,), *self._final, self._eps).view(b, t, d)
