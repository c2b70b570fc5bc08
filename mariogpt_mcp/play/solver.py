"""Beats levels: finds a run to the goal with its replay (the certificate), or says how far a run can get."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.play.cells import SKY_ROWS, STRIDE
from mariogpt_mcp.play.certificate import Beaten, certify
from mariogpt_mcp.play.effort import Effort
from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.search import Grain, Search
from mariogpt_mcp.play.simulator import Key, State, Status, advance, start
from mariogpt_mcp.play.world import World

Passes = tuple[tuple[Grain, int], ...]

QUICK: Passes = (
    (Grain(hold=4, cell=1600, speed=800, weight=2, careful=True), 80),
    (Grain(hold=4, cell=1600, speed=800, weight=2), 150),
)
"""Coarse searches, each with its budget in states per column; they find runs that a person could play."""

FINE: Passes = (
    (Grain(hold=3, cell=800, speed=400, weight=2), 300),
    (Grain(hold=4, cell=800, speed=400, weight=5), 1000),
)
"""Finer searches, which take about six times as long to fail."""

THOROUGH: Passes = (*QUICK, *FINE)
"""For levels from elsewhere; nearly all levels that it beats and `QUICK` does not are from the original games."""

WIDE = 9
"""Width in columns from which a gap by itself stops a run, unless the other side is lower."""

FEWEST_COLUMNS = 50
"""A shorter level gets the budget of this many columns."""

ENDED = "where the search ended at its limit"
"""The reason of a run that was not found before the effort was exhausted."""

SAFE_SECONDS = 2
"""Seconds for which Mario must be able to stand still at the start."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """No run to the goal was found.

    `column` is the furthest column, from 1, on which Mario stood, and `furthest` is the state there. `reason` says what
    may be in the way; it continues a sentence such as "no run found past column 20, ...".
    """

    column: int
    reason: str
    states_made: int
    furthest: State


def solve(ids: npt.NDArray[np.integer], passes: Passes = THOROUGH, effort: Effort | None = None) -> Beaten | Stuck:
    """Look for a run that beats a level, (columns, 14); the same level gets the same answer on any machine.

    Args:
        ids: the tiles.
        passes: the searches, each with its budget in states per column.
        effort: limits them together with other searches.

    Raises:
        Stopped: the stop flag of the effort is set.
    """
    world = World(ids)
    made, furthest = 0, start(world)
    if world.start is not None:
        columns = max(world.columns, FEWEST_COLUMNS)
        for grain, states in passes:
            search = Search(world, grain, effort=effort)
            goal = search.run(states * columns)
            made += search.made
            if goal is not None:
                return certify(world, goal.holds(), made)
            furthest = max(furthest, search.stood.state, key=lambda state: state.x)
    column = _column(world, furthest)
    reason = _obstacle(world, column, effort) if effort is None or not effort.exhausted else ENDED
    return Stuck(column + 1, reason, made, furthest)


def is_safe_start(ids: npt.NDArray[np.integer]) -> bool:
    """Whether Mario can stand still at the start of a level, (columns, 14), for `SAFE_SECONDS`."""
    world = World(ids)
    state = advance(world, start(world), int(Key(0)), SAFE_SECONDS * PHYSICS.frames_per_second)
    return state.status == Status.PLAYING


def _column(world: World, state: State) -> int:
    """The column, from 0, of the ground under Mario, who may stand with only his heel on its edge."""
    floor = (state.y + 1) // TILE + SKY_ROWS
    column = state.x // TILE
    return column if world.solid[column * STRIDE + floor] else max(0, state.x - PHYSICS.mario.half_width) // TILE


def _obstacle(world: World, column: int, effort: Effort | None) -> str:
    """What seems to stop Mario beyond the furthest column he stood on."""
    if world.start is None:
        return "because the first column has nothing to stand on"
    grain, states = QUICK[-1]
    peaceful = Search(World(world.ids, peaceful=True), grain, effort=effort)
    if peaceful.run(states * world.columns) is not None:
        return "because of enemies (without them it can be beaten)"
    ahead = IS_SOLID[world.ids[column + 1 :]].any(1)
    width = int(ahead.argmax()) if ahead.any() else len(ahead)
    if width >= WIDE:
        return f"where {width} columns have nothing to stand on"
    return "where the next step is too high, too narrow or too far"
