"""A flat GPT-2 with cross-attention to one prompt vector, stepped tile by tile with an exact KV cache.

It reads the weights of a `GPT2LMHeadModel` and does the same arithmetic, less what cannot change the result:
attention to a single prompt vector gives that vector whatever is asked of it, so the whole of the
cross-attention is one addition a layer, worked out once for a prompt; and of many positions taken at once only
the last one goes through the last layer to its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from mariogpt_mcp.model.mariogpt.linear import PackedLinear

_Norm = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class FlatConfig:
    """The shape of a flat GPT-2."""

    layers: int
    width: int
    heads: int
    positions: int
    epsilon: float = 1e-5


@dataclass(frozen=True, slots=True)
class _Block:
    norm_1: _Norm
    attention: PackedLinear
    projection: PackedLinear
    norm_2: _Norm
    widen: PackedLinear
    narrow: PackedLinear


class FlatGPT2:
    """The weights, ready to run; D is the width."""

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        config: FlatConfig,
        *,
        vocabulary: int | None = None,
        device: str = "cpu",
        precision: torch.dtype = torch.float32,
        pack: bool = True,
    ) -> None:
        """Take the tensors of a `GPT2LMHeadModel` by its names.

        Args:
            weights: with or without the prefix `transformer.`.
            config: their shape.
            vocabulary: how many entries are in use; the others are left out.
            device: where it runs.
            precision: of the layers' weights; what lies between the layers stays float32.
            pack: lay the weights out for the processor (`linear`).

        Raises:
            KeyError: a tensor is missing.
        """
        named = {name.removeprefix("transformer."): tensor for name, tensor in weights.items()}

        def get(name: str) -> Tensor:
            # A copy, or one small tensor would keep the whole file in memory.
            return named[name].to(device, torch.float32, copy=True)

        def linear(name: str, gelu: bool = False) -> PackedLinear:
            # GPT-2 keeps its layers the other way round: (inputs, outputs).
            return PackedLinear(get(f"{name}.weight").t(), get(f"{name}.bias"), precision, gelu, pack)

        def norm(name: str) -> _Norm:
            return get(f"{name}.weight"), get(f"{name}.bias")

        self.config, self.device = config, device
        self._positions = get("wpe.weight")
        self._embedding = named["wte.weight"][:vocabulary].to(device, torch.float32, copy=True)
        head = named.get("lm_head.weight", named["wte.weight"])
        self.head = head[:vocabulary].to(device, torch.float32, copy=True)
        self._final = norm("ln_f")
        self._blocks = [
            _Block(
                norm(f"h.{i}.ln_1"),
                linear(f"h.{i}.attn.c_attn"),
                linear(f"h.{i}.attn.c_proj"),
                norm(f"h.{i}.ln_2"),
                linear(f"h.{i}.mlp.c_fc", gelu=True),
                linear(f"h.{i}.mlp.c_proj"),
            )
            for i in range(config.layers)
        ]
        self._cross = [
            (
                get(f"h.{i}.crossattention.c_attn.weight")[:, config.width :].clone(),  # keys come first, then values
                get(f"h.{i}.crossattention.c_attn.bias")[config.width :].clone(),
                get(f"h.{i}.crossattention.c_proj.weight").clone(),
                get(f"h.{i}.crossattention.c_proj.bias").clone(),
            )
            for i in range(config.layers)
        ]

        self.parameters = sum(named[name].numel() for name in named if name not in ("wte.weight", "lm_head.weight"))
        self.parameters += self._embedding.numel()

    @torch.inference_mode()
    def shifts(self, prompts: Tensor) -> Tensor:
        """What prompt vectors (B, D) add in each layer, (layers, B, D)."""
        prompts = prompts.to(self.device)
        return torch.stack([(prompts @ values + v) @ out + o for values, v, out, o in self._cross])

    def embed(self, tokens: Tensor, start: int) -> Tensor:
        """Tokens (B, T) at positions from `start` on to the first layer's inputs (B, T, D)."""
        return self._embedding[tokens] + self._positions[start : start + tokens.shape[1]]


class FlatCache:
    """Keys and values of a batch of sequences of equal length, and the steps that fill them."""

    def __init__(self, network: FlatGPT2, shifts: Tensor, positions: int) -> None:
        """Start empty: `shifts` are the prompts', (layers, B, D); room for so many positions."""
        self._network, self._shifts = network, shifts
        config = network.config
        shape = (shifts.shape[1], config.heads, positions, config.width // config.heads)
        self._keys = [torch.zeros(shape, device=network.device) for _ in range(config.layers)]
        self._values = [torch.zeros(shape, device=network.device) for _ in range(config.layers)]
        self.length = 0

    def cut(self, length: int) -> None:
        """Forget all beyond the first `length` positions."""
        self.length = min(self.length, length)

    def take(self, rows: Sequence[int]) -> None:
        """Let the batch go on from these of its sequences, prompts and all."""
        index = torch.tensor(rows, device=self._network.device)
        self._shifts = self._shifts[:, index]
        for i in range(len(self._keys)):
            self._keys[i] = self._keys[i][index]
            self._values[i] = self._values[i][index]

    @torch.inference_mode()
    def extend(self, tokens: Tensor) -> Tensor:
        """Append tokens (B, T) and return the last one's final state, (B, D).

        More than one token at a time only onto an empty cache.
        """
        start, (b, t) = self.length, tokens.shape
        assert start == 0 or t == 1, "several tokens at once only onto an empty cache"
        x = self._network.embed(tokens.to(self._network.device), start)
        # Many positions fill the processor one sequence at a time, in a fraction of the memory.
        rows = [slice(0, b)] if t == 1 else [slice(i, i + 1) for i in range(b)]
        self.length = start + t
        return torch.cat([self._run(x[part], part, start) for part in rows])

    def _run(self, x: Tensor, rows: slice, start: int) -> Tensor:
        """Inputs (b, T, D) of some sequences to the last one's final state, (b, D)."""
        network = self._network
        (b, t, d), end, eps = x.shape, self.length, network.config.epsilon
        for i, block in enumerate(network._blocks):
            h = F.layer_norm(x, (d,), *block.norm_1, eps)
            mixed = block.attention(h.view(b * t, d)).view(b, t, 3, network.config.heads, -1)
            query, key, value = mixed.permute(2, 0, 3, 1, 4)  # (b, heads, T, D / heads) each
            self._keys[i][rows, :, start:end] = key
            self._values[i][rows, :, start:end] = value
            if i == network.config.layers - 1:
                query, x = query[:, :, -1:], x[:, -1:]
            keys, values = self._keys[i][rows, :, :end], self._values[i][rows, :, :end]
            heads = F.scaled_dot_product_attention(query, keys, values, is_causal=query.shape[2] > 1)
            n = query.shape[2]
            x = x + block.projection(heads.transpose(1, 2).reshape(b * n, d)).view(b, n, d)
            x = x + self._shifts[i, rows, None]
            h = F.layer_norm(x, (d,), *block.norm_2, eps)
            x = x + block.narrow(block.widen(h.view(b * n, d))).view(b, n, d)
        return F.layer_norm(x[:, -1], (d,), *network._final, eps)
