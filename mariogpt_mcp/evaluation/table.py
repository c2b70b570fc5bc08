"""Markdown tables, and the table of an evaluation: a column for each source of levels, a row for each figure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.metrics import Share

Figures = dict[str, float | Share]
"""The figures of one source of levels, by name."""


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table. A `|` in a cell is escaped; line breaks and runs of white space become one space."""
    return "\n".join([_row(head), "|---" * len(head) + "|", *map(_row, rows)])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def markdown(table: Mapping[str, Figures]) -> str:
    """The table with a row for each figure that any source has, in the order in which they first occur."""
    names = dict.fromkeys(name for figures in table.values() for name in figures)
    rows = ([name, *(_cell(name, figures.get(name)) for figures in table.values())] for name in names)
    return markdown_table(["figure", *table], rows)


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
    return save_figures("evaluation", markdown(table), {"settings": dict(settings), "table": plain}, folder)


def save_figures(name: str, text: str, data: Mapping[str, object], folder: Path) -> tuple[Path, Path]:
    """Write a table as `name.md` and its data as `name.json`; returns their paths.

    Raises:
        MarioGPTError: they cannot be written.
    """
    files = folder / f"{name}.md", folder / f"{name}.json"
    try:
        write_atomically(files[0], text + "\n")
        write_atomically(files[1], json.dumps(data, indent=2) + "\n")
    except OSError as error:
        raise MarioGPTError(f"The table could not be written to {str(folder)!r} ({error.strerror}).") from None
    return files


def _plain(value: float | Share) -> object:
    if isinstance(value, Share):
        low, high = value.interval
        return {"share": value.value, "low": low, "high": high, "hits": value.hits, "cases": value.cases}
    return None if math.isnan(value) else value
