"""Finds the Java programs in the PyPI package mario-gpt, a game and Baumgarten's agent, without importing it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError

PACKAGE = "mario-gpt"
FOLDER = "mario_gpt/simulator"
"""Contains `PlayLevel.jar`, `PlayAstar.jar` and the folder `img` with their pictures."""


def java_file(name: str) -> Path:
    """The path of a file of the Java programs, such as `PlayLevel.jar` or `img/mapsheet.png`.

    Raises:
        MarioGPTError: the package is not installed, or has no such file.
    """
    try:
        file = Path(str(distribution(PACKAGE).locate_file(f"{FOLDER}/{name}")))
    except PackageNotFoundError:
        file = None
    if file is None or not file.is_file():
        raise MarioGPTError(
            f"{name.rpartition('/')[2]} is part of the package mario-gpt, which is not installed; "
            "install it with: pip install --no-deps mario-gpt"
        )
    return file
