"""The certificate of a level: a run that beats it, recorded so that anyone can replay it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mariogpt_mcp.level.grid import HEIGHT, Cell, Level
from mariogpt_mcp.play.difficulty import Difficulty, difficulty_of
from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.replay import Replay, run_keys
from mariogpt_mcp.play.simulator import State
from mariogpt_mcp.play.world import World


@dataclass(frozen=True, slots=True)
class Beaten:
    """A level was beaten: the keys as a replay, the cells that Mario's feet passed, and how hard the run was."""

    replay: Replay
    path: tuple[Cell, ...]
    difficulty: Difficulty
    states_made: int


def certify(world: World, holds: Sequence[tuple[int, int]], states_made: int) -> Beaten:
    """The certificate of a run to the goal, as (keys, frames) from the start; keys after the goal are left out."""
    keys = [held for held, frames in holds for _ in range(frames)]
    states = list(run_keys(world, keys))
    replay = Replay.of(Level.from_ids(world.ids), [(held, 1) for held in keys[: len(states) - 1]])
    difficulty = difficulty_of(world, states, replay.keys)
    return Beaten(replay, tuple(dict.fromkeys(_cells(states, world.columns))), difficulty, states_made)


def _cells(states: list[State], columns: int) -> list[Cell]:
    """The cells of Mario's feet that are inside the level."""
    places = ((state.y // TILE, min(state.x // TILE, columns - 1)) for state in states)
    return [(row, column) for row, column in places if 0 <= row < HEIGHT]
