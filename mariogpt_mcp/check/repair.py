"""Mends levels with as few tiles as it can: first what is broken, then the places where nobody gets on.

Each step tries every change of one tile near the place and takes the one that helps most; what turns out not to have
been needed is taken back in the end.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import Fault, faults
from mariogpt_mcp.level.tiles import TILES, tile
from mariogpt_mcp.play.cautious_player import RUN as SCOUT_RUN
from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.replay import Replay
from mariogpt_mcp.play.search import Grain, Search
from mariogpt_mcp.play.simulator import State, Status
from mariogpt_mcp.play.solver import QUICK, Beaten, Stuck, is_safe_start, solve
from mariogpt_mcp.play.world import World

MOST_SPOTS = 40
"""Places in one level that are made passable before the rest is given up."""

BEHIND, AHEAD = 4, 12
"""Columns around the furthest place reached where one tile is changed; the reference agent jumps ten."""

_TRY = (Grain(hold=4, cell=1600, speed=800, weight=3), 500)
_SKY, _GROUND, _ENEMY = (tile(s).id for s in "-XE")
_PIECES = np.array([t.id for t in TILES if t.tags & {"pipe", "cannon"}])

Ids = npt.NDArray[np.uint8]


class Change(BaseModel):
    """One tile changed; row and column count from 1, row 1 on top."""

    row: int
    column: int
    before: str = Field(description="the tile that was there")
    after: str = Field(description="the tile that is there now")
    why: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.before} became {self.after} ({self.why})"


def mend(level: Level) -> tuple[Level, list[Change]]:
    """A level like this one without structural faults and, if it can be done, beatable; and what was changed."""
    before = level.ids
    why: dict[tuple[int, int], str] = {}
    ids = _whole(before.copy(), why)
    ids = _safe(_passable(ids, why), why)
    ids = _without_needless(before, ids, why)
    changes = [
        Change(
            row=HEIGHT - r,
            column=c + 1,
            before=TILES[before[c, r]].symbol,
            after=TILES[ids[c, r]].symbol,
            why=why[c, r],
        )
        for c, r in np.argwhere(before != ids).tolist()
    ]
    return Level.from_ids(ids), changes


def _whole(ids: Ids, why: dict[tuple[int, int], str]) -> Ids:
    """Mend every structural fault."""
    found = faults(Level.from_ids(ids))
    patience = 3 * len(found) + 20
    while found:
        patience -= 1
        fault = found[0]
        c, r = fault.column - 1, HEIGHT - fault.row
        better = _best_mend(ids, c, r) if patience > 0 else None
        # Taking away what is broken always comes to an end.
        ids, cell = better or (_with(ids, c, r, _SKY), (c, r))
        why.setdefault(cell, fault.kind)
        found = faults(Level.from_ids(ids))
    return ids


def _best_mend(ids: Ids, c: int, r: int) -> tuple[Ids, tuple[int, int]] | None:
    """The change of one tile around a fault that leaves the fewest, if it leaves fewer."""
    part = slice(max(0, c - 4), min(len(ids), c + 5))
    best: tuple[tuple[int, bool, bool], int, int, int] | None = None
    limit = len(_faults_in(ids, part))
    for cc in range(max(0, c - 1), min(len(ids), c + 2)):
        for rr in range(max(0, r - 1), min(HEIGHT, r + 2)):
            for symbol in range(len(TILES)):
                if symbol == ids[cc, rr]:
                    continue
                left = len(_faults_in(_with(ids, cc, rr, symbol), part))
                rank = (left, int(ids[cc, rr]) != _SKY, (cc, rr) == (c, r))
                if left < limit and (best is None or rank < best[0]):
                    best = rank, cc, rr, symbol
    if best is None:
        return None
    _, cc, rr, symbol = best
    return _with(ids, cc, rr, symbol), (cc, rr)


def _faults_in(ids: Ids, part: slice) -> list[Fault]:
    return faults(Level.from_ids(ids[part]))


def _passable(ids: Ids, why: dict[tuple[int, int], str]) -> Ids:
    """Change tiles where the solver gets stuck, one at a time, until it gets through or nothing helps."""
    last, times = -1, 0
    for _ in range(MOST_SPOTS):
        run = _run(ids)
        if isinstance(run, Beaten):
            return ids
        c = run.column - 1
        last, times = c, times + 1 if c == last else 0
        if run.states_made == 0 or run.furthest.status != Status.PLAYING or not run.furthest.on_ground:
            helped = _with(ids, 0, 0, _GROUND)
        else:
            # What did not help the first time would be tried again.
            speeds = () if times else (SCOUT_RUN, PHYSICS.mario.run)
            steps = (_best_step(ids, run.furthest, c, speed) for speed in speeds)
            step = next((step for step in steps if step is not None), None)
            helped = _plain(ids, c, 4 * max(1, times)) if step is None else step
        for cell in np.argwhere(helped != ids).tolist():
            why.setdefault((cell[0], cell[1]), f"nobody got past column {run.column}")
        ids = helped
    return ids


def _safe(ids: Ids, why: dict[tuple[int, int], str]) -> Ids:
    """Take away the first enemies while one cannot stand still at the start."""
    enemies = [(c, r) for c, r in np.argwhere(ids == _ENEMY).tolist()]
    while enemies and not is_safe_start(Level.from_ids(ids)):
        cell = enemies.pop(0)
        ids = _with(ids, *cell, _SKY)
        why.setdefault(cell, "it reached the start")
    return ids


def _best_step(ids: Ids, state: State, column: int, run: int) -> Ids | None:
    """The change of one tile that leads furthest from a place, by two columns at least, at an acceleration."""
    limit, best = state.x + 2 * TILE, None
    count = len(_faults_in(ids, slice(None)))
    for cell, symbol in _steps(ids, column):
        changed = _with(ids, *cell, symbol)
        reached = _reach(changed, state, column, run)
        if reached > limit and len(faults(Level.from_ids(changed))) <= count:
            best, limit = changed, reached
            if reached >= (column + AHEAD) * TILE:
                break
    return best


def _steps(ids: Ids, column: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Changes of one tile that may help on: an enemy less, a solid tile less, or one more to stand on."""
    near = range(max(0, column - BEHIND), min(len(ids), column + AHEAD))
    for c in near:
        for r in range(HEIGHT):
            if ids[c, r] == _ENEMY or (IS_SOLID[ids[c, r]] and ids[c, r] not in _PIECES):
                yield (c, r), _SKY
            elif ids[c, r] == _SKY:
                yield (c, r), _GROUND


