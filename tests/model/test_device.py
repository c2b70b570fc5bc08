from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.model.device import choose_device, has_bfloat16, set_threads


def test_requesting_missing_cuda_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto") == "cpu"
    with pytest.raises(MarioGPTError, match="There is no CUDA device here"):
        choose_device("cuda")


def test_the_number_of_threads_is_set_in_torch() -> None:
    before = torch.get_num_threads()
    try:
        set_threads(3)
        assert torch.get_num_threads() == 3
    finally:
        set_threads(before)


def test_a_torch_without_onednn_has_no_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(has_bfloat16(), bool)
    monkeypatch.setattr(torch, "ops", object())
    assert not has_bfloat16()


def test_the_module_imports_no_torch() -> None:
    code = "import sys, mariogpt_mcp.model.device; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
