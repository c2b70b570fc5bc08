"""Where Mario stands in a column: the rule that decides where a level starts, and where its flag is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.grid import HEIGHT


def lowest_floor(solid: npt.NDArray[np.bool_]) -> int | None:
    """The row, from the top, of a column's lowest solid tile without a solid tile on it; `None` if none is solid.

    The Mario AI Framework uses the same rule. Mario stands in the row above it. That is row -1, above the level, if the
    column is solid from the bottom to the top.

    Args:
        solid: which tiles are solid, shape (14,), bottom tile first.
    """
    for r in range(HEIGHT):
        if solid[r] and not (r + 1 < HEIGHT and solid[r + 1]):
            return HEIGHT - 1 - r
    return None
