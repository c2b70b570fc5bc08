"""Where the Java programs of the package mario-gpt are: its game and Baumgarten's agent. It is not imported."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError

PACKAGE = "mario-gpt"
FOLDER = "mario_gpt/simulator"
"""Holds `PlayLevel.jar`, `PlayAstar.jar` and, in `img`, their pictures."""


def java_file(name: str) -> Path:
    """A file of the Java programs, such as `PlayLevel.jar` or `img/mapsheet.png`.

    Raises:
        MarioGPTError: the package is not installed, or has no such file.
    """
    try:
        file = Path(str(distribution(PACKAGE).locate_file(f"{FOLDER}/{name}")))
    except PackageNotFoundError:
        file = None
    if file is None or not file.is_file():
        raise MarioGPTError(
            f"{name.rpartition('/')[2]} is in the package mario-gpt, which is not installed here; "
            "install it with: pip install --no-deps mario-gpt"
        )
    return file
