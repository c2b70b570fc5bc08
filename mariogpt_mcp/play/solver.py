"""Beats levels: a run to the goal with its replay, or how far one comes."""

from __future__ import annotations

from dataclasses import dataclass

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Cell, Level
from mariogpt_mcp.play.difficulty import Difficulty, difficulty_of
from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.replay import Replay
from mariogpt_mcp.play.search import Grain, Node, Search
from mariogpt_mcp.play.simulator import Key, State, Status, advance, start
from mariogpt_mcp.play.world import SKY_ROWS, STRIDE, World

Passes = tuple[tuple[Grain, int], ...]

QUICK: Passes = (
    (Grain(hold=4, cell=1600, speed=800, weight=2, careful=True), 80),
    (Grain(hold=4, cell=1600, speed=800, weight=2), 150),
)
"""Searches, and the states that each may make a column: coarse ones find runs that a person could do."""

THOROUGH: Passes = (
    *QUICK,
    (Grain(hold=3, cell=800, speed=400, weight=2), 300),
    (Grain(hold=4, cell=800, speed=400, weight=5), 1000),
)
"""For levels that are not made here; nearly all it finds beyond `QUICK` is in levels of the original games."""

WIDE = 9
"""Columns that make a gap by itself a reason to get stuck, if what is beyond is no higher."""

FEWEST_COLUMNS = 50
"""Columns that the states of a shorter level are made for."""

SAFE_SECONDS = 2
"""How long it is to be safe to stand still at the start."""


@dataclass(frozen=True, slots=True)
class Beaten:
    """A level was beaten: the keys, the cells that Mario's feet passed, and how hard it was."""

    replay: Replay
    path: tuple[Cell, ...]
    difficulty: Difficulty
    states_made: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """No run to the goal was found: the furthest column stood on, from 1, and what seems to be in the way.

    `furthest` is the state there.
    """

    column: int
    reason: str
    states_made: int
    furthest: State

    @property
    def text(self) -> str:
        """One sentence."""
        return f"No run to the goal was found: none came past column {self.column}, {self.reason}."


def solve(level: Level, passes: Passes = THOROUGH) -> Beaten | Stuck:
    """Look for a run that beats a level; the same level gets the same answer on any machine."""
    world = World(level.ids)
    made, furthest = 0, start(world)
    if world.start is not None:
        columns = max(level.columns, FEWEST_COLUMNS)
        for grain, states in passes:
            search = Search(world, grain)
            goal = search.run(states * columns)
            made += search.made
            if goal is not None:
                return _beaten(level, world, goal, made)
            furthest = max(furthest, search.stood.state, key=lambda state: state.x)
    column = _column(world, furthest)
    return Stuck(column + 1, _obstacle(world, column), made, furthest)


def is_safe_start(level: Level) -> bool:
    """Whether Mario may stand still where he starts for `SAFE_SECONDS`."""
    world = World(level.ids)
    state = advance(world, start(world), int(Key(0)), SAFE_SECONDS * PHYSICS.frames_per_second)
    return state.status == Status.PLAYING


def _beaten(level: Level, world: World, goal: Node, made: int) -> Beaten:
    replay = Replay.of(level, goal.holds())
    states = list(replay.play(level))
    difficulty = difficulty_of(world, states, replay.keys)
    return Beaten(replay, tuple(dict.fromkeys(_cells(states, level.columns))), difficulty, made)


def _cells(states: list[State], columns: int) -> list[Cell]:
    """The cells of Mario's feet, as far as they are in the level."""
    places = ((state.y // TILE, min(state.x // TILE, columns - 1)) for state in states)
    return [(row, column) for row, column in places if 0 <= row < HEIGHT]


def _column(world: World, state: State) -> int:
    """The column, from 0, of the ground under Mario, who may stand with his heel alone on its edge."""
    floor = (state.y + 1) // TILE + SKY_ROWS
    column = state.x // TILE
    return column if world.solid[column * STRIDE + floor] else max(0, state.x - PHYSICS.mario.half_width) // TILE


def _obstacle(world: World, column: int) -> str:
    """What seems to stop Mario beyond the furthest column he stood on."""
    if world.start is None:
        return "there is nothing to stand on in the first column"
    grain, states = QUICK[-1]
    peaceful = Search(World(world.ids, peaceful=True), grain)
    if peaceful.run(states * world.columns) is not None:
        return "though without enemies one would"
    ahead = IS_SOLID[world.ids[column + 1 :]].any(1)
    width = int(ahead.argmax()) if ahead.any() else len(ahead)
    if width >= WIDE:
        return f"where {width} columns have nothing to stand on"
    return "where what is ahead is too high, too narrow or too far"
