"""The option `--format`, and the files that it writes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from mariogpt_mcp.export.formats import FORMATS
from mariogpt_mcp.store.records import StoredLevel

FORMAT_OPTION: dict[str, Any] = {
    "multiple": True,
    "type": click.Choice(list(FORMATS)),
    "help": "Also write each level in this format; can be given several times.",
}


def save_formats(level: StoredLevel, folder: Path, stem: str, names: Iterable[str]) -> dict[str, Path]:
    """Write a level in several formats; returns the main file of each format by its name.

    Raises:
        MarioGPTError: a file cannot be written.
    """
    return {name: level.save(folder / f"{stem}{FORMATS[name].ending}") for name in names}
