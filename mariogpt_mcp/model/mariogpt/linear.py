"""One linear layer of a trained network, laid out for the processor it runs on.

On a CPU, oneDNN's own order of the weights reads a layer for a single position about three times as fast as
the plain matrix product, and takes GPT-2's activation along. Where torch comes without it, and on CUDA, the plain
product does the same.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


class Linear:
    """`x @ weight.T + bias` on float32 inputs and outputs, in the precision of the weights between."""

    def __init__(
        self, weight: Tensor, bias: Tensor, dtype: torch.dtype = torch.float32, gelu: bool = False, pack: bool = True
    ) -> None:
        """Take weights (outputs, inputs) and a bias (outputs,); with `gelu`, GPT-2's activation follows.

        Without `pack` they stay in the plain order, to be compared with.
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
            kind, algorithm = ("gelu", "tanh") if self._gelu else ("none", "")
            y: Tensor = torch.ops.mkldnn._linear_pointwise(x, self._packed, self._bias, kind, [], algorithm)
            return y.float()
        assert self._weight is not None
        y = F.linear(x, self._weight, self._bias)
        return (F.gelu(y, approximate="tanh") if self._gelu else y).float()


def _pack(weight: Tensor) -> Tensor | None:
    """The weights in oneDNN's order; `None` where there is none for them."""
    if weight.device.type != "cpu" or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return None
    if weight.dtype == torch.bfloat16 and not has_bfloat16():
        return None
    try:
        packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight, None)
        one = weight.new_zeros(1, weight.shape[1])
        torch.ops.mkldnn._linear_pointwise(one, packed, None, "none", [], "")
    except (AttributeError, RuntimeError):  # torch's inner name for it: nothing is promised
        return None
    return packed


def has_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16 itself."""
    try:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    except (AttributeError, RuntimeError):
        return False
