"""How hard a level is, measured on a run that beats it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.simulator import Key, State, Status, advance
from mariogpt_mcp.play.world import World

MOST_SLACK = 4
"""Frames by which a jump is moved at most to measure its timing: an eighth of a second, which is easy for anybody."""

MOST_FRAMES = 2 * MOST_SLACK + 1

LANDING_FRAMES = 15
"""Frames after the landing of a jump within which the same jump, moved in time, must land."""

MET_WITHIN = 3 * TILE
"""Distance at which an enemy or bullet counts as met, in hundredths of a pixel."""

_JUMP = int(Key.JUMP)


class Difficulty(BaseModel):
    """How hard a run was; the level may have other routes."""

    seconds: float = Field(description="length of the run")
    jumps: int
    widest_jump: float = Field(description="columns from take-off to landing, or to the first stomped enemy")
    tightest_timing: int = Field(
        description=f"frames of 1/30 s in which the hardest jump can be pressed, from 1 (no other) to {MOST_FRAMES}"
    )
    enemies_met: int = Field(description="enemies and bullets that came within three tiles")
    stomps: int

    def text(self) -> str:
        """The run in one line."""
        jumps = "no jump"
        if self.jumps:
            timing = "1/4 s or more" if self.tightest_timing == MOST_FRAMES else f"{self.tightest_timing}/30 s"
            count, hardest = (
                ("one jump of", "") if self.jumps == 1 else (f"{self.jumps} jumps, the widest", "the tightest ")
            )
            jumps = f"{count} {self.widest_jump:.1f} columns, {hardest}to be timed within {timing}"
        met = "1 enemy" if self.enemies_met == 1 else f"{self.enemies_met or 'no'} enemies"
        stomped = f", {self.stomps} stomped" if self.stomps else ""
        return f"{self.seconds:.0f} s, {jumps}, {met} met{stomped}"


def difficulty_of(world: World, states: Sequence[State], keys: Sequence[int]) -> Difficulty:
    """Measure a run: its states, the first one included, and the keys that lead from each to the next."""
    takeoffs = [i for i in range(len(keys)) if states[i].on_ground and states[i + 1].vy < 0]
    widest, timing = 0, MOST_FRAMES
    for takeoff in takeoffs:
        landing = next((i for i in range(takeoff + 1, len(states)) if states[i].on_ground), len(states) - 1)
        stomps = states[takeoff].stomps
        touch = next((i for i in range(takeoff + 1, landing) if states[i].stomps > stomps), landing)
        widest = max(widest, abs(states[touch].x - states[takeoff].x))
        timing = min(timing, 1 + _slack(world, states, keys, takeoff, landing))
    met = {actor for state in states for actor in state.actors if _is_met(state, actor[0].at(state.frame - actor[1]))}
    return Difficulty(
        seconds=round(states[-1].frame / PHYSICS.frames_per_second, 1),
        jumps=len(takeoffs),
        widest_jump=round(widest / TILE, 1),
        tightest_timing=timing,
        enemies_met=len(met),
        stomps=states[-1].stomps,
    )


def _is_met(state: State, place: tuple[int, int] | None) -> bool:
    return place is not None and abs(place[0] - state.x) < MET_WITHIN and abs(place[1] - state.y) < MET_WITHIN


def _slack(world: World, states: Sequence[State], keys: Sequence[int], takeoff: int, landing: int) -> int:
    """The number of frames by which a jump can be pressed earlier plus the number by which it can be pressed later."""
    total = 0
    for direction in (-1, 1):
        for frames in range(1, MOST_SLACK + 1):
            if not _lands(world, states, keys, takeoff, landing, direction * frames):
                break
            total += 1
    return total


def _lands(world: World, states: Sequence[State], keys: Sequence[int], takeoff: int, landing: int, shift: int) -> bool:
    """Whether a jump that is pressed `shift` frames later still lands in about the same place, or further."""
    begin = max(0, takeoff + min(shift, 0))
    state, from_x, to_x = states[begin], states[takeoff].x, states[landing].x
    for i in range(begin, landing + LANDING_FRAMES):
        pressed = i - shift
        jump = keys[pressed] & _JUMP if takeoff <= pressed < landing else 0
        state = advance(world, state, keys[min(i, landing - 1)] & ~_JUMP | jump)
        if state.status != Status.PLAYING:
            return state.status == Status.WON
        if state.on_ground and pressed > takeoff:
            return state.x > to_x - TILE if to_x >= from_x else state.x < to_x + TILE
    return False
