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

from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import KINDS, fault_kinds
from mariogpt_mcp.level.tiles import TILES, tile
from mariogpt_mcp.play.cautious_player import RUN as CAUTIOUS_RUN
from mariogpt_mcp.play.certificate import Beaten, certify
from mariogpt_mcp.play.effort import Effort
from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.replay import run_keys
from mariogpt_mcp.play.search import Grain, Search
from mariogpt_mcp.play.simulator import State, Status, start
from mariogpt_mcp.play.solver import ENDED, FINE, QUICK, Stuck, is_safe_start, solve
from mariogpt_mcp.play.world import World
from mariogpt_mcp.report.reports import Change

MAX_PLACES = 1000
"""Largest number of steps that make a level passable; after them, it is returned even if it cannot be beaten."""

PART = 30
"""Columns past an obstacle that are searched while tiles are changed there."""

BEHIND, AHEAD = 4, 12
"""Columns before and after the furthest place reached in which a tile may change; the reference agent jumps ten."""

MIN_GAIN = 2
"""Columns of progress that a change of one tile must bring."""

MAX_WORK = 3_000_000
"""Limit of the work of a check or a repair, as `Effort` counts it; a repair then returns what it achieved."""

PLACE_WORK = 300_000
"""Limit of the work at one place where a run gets stuck; all changes are tried where up to three enemies move."""

FAULT_WORK = 100
"""The work that the repair of one structural fault counts as: it takes as long."""

AROUND = 3
"""Columns to each side of a fault whose tiles decide which changes of one tile repair it."""

FRAME_WORK = 4
"""The work that a frame of a replayed run counts as."""

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
    ended: bool = False
    """Whether the repair reached `MAX_WORK` before the level could be beaten."""


def repair_level(level: Level, hooks: Hooks = Hooks()) -> Repaired:
    """Remove the structural faults of a level, and make it beatable and its start safe, if that is possible.

    Raises:
        Stopped: the stop flag of the hooks is set.
    """
    before, reasons, effort = level.ids, Reasons(), Effort(MAX_WORK, level.columns, hooks)
    ids = _without_faults(before.copy(), reasons, effort)
    ids, run = _passable(ids, reasons, effort)
    safe = _with_safe_start(ids, reasons)
    if safe is not ids:
        # A run may have needed one of the removed enemies to jump on.
        again = _same_run(safe, run) if isinstance(run, Beaten) else None
        if again is not None:
            ids, run = safe, again
        elif isinstance(run, Stuck) and effort.exhausted:
            ids = safe
        else:
            ids, run = _passable(safe, reasons, effort)
    if isinstance(run, Beaten) and reasons:
        ids, run = _without_unneeded(before, ids, run, effort)
    ended = effort.exhausted and not isinstance(run, Beaten)
    return Repaired(Level.from_ids(ids), _changes(before, ids, reasons), run, ended)


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


def _without_faults(ids: Ids, reasons: Reasons, effort: Effort) -> Ids:
    """Repair every structural fault."""
    kinds = fault_kinds(ids)
    steps = STEPS_PER_FAULT * np.count_nonzero(kinds) + MORE_STEPS
    while kinds.any():
        steps -= 1
        c, r = np.argwhere(kinds)[0].tolist()
        effort.spend(FAULT_WORK, c)
        better = _best_repair(ids, (c, r)) if steps > 0 and not effort.exhausted else None
        changed, symbol = better or ((c, r), _SKY)
        reasons.setdefault(changed, KINDS[kinds[c, r]])
        ids = _with(ids, changed, symbol)
        first, last = max(0, changed[0] - 1), min(len(ids), changed[0] + 2)
        part = slice(max(0, first - 1), last + 1)
        kinds[first:last] = fault_kinds(ids[part])[first - part.start :][: last - first]
    return ids


def _best_repair(ids: Ids, place: Position) -> tuple[Position, int] | None:
    """The change of one tile around a fault that leaves the fewest faults, if it leaves fewer: (place, new tile)."""
    c, r = place
    start = max(0, c - AROUND)
    part = ids[start : c + AROUND + 1]
    changes = [
        (cc, rr, symbol)
        for cc in range(max(0, c - 1), min(len(ids), c + 2))
        for rr in range(max(0, r - 1), min(HEIGHT, r + 2))
        for symbol in range(len(TILES))
        if symbol != ids[cc, rr]
    ]
    grids = np.repeat(part[None], len(changes), axis=0)
    for grid, (cc, rr, symbol) in zip(grids, changes, strict=True):
        grid[cc - start, rr] = symbol
    left = np.count_nonzero(fault_kinds(grids), axis=(1, 2)).tolist()
    ranks = [
        (count, int(ids[cc, rr]) != _SKY, (cc, rr) == place) for count, (cc, rr, _) in zip(left, changes, strict=True)
    ]
    best = min(range(len(changes)), key=ranks.__getitem__)
    if left[best] >= np.count_nonzero(fault_kinds(part)):
        return None
    cc, rr, symbol = changes[best]
    return (cc, rr), symbol


