from __future__ import annotations

import pytest

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.store.records import MadeLevel


@pytest.fixture
def made(generator: MarioGPT) -> MadeLevel:
    return generator.generate("some pipes", level_size=200, seed=1)
