"""Repairs levels by changing as few tiles as it can: first structural faults, then places that no run passes.

Each step tries every change of one tile near such a place and keeps the change that helps most. At the end, every
change that was not needed is undone. The thorough solver decides, as in a check: a valid level that it beats is not
changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.tiles import TILES, tile
from mariogpt_mcp.play.cautious_player import RUN as CAUTIOUS_RUN
from mariogpt_mcp.play.certificate import Beaten, certify
from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.replay import run_keys
from mariogpt_mcp.play.search import Grain, Search
from mariogpt_mcp.play.simulator import State, Status
from mariogpt_mcp.play.solver import FINE, QUICK, Stuck, is_safe_start, solve
from mariogpt_mcp.play.world import World
from mariogpt_mcp.report.reports import Change

MAX_PLACES = 40
"""Largest number of steps that make a level passable; after them, it is returned even if it cannot be beaten."""

BEHIND, AHEAD = 4, 12
"""Columns before and after the furthest place reached in which a tile may change; the reference agent jumps ten."""

MIN_GAIN = 2
"""Columns of progress that a change of one tile must bring."""

STEPS_PER_FAULT, MORE_STEPS = 3, 20
"""Limit of structural repairs: the first for each fault, plus the second. After that, faulty tiles become sky."""

_LOOK = Grain(hold=4, cell=1600, speed=800, weight=3)
_LOOK_STATES = 500
_SKY, _GROUND, _ENEMY = (tile(s).id for s in "-XE")
_PIECES = np.array([t.id for t in TILES if t.tags & {"pipe", "cannon"}])

Ids = npt.NDArray[np.uint8]
Position = tuple[int, int]
"""(column, row from the bottom), both from 0."""

Reasons = dict[Position, str]
"""The reason of the first change of each tile."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired level, what was changed, and what the solver found in it."""

    level: Level
    changes: list[Change]
    run: Beaten | Stuck


def repair_level(level: Level) -> Repaired:
    """Remove the structural faults of a level, and make it beatable and its start safe, if that is possible."""
    before, reasons = level.ids, Reasons()
    ids = _without_faults(before.copy(), reasons)
    ids, run = _passable(ids, reasons)
    safe = _with_safe_start(ids, reasons)
    if safe is not ids:
        # A run may have needed one of the removed enemies to jump on.
        ids, run = _passable(safe, reasons)
    if isinstance(run, Beaten) and reasons:
        ids, run = _without_unneeded(before, ids, run)
    return Repaired(Level.from_ids(ids), _changes(before, ids, reasons), run)


def _changes(before: Ids, ids: Ids, reasons: Reasons) -> list[Change]:
    return [
        Change(
            row=HEIGHT - r,
            column=c + 1,
            before=TILES[before[c, r]].symbol,
            after=TILES[ids[c, r]].symbol,
            why=reasons[c, r],
        )
        for c, r in np.argwhere(before != ids).tolist()
    ]


def _without_faults(ids: Ids, reasons: Reasons) -> Ids:
    """Repair every structural fault."""
    found = faults(ids)
    steps = STEPS_PER_FAULT * len(found) + MORE_STEPS
    while found:
        steps -= 1
        fault = found[0]
        place = fault.column - 1, HEIGHT - fault.row
        better = _best_repair(ids, place) if steps > 0 else None
        ids, changed = better or (_with(ids, place, _SKY), place)
        reasons.setdefault(changed, fault.kind)
        found = faults(ids)
    return ids


def _best_repair(ids: Ids, place: Position) -> tuple[Ids, Position] | None:
    """The change of one tile around a fault that leaves the fewest faults, if it leaves fewer, and its place."""
    c, r = place
    part = slice(max(0, c - 4), min(len(ids), c + 5))
    best: tuple[tuple[int, bool, bool], Position, int] | None = None
    limit = len(faults(ids[part]))
    for cc in range(max(0, c - 1), min(len(ids), c + 2)):
        for rr in range(max(0, r - 1), min(HEIGHT, r + 2)):
            for symbol in range(len(TILES)):
                if symbol == ids[cc, rr]:
                    continue
                left = len(faults(_with(ids, (cc, rr), symbol)[part]))
                rank = (left, int(ids[cc, rr]) != _SKY, (cc, rr) == place)
                if left < limit and (best is None or rank < best[0]):
                    best = rank, (cc, rr), symbol
    if best is None:
        return None
    _, changed, symbol = best
    return _with(ids, changed, symbol), changed


