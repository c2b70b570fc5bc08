"""How the cells of a level are laid out for the simulator, and what moves through them."""

from __future__ import annotations

from typing import Protocol

from mariogpt_mcp.level.grid import HEIGHT

SKY_ROWS = 16
"""Free rows above the level. No jump leads higher: from the top row's upper side one rises five tiles."""

STRIDE = SKY_ROWS + HEIGHT + 6
"""Cells a column, with free rows above and below the level."""


class Path(Protocol):
    """Where something is by its age in frames; `None` once it is gone."""

    def at(self, age: int) -> tuple[int, int] | None:
        """(x, y) of the middle of its feet."""


Actor = tuple[Path, int]
"""An enemy or a bullet: its path, and the frame it started in."""

Actors = tuple[Actor, ...]
