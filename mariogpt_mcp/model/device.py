"""The processor that a model runs on: CPU or CUDA, the number of CPU threads, and whether it has bfloat16.

torch is imported when a function is called, not before.
"""

from __future__ import annotations

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.settings import Device


def choose_device(device: Device) -> str:
    """`cpu` or `cuda`; `auto` takes CUDA if there is a CUDA device.

    Raises:
        MarioGPTError: CUDA was requested and there is no CUDA device.
    """
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise MarioGPTError(
            "There is no CUDA device here; choose the device cpu, or auto, which takes CUDA if there is a CUDA device."
        )
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device


def set_threads(threads: int) -> None:
    """Let torch use this many CPU threads, in the whole process."""
    import torch

    torch.set_num_threads(threads)


def has_bfloat16() -> bool:
    """Whether the CPU multiplies in bfloat16 natively, according to oneDNN."""
    import torch

    try:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    except (AttributeError, RuntimeError):
        return False