def _passable(ids: Ids, reasons: Reasons) -> tuple[Ids, Beaten | Stuck]:
    """Change tiles where the solver gets stuck, one at a time, until it gets through or nothing helps.

    The fine searches are needed once at each obstacle. While tiles are changed there, the quick ones show the progress.
    """
    run = solve(ids)
    last, times = -1, 0
    for _ in range(MAX_PLACES):
        if isinstance(run, Beaten):
            return ids, run
        column = run.column - 1
        last, times = column, times + 1 if column == last else 0
        changed = _step(ids, run, times)
        for cell in np.argwhere(changed != ids).tolist():
            reasons.setdefault((cell[0], cell[1]), f"no run got past column {run.column}")
        ids, before = changed, run.column
        run = solve(ids, QUICK)
        if isinstance(run, Stuck) and abs(run.column - before) > AHEAD:
            run = solve(ids, FINE)
    return ids, run if isinstance(run, Beaten) else solve(ids)


def _step(ids: Ids, run: Stuck, times: int) -> Ids:
    """A change that leads further from where a run got stuck; `times` is how often it got stuck there before."""
    column = run.column - 1
    if run.states_made == 0 or run.furthest.status != Status.PLAYING or not run.furthest.on_ground:
        return _with(ids, (0, 0), _GROUND)
    # At a place where a run got stuck before, the search would find the same change again.
    for speed in () if times else (CAUTIOUS_RUN, PHYSICS.mario.run):
        step = _best_step(ids, run.furthest, column, speed)
        if step is not None:
            return step
    return _levelled(ids, column, 4 * max(1, times))


def _best_step(ids: Ids, state: State, column: int, run: int) -> Ids | None:
    """The change of one tile that leads furthest from a state at acceleration `run`, by `MIN_GAIN` columns or more."""
    limit, best = state.x + MIN_GAIN * TILE, None
    count = len(faults(ids))
    for place, symbol in _single_changes(ids, column):
        changed = _with(ids, place, symbol)
        reached = _reach(changed, state, column, run)
        if reached > limit and len(faults(changed)) <= count:
            best, limit = changed, reached
            if reached >= (column + AHEAD) * TILE:
                break
    return best


def _single_changes(ids: Ids, column: int) -> Iterator[tuple[Position, int]]:
    """Changes of one tile that may help: one enemy less, one solid tile less, or one more tile to stand on."""
    for c in range(max(0, column - BEHIND), min(len(ids), column + AHEAD)):
        for r in range(HEIGHT):
            if ids[c, r] == _ENEMY or (IS_SOLID[ids[c, r]] and ids[c, r] not in _PIECES):
                yield (c, r), _SKY
            elif ids[c, r] == _SKY:
                yield (c, r), _GROUND


def _reach(ids: Ids, state: State, column: int, run: int) -> int:
    """The furthest x at which Mario stands in a short search from a state."""
    world = World(ids, run=run)
    search = Search(world.with_goal(min(world.goal, (column + AHEAD) * TILE)), _LOOK, state)
    goal = search.run(_LOOK_STATES)
    return goal.state.x if goal is not None else search.stood.state.x


def _levelled(ids: Ids, column: int, columns: int) -> Ids:
    """The level with the next columns made flat: ground below, and nothing in the way."""
    changed = ids.copy()
    part = changed[column + 1 : column + 1 + columns]
    part[part == _ENEMY] = _SKY
    part[:, 1:][IS_SOLID[part[:, 1:]]] = _SKY
    part[:, 0] = _GROUND
    return _without_faults(changed, {})


def _with_safe_start(ids: Ids, reasons: Reasons) -> Ids:
    """Remove the first enemies until Mario can stand still at the start."""
    enemies = [(c, r) for c, r in np.argwhere(ids == _ENEMY).tolist()]
    while enemies and not is_safe_start(ids):
        place = enemies.pop(0)
        ids = _with(ids, place, _SKY)
        reasons.setdefault(place, "the enemy reached the start")
    return ids


def _without_unneeded(before: Ids, ids: Ids, run: Beaten) -> tuple[Ids, Beaten]:
    """Undo every change that is not needed, and return the run that a check of the result finds."""
    for c, r in np.argwhere(before != ids).tolist():
        without = _with(ids, (c, r), int(before[c, r]))
        if faults(without) or not is_safe_start(without):
            continue
        found = _same_run(without, run) or solve(without, QUICK)
        if isinstance(found, Beaten):
            ids, run = without, found
    found = solve(ids)
    return ids, found if isinstance(found, Beaten) else run


def _same_run(ids: Ids, run: Beaten) -> Beaten | None:
    """The certificate of the same keys in another level if they win there; this is faster than a search."""
    world = World(ids)
    *_, end = run_keys(world, run.replay.keys)
    return certify(world, run.replay.holds, run.states_made) if end.status == Status.WON else None


def _with(ids: Ids, place: Position, symbol: int) -> Ids:
    changed = ids.copy()
    changed[place] = symbol
    return changed
