"""A table of figures, one column a source, as Markdown and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.metrics import Share

Figures = dict[str, float | Share]


def markdown(table: Mapping[str, Figures]) -> str:
    """The table with a row for each figure any source has, in the order they first occur."""
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
    """Write `evaluation.json` and `evaluation.md`; returns their paths.

    Raises:
        MarioGPTError: they cannot be written.
    """
    plain = {source: {name: _plain(value) for name, value in figures.items()} for source, figures in table.items()}
    text, data = folder / "evaluation.md", folder / "evaluation.json"
    try:
        text.write_text(markdown(table) + "\n", encoding="utf-8")
        data.write_text(json.dumps({"settings": dict(settings), "table": plain}, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise MarioGPTError(f"The table could not be written to {str(folder)!r} ({error.strerror}).") from None
    return text, data


def _plain(value: float | Share) -> object:
    if isinstance(value, Share):
        low, high = value.interval
        return {"share": value.value, "low": low, "high": high, "hits": value.hits, "cases": value.cases}
    return None if math.isnan(value) else value