def _passable(ids: Ids, reasons: Reasons, effort: Effort) -> tuple[Ids, Beaten | Stuck]:
    """Change tiles where the solver gets stuck, one at a time, until it gets through or nothing helps.

    The fine searches are needed once at each obstacle. While tiles are changed there, the quick ones show the progress.
    A level without other faults is first searched as in a check, so that it is not changed if it can be beaten.
    Otherwise only the columns up to `PART` columns past the obstacle are searched.
    """
    end = min(len(ids), PART) if reasons else len(ids)
    run = solve(ids[:end], effort=effort)
    last, times, furthest = -1, 0, 1
    for _ in range(MAX_PLACES):
        furthest = max(furthest, end if isinstance(run, Beaten) else run.column)
        if effort.exhausted or (isinstance(run, Beaten) and end == len(ids)):
            break
        if isinstance(run, Beaten) or run.column + PART < end:
            end = min(len(ids), 2 * end) if isinstance(run, Beaten) else run.column + PART
            run = solve(ids[:end], effort=effort)
            continue
        last, times = run.column, times + 1 if run.column == last else 0
        changed = _step(ids, run, times, effort)
        for cell in np.argwhere(changed != ids).tolist():
            reasons.setdefault((cell[0], cell[1]), f"no run got past column {run.column}")
        ids, before = changed, run.column
        run = solve(ids[:end], QUICK, effort)
        if isinstance(run, Stuck) and abs(run.column - before) > AHEAD:
            run = solve(ids[:end], FINE, effort)
    if effort.exhausted and not (isinstance(run, Beaten) and end == len(ids)):
        run = Stuck(furthest, ENDED, run.states_made, start(World(ids)))
    return ids, run


def _step(ids: Ids, run: Stuck, times: int, effort: Effort) -> Ids:
    """A change that leads further from where a run got stuck; `times` is how often it got stuck there before."""
    column = run.column - 1
    if run.states_made == 0 or run.furthest.status != Status.PLAYING or not run.furthest.on_ground:
        return _with(ids, (0, 0), _GROUND)
    # At a place where a run got stuck before, the search would find the same change again.
    for speed in () if times else (CAUTIOUS_RUN, PHYSICS.mario.run):
        step = _best_step(ids, run.furthest, speed, effort)
        if step is not None:
            return step
    return _levelled(ids, column, 4 * max(1, times), effort)


def _best_step(ids: Ids, state: State, run: int, effort: Effort) -> Ids | None:
    """The change of one tile that leads furthest from a state at acceleration `run`, by `MIN_GAIN` columns or more."""
    limit, best, column = state.x + MIN_GAIN * TILE, None, state.x // TILE
    end = effort.left - PLACE_WORK
    for place, symbol in _single_changes(ids, column):
        changed = _with(ids, place, symbol)
        reached = _reach(changed, state, run, effort)
        if reached > limit and _is_as_valid(changed, ids, place[0]):
            best, limit = changed, reached
            if reached >= (column + AHEAD) * TILE:
                break
        if effort.left < end:
            break
    return best


def _is_as_valid(changed: Ids, ids: Ids, column: int) -> bool:
    """Whether a change of one tile in a column added no structural fault."""
    part = slice(max(0, column - AROUND), column + AROUND + 1)
    return bool(np.count_nonzero(fault_kinds(changed[part])) <= np.count_nonzero(fault_kinds(ids[part])))


def _single_changes(ids: Ids, column: int) -> Iterator[tuple[Position, int]]:
    """Changes of one tile that may help: one enemy less, one solid tile less, or one more tile to stand on."""
    for c in range(max(0, column - BEHIND), min(len(ids), column + AHEAD)):
        for r in range(HEIGHT):
            if ids[c, r] == _ENEMY or (IS_SOLID[ids[c, r]] and ids[c, r] not in _PIECES):
                yield (c, r), _SKY
            elif ids[c, r] == _SKY:
                yield (c, r), _GROUND


def _reach(ids: Ids, state: State, run: int, effort: Effort) -> int:
    """The furthest x at which Mario stands in a short search from a state."""
    world = World(ids, run=run)
    goal_x = (state.x // TILE + AHEAD) * TILE
    search = Search(world.with_goal(min(world.goal, goal_x)), _LOOK, state, effort)
    goal = search.run(_LOOK_STATES)
    return goal.state.x if goal is not None else search.stood.state.x


def _levelled(ids: Ids, column: int, columns: int, effort: Effort) -> Ids:
    """The level with the next columns made flat: ground below, and nothing in the way."""
    changed = ids.copy()
    part = changed[column + 1 : column + 1 + columns]
    part[part == _ENEMY] = _SKY
    part[:, 1:][IS_SOLID[part[:, 1:]]] = _SKY
    part[:, 0] = _GROUND
    return _without_faults(changed, {}, effort)


def _with_safe_start(ids: Ids, reasons: Reasons) -> Ids:
    """Remove the first enemies until Mario can stand still at the start."""
    enemies = [(c, r) for c, r in np.argwhere(ids == _ENEMY).tolist()]
    while enemies and not is_safe_start(ids):
        place = enemies.pop(0)
        ids = _with(ids, place, _SKY)
        reasons.setdefault(place, "the enemy reached the start")
    return ids


def _without_unneeded(before: Ids, ids: Ids, run: Beaten, effort: Effort) -> tuple[Ids, Beaten]:
    """Undo every change that is not needed, and return the run that a check of the result finds."""
    for c, r in np.argwhere(before != ids).tolist():
        effort.spend(FAULT_WORK, c)
        without = _with(ids, (c, r), int(before[c, r]))
        if effort.exhausted or not _is_as_valid(without, ids, c) or not is_safe_start(without):
            continue
        effort.spend(FRAME_WORK * len(run.replay.keys), c)
        found = _same_run(without, run) or solve(without, QUICK, effort)
        if isinstance(found, Beaten):
            ids, run = without, found
    found = solve(ids, effort=effort)
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
