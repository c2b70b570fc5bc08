"""A linear layer whose weights are laid out for the processor that it runs on.

On a CPU, oneDNN's blocked weight layout makes a layer for a single position about three times as fast as the plain
matrix product, and includes GPT-2's activation. Without oneDNN, and on CUDA, the plain product gives the same result.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mariogpt_mcp.model.device import has_bfloat16


class PackedLinear:
    """`x @ weight.T + bias`; inputs and outputs are float32, the product has the precision of the weights."""

    def __init__(
        self, weight: Tensor, bias: Tensor, dtype: torch.dtype = torch.float32, gelu: bool = False, pack: bool = True
    ) -> None:
        """Lay out the weights.

        Args:
            weight: (outputs, inputs).
            bias: (outputs,).
            dtype: the precision of both.
            gelu: whether GPT-2's activation follows.
            pack: whether to use oneDNN's layout if it is available; false is for comparison.
        """
        self._dtype, self._gelu = dtype, gelu
        self._bias = bias.to(dtype)
        weight = weight.to(dtype).contiguous()
        self._packed = _pack(weight) if pack else None
        self._weight = weight if self._packed is None else None

    def __call__(self, x: Tensor) -> Tensor:
        """Inputs (N, inputs) to outputs (N, outputs)."""
        x = x.to(self._dtype)
        if self._packed is not None:
            activation, algorithm = ("gelu", "tanh") if self._gelu else ("none", "")
            y: Tensor = torch.ops.mkldnn._linear_pointwise(x, self._packed, self._bias, activation, [], algorithm)
            return y.float()
        assert self._weight is not None
        y = F.linear(x, self._weight, self._bias)
        return (F.gelu(y, approximate="tanh") if self._gelu else y).float()


def _pack(weight: Tensor) -> Tensor | None:
    """The weights in oneDNN's layout; `None` if it is not available for them."""
    if weight.device.type != "cpu" or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return None
    if weight.dtype == torch.bfloat16 and not has_bfloat16():
        return None
    try:
        packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight, None)
        one = weight.new_zeros(1, weight.shape[1])
        torch.ops.mkldnn._linear_pointwise(one, packed, None, "none", [], "")
    except (AttributeError, RuntimeError):  # private operators of torch, which another version may not have
        return None
    return packed
