"""How the cells of a level are laid out for the simulator, and what moves through them."""

from __future__ import annotations

from typing import Protocol

from mariogpt_mcp.level.grid import HEIGHT

SKY_ROWS = 16
"""Free rows above the level. No jump leads higher: a jump from on top of the highest row rises five tiles."""

STRIDE = SKY_ROWS + HEIGHT + 6
"""Cells per column, including free rows above and below the level."""


class Path(Protocol):
    """The places of an enemy or a bullet by its age in frames."""

    def at(self, age: int) -> tuple[int, int] | None:
        """(x, y) of the middle of its feet, in hundredths of a pixel; `None` when it is gone."""


Actor = tuple[Path, int]
"""An enemy or a bullet: its path, and the frame it started in."""

Actors = tuple[Actor, ...]
