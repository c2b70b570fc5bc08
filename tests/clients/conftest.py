from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import http_server

LONG = {"prompt": "300 pipes", "level_size": 2799, "seed": 1}
"""No level has 300 pipes, so every round is used."""


@pytest.fixture(scope="module")
def environment(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of server processes with the tiny model, in which a call of `LONG` takes many seconds."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("MARIOGPT_")},
        "MARIOGPT_MODEL": str(tiny_checkpoint),
        "MARIOGPT_DEVICE": "cpu",
        "MARIOGPT_ROUNDS": "8",
        "HOME": str(tmp_path_factory.mktemp("home")),
    }


@pytest.fixture(scope="module")
def address(environment: dict[str, str]) -> Iterator[str]:
    """The address of the real command over HTTP."""
    with http_server(environment, Path(environment["HOME"]) / "http") as found:
        yield found


def was_stopped(log: str) -> bool:
    """Whether a call of `LONG` was cancelled, and the writing of its level stopped."""
    return "generate_mario_level cancelled" in log and "a level of 200 columns was stopped" in log