def _reach(ids: Ids, state: State, column: int, run: int) -> int:
    """The furthest x that one stands at, from a place, with one look ahead."""
    world = World(ids, run=run)
    search = Search(world.with_goal(min(world.goal, (column + AHEAD) * TILE)), _TRY[0], state)
    goal = search.run(_TRY[1])
    return goal.state.x if goal is not None else search.stood.state.x


def _plain(ids: Ids, column: int, columns: int) -> Ids:
    """Level the next columns: ground below, and nothing in the way."""
    changed = ids.copy()
    part = changed[column + 1 : column + 1 + columns]
    part[part == _ENEMY] = _SKY
    part[:, 1:][IS_SOLID[part[:, 1:]]] = _SKY
    part[:, 0] = _GROUND
    return _whole(changed, {})


def _without_needless(before: Ids, ids: Ids, why: dict[tuple[int, int], str]) -> Ids:
    """Take back every change that is not needed."""
    run = _run(ids)
    if not isinstance(run, Beaten):
        return ids
    for c, r in np.argwhere(before != ids).tolist():
        without = _with(ids, c, r, int(before[c, r]))
        level = Level.from_ids(without)
        if faults(level) or not is_safe_start(level):
            continue
        # The same keys often still win, and that is soon seen.
        replay = Replay.of(level, run.replay.holds)
        found = run if replay.wins(level) else _run(without)
        if isinstance(found, Beaten):
            ids, run = without, found
    return ids


def _run(ids: Ids) -> Beaten | Stuck:
    return solve(Level.from_ids(ids), QUICK)


def _with(ids: Ids, c: int, r: int, symbol: int) -> Ids:
    changed = ids.copy()
    changed[c, r] = symbol
    return changed
