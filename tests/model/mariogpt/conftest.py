from __future__ import annotations

from pathlib import Path

import pytest
from torch import Tensor

from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from tests.model.mariogpt.decoding import PROMPTS


@pytest.fixture(scope="session")
def vectors(bart: Path) -> Tensor:
    """The vectors of `PROMPTS`."""
    return TextEncoder(bart).vectors(PROMPTS)
