from __future__ import annotations

from pathlib import Path

import pytest

from tests.mariogpt_checkpoints import TINY, save_bart, save_mariogpt


@pytest.fixture(scope="session")
def mariogpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoint of a tiny random MarioGPT."""
    return save_mariogpt(tmp_path_factory.mktemp("tiny-mariogpt"), TINY)


@pytest.fixture(scope="session")
def bart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The text encoder of that MarioGPT."""
    return save_bart(tmp_path_factory.mktemp("tiny-bart"), TINY["n_embd"])
