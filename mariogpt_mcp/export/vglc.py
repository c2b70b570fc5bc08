"""The Video Game Level Corpus's text format: 14 rows in the legend of the tile table."""

from __future__ import annotations

from mariogpt_mcp.level.grid import Level


def write(level: Level) -> str:
    """The 14 rows, each with a line break."""
    return level.text() + "\n"
