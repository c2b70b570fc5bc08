"""A player who is slower than Mario and looks only a few columns ahead, as a person does who does not know the level.

What this player passes is well inside Mario's limits. The cautious player does not walk over the ceiling, and meets no
enemies: while a level is written, its later enemies are not known yet.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.search import Grain, Search
from mariogpt_mcp.play.simulator import Status, start
from mariogpt_mcp.play.world import World

RUN = 85
"""The cautious player's acceleration, less than Mario's 120: it crosses nine columns, Mario crosses eleven."""

GRAIN = Grain(hold=4, cell=1600, speed=800, weight=3)

MARGIN = 2
"""Columns at the end of an unfinished level that need not be reached."""

STRETCH_STATES = 300
"""States made for each stretch of an unfinished level, at most."""

STATES_A_COLUMN = 18
"""States for each column that the search through a comfortable level may make."""

SIGHT = 11
"""Columns that a short-sighted player looks ahead, as far as Baumgarten's agent plans."""

SIGHT_STATES = 400
"""States made for each look ahead."""

HOLDS_A_LOOK = 3
"""Key holds carried out before the next look."""

MAX_IDLE_LOOKS = 8
"""Looks without getting further after which the player gives up."""


class CautiousPlayer:
    """Follows levels while they are written. It remembers its searches, so that each stretch is walked once."""

    def __init__(self) -> None:
        self._known: dict[bytes, Search] = {}

    def passable(self, ids: npt.NDArray[np.integer], before: int) -> npt.NDArray[np.bool_]:
        """Which of the levels so far, (batch, columns, 14), can be passed to their end, (batch,).

        They could be passed up to the column `before`, 0 at the start.
        """
        return np.array([self._passes(level, before) for level in ids])

    def _passes(self, ids: npt.NDArray[np.integer], before: int) -> bool:
        world = World(ids, goal=len(ids) - 1 - MARGIN, peaceful=True, roof=True, run=RUN)
        if world.start is None:
            return False
        known = self._known.get(ids[:before].tobytes())
        search = Search(world, GRAIN) if known is None else known.grown(world)
        if search.run(STRETCH_STATES) is None:
            return False
        self._known[ids.tobytes()] = search
        return True


def is_comfortable(ids: npt.NDArray[np.integer]) -> bool:
    """Whether the player passes a finished level, (columns, 14), without much searching, and also short-sighted.

    A level is no fun if its way is where nobody looks, or if only those pass who know it already.
    """
    world = World(ids, peaceful=True, roof=True, run=RUN)
    return Search(world, GRAIN).run(STATES_A_COLUMN * len(ids)) is not None and _passes_short_sighted(world)


def _passes_short_sighted(world: World) -> bool:
    """Whether the player gets through by looking `SIGHT` columns ahead, again and again."""
    state, furthest, idle = start(world), 0, 0
    while idle < MAX_IDLE_LOOKS:
        ahead = min(world.goal, state.x + SIGHT * TILE)
        search = Search(world.with_goal(ahead), GRAIN, state)
        found = search.run(SIGHT_STATES)
        if found is not None and ahead == world.goal:
            return True
        line = (found or search.best).line()
        if not line:
            return False
        state = line[:HOLDS_A_LOOK][-1].state._replace(status=int(Status.PLAYING))
        idle = 0 if state.x > furthest else idle + 1
        furthest = max(furthest, state.x)
    return False
