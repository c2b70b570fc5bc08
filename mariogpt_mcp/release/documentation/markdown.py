"""Markdown tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a row for each sequence of cells. A `|` in a cell is escaped, a line break becomes a space."""
    lines = [_row(head), "|---" * len(head) + "|", *map(_row, rows)]
    return "\n".join(lines)


def first_sentence(text: str) -> str:
    """The first sentence of a text of several lines. It ends with a full stop or a question mark."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    found = re.match(r".+?[.?](?=\s|$)", paragraph)
    return found[0] if found else f"{paragraph}."


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
