"""A player that is slower than Mario and looks only a few columns ahead, like a person who does not know the level.

A level that this player passes is well inside Mario's limits. The player does not walk over the ceiling. It meets no
enemies, because the later enemies of a level are not known while it is written.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.search import Grain, Search
from mariogpt_mcp.play.simulator import Status, start
from mariogpt_mcp.play.world import World

RUN = 85
"""The player's acceleration when it runs; Mario's is 120. It jumps over gaps of nine columns, Mario over eleven."""

GRAIN = Grain(hold=4, cell=1600, speed=800, weight=3)

MARGIN = 2
"""Columns at the end of an unfinished level that the player need not reach."""

STRETCH_STATES = 300
"""Largest number of states that are made for each stretch of an unfinished level."""

STATES_PER_COLUMN = 18
"""Budget of the search through a finished level, in states per column."""

SIGHT = 11
"""Columns that the short-sighted player looks ahead: as many as Baumgarten's agent plans."""

SIGHT_STATES = 400
"""Largest number of states that are made for each look ahead."""

HOLDS_PER_LOOK = 3
"""Key holds that are played before the next look."""

MAX_IDLE_LOOKS = 8
"""Looks in a row without progress after which the player gives up."""


class CautiousPlayer:
    """Follows levels while they are written. It keeps its searches, so that each stretch is searched once."""

    def __init__(self) -> None:
        self._known: dict[bytes, Search] = {}

    def passable(self, ids: npt.NDArray[np.integer], before: int) -> npt.NDArray[np.bool_]:
        """Which of the unfinished levels can be passed to their end.

        Args:
            ids: the tile ids of the levels as far as they are written, (batch, columns, 14).
            before: the number of columns at the last call, in which all levels could be passed; 0 at the first call.

        Returns:
            A boolean for each level, (batch,).
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
    """Whether the player passes a finished level, (columns, 14), with a small search, and also when short-sighted.

    A level is no fun if its route is hard to find, or if a person must know the level to pass it.
    """
    world = World(ids, peaceful=True, roof=True, run=RUN)
    return Search(world, GRAIN).run(STATES_PER_COLUMN * len(ids)) is not None and _passes_short_sighted(world)


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
        state = line[:HOLDS_PER_LOOK][-1].state._replace(status=int(Status.PLAYING))
        idle = 0 if state.x > furthest else idle + 1
        furthest = max(furthest, state.x)
    return False
