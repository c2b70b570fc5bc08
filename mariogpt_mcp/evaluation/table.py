"""A table of figures with one column for each source of levels, as Markdown and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.metrics import Share

Figures = dict[str, float | Share]
"""The figures of one source by their names."""


def markdown(table: Mapping[str, Figures]) -> str:
    """The table with a row for each figure that any source has, in the order in which they first occur."""
    names = list(dict.fromkeys(name for figures in table.values() for name in figures))
    lines = ["| figure | " + " | ".join(table) + " |", "|---" * (len(table) + 1) + "|"]
    for name in names:
        cells = [_cell(name, figures.get(name)) for figures in table.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(name: str, value: float | Share | None) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, Share):
        return str(value)
    if name == "memorised windows":
        return f"{100 * value:.1f} %"
    if name.startswith("pattern KL"):
        return f"{value:.4f}"
    return f"{value:.3f}" if name.startswith("diversity") else f"{value:.2f}".rstrip("0").rstrip(".")


def save(table: Mapping[str, Figures], settings: Mapping[str, object], folder: Path) -> tuple[Path, Path]:
    """Write `evaluation.md` and `evaluation.json`; returns their paths.

    Raises:
        MarioGPTError: they cannot be written.
    """
    plain = {source: {name: _plain(value) for name, value in figures.items()} for source, figures in table.items()}
    text, data = folder / "evaluation.md", folder / "evaluation.json"
    try:
        write_atomically(text, markdown(table) + "\n")
        write_atomically(data, json.dumps({"settings": dict(settings), "table": plain}, indent=2) + "\n")
    except OSError as error:
        raise MarioGPTError(f"The table could not be written to {str(folder)!r} ({error.strerror}).") from None
    return text, data


def _plain(value: float | Share) -> object:
    if isinstance(value, Share):
        low, high = value.interval
        return {"share": value.value, "low": low, "high": high, "hits": value.hits, "cases": value.cases}
    return None if math.isnan(value) else value
