"""A replay: the keys of a run on one level, as a short text that any player with the same physics can play."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.play.physics import PHYSICS
from mariogpt_mcp.play.simulator import State, Status, advance, start
from mariogpt_mcp.play.world import World

_LETTERS = "abcdefghijklmnop"
"""One letter for each of the 16 combinations of left (1), right (2), jump (4) and run (8)."""

_FORM = re.compile(r"m(\d{1,6})-([0-9a-f]{12})-((?:[a-p][1-9]\d{0,4})*)", re.ASCII)


class ReplayError(MarioGPTError):
    """The text is not a replay, or the replay is for another level or other physics."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The keys of a run with the frames for which they are held, the version of the physics, and the level's digest.

    Its text is, for example, `m1-9f86d081884c-k30o8k4`: physics 1, level 9f86d081884c, then for each hold a letter for
    the keys and the number of frames.
    """

    level: str
    holds: tuple[tuple[int, int], ...]
    physics: int = PHYSICS.version

    @classmethod
    def of(cls, level: Level, holds: Sequence[tuple[int, int]]) -> Replay:
        """Record a run on a level; consecutive holds of the same keys become one hold."""
        merged: list[tuple[int, int]] = []
        for keys, frames in holds:
            if merged and merged[-1][0] == keys:
                keys, frames = keys, merged.pop()[1] + frames
            merged.append((keys, frames))
        return cls(digest(level), tuple(merged))

    @classmethod
    def parse(cls, text: str) -> Replay:
        """Read a replay's text.

        Raises:
            ReplayError: the text is not a replay.
        """
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ReplayError("The text is not a replay; a replay looks like m1-9f86d081884c-k30o8k4.")
        physics, level, runs = match.groups()
        holds = [(_LETTERS.index(letter), int(frames)) for letter, frames in re.findall(r"([a-p])(\d+)", runs)]
        return cls(level, tuple(holds), int(physics))

    @property
    def text(self) -> str:
        """The replay as text."""
        return f"m{self.physics}-{self.level}-" + "".join(f"{_LETTERS[keys]}{frames}" for keys, frames in self.holds)

    @property
    def keys(self) -> list[int]:
        """The keys held in each frame."""
        return [keys for keys, frames in self.holds for _ in range(frames)]

    def play(self, level: Level) -> Iterator[State]:
        """Every state of the run, the first one included, up to its end.

        Raises:
            ReplayError: it was recorded on another level, or with other physics.
        """
        if self.physics != PHYSICS.version:
            raise ReplayError(
                f"The replay is for physics {self.physics}, but this version plays physics {PHYSICS.version}; "
                "check the level again to get a new replay."
            )
        if self.level != digest(level):
            raise ReplayError("The replay was recorded on another level; check this level to get its replay.")
        yield from run_keys(World(level.ids), self.keys)

    def wins(self, level: Level) -> bool:
        """Whether the run reaches the goal. Raises `ReplayError` as `play` does."""
        *_, last = self.play(level)
        return last.status == Status.WON


def run_keys(world: World, keys: Sequence[int]) -> Iterator[State]:
    """Every state of the run with these keys, one entry per frame, from the first state to the last."""
    state = start(world)
    yield state
    for held in keys:
        if state.status != Status.PLAYING:
            return
        state = advance(world, state, held)
        yield state


def digest(level: Level) -> str:
    """The name of a level in its replays: the first 12 hexadecimal digits of the SHA-256 of its text."""
    return hashlib.sha256(level.text().encode()).hexdigest()[:12]
