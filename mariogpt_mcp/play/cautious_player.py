"""Goes through levels as those would who are not at home in them, to keep what is written well inside Mario's limits.

The scout is slower than Mario, does not walk over the ceiling, and meets no enemies: those not written yet would cross
his way, and those that are may be stomped or not.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.search import Grain, Search
from mariogpt_mcp.play.simulator import Status, start
from mariogpt_mcp.play.world import World

RUN = 85
"""The scout's acceleration, less than Mario's 120: he crosses nine columns where Mario crosses eleven."""

GRAIN = Grain(hold=4, cell=1600, speed=800, weight=3)

MARGIN = 2
"""Columns at the end of an unfinished level that are looked at but need not be reached."""

STRETCH_STATES = 300
"""States made for each stretch of an unfinished level before it is given up."""

STATES_A_COLUMN = 18
"""What a search through a whole level may take if it is to be comfortable."""

SIGHT = 11
"""Columns that a short-sighted player looks ahead, as far as Baumgarten's agent plans."""

SIGHT_STATES = 400
"""States made for a look ahead."""

HOLDS_A_LOOK = 3
"""Holds done before the next look."""

PATIENCE = 8
"""Looks without getting further after which a player gives up."""


class CautiousPlayer:
    """Follows levels while they are written; remembers how far it got, so that each stretch is walked once."""

    def __init__(self) -> None:
        self._known: dict[bytes, Search] = {}

    def passable(self, ids: npt.NDArray[np.integer], before: int) -> npt.NDArray[np.bool_]:
        """Which of the levels so far, (batch, columns, 14), can be passed to their end.

        They were passable up to the column `before`, 0 at the start.
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
    """Whether the scout gets through a finished level, (columns, 14), without much searching, and short-sighted too.

    A level is no fun whose way on is where nobody looks, or that one can only pass who knew it before.
    """
    world = World(ids, peaceful=True, roof=True, run=RUN)
    return Search(world, GRAIN).run(STATES_A_COLUMN * len(ids)) is not None and _passes_short_sighted(world)


def _passes_short_sighted(world: World) -> bool:
    """Whether one gets through who looks no further than `SIGHT` columns ahead, again and again."""
    state, furthest, idle = start(world), 0, 0
    while idle < PATIENCE:
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
