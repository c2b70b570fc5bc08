from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from tests.model.mariogpt.decoding import (
    PROMPTS,
)


def test_released_memory_is_freed_and_vectors_are_kept(bart: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(bart, tmp_path / "bart")
    encoder = TextEncoder(folder)
    first = encoder.vectors(PROMPTS[:1])
    encoder.release()
    assert torch.equal(encoder.vectors(PROMPTS), TextEncoder(bart).vectors(PROMPTS))
    encoder.release()
    shutil.rmtree(folder)
    assert torch.equal(encoder.vectors(PROMPTS[:1]), first)
    with pytest.raises(MarioGPTError, match="There is no BART in 'bart', or it is damaged"):
        encoder.vectors(["something new"])


def test_the_vector_of_a_prompt_is_computed_once(bart: Path) -> None:
    encoder = TextEncoder(bart)
    first, second = encoder.vectors(["many pipes", "many pipes"])
    assert first is not second
    assert torch.equal(first, second)
    assert not torch.allclose(first, encoder.vectors(["no pipes"])[0])
