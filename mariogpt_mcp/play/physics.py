"""The movement figures, read from `resources/physics.json`, which the player in the browser reads as well.

All are integers, and lengths are in hundredths of a pixel, so that Python and JavaScript agree bit for bit. The figures
are those of the Mario AI Framework (Karakovskiy and Togelius 2012, "The Mario AI Benchmark and Competitions"), so a
level that is beaten here can be beaten in its Java players too. Where the framework's small and large Mario differ, the
stricter rule is used: Mario is as tall as the large one and loses at the first hit, like the small one.
"""

from __future__ import annotations

import json
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MarioFigures(_Figures):
    """Mario's body and movement: `walk` and `run` are accelerations; percents are the shares kept in each frame."""

    half_width: int
    height: int
    walk: int
    run: int
    inertia_percent: int
    fall_percent: int
    gravity: int
    smallest_speed: int
    jump_speed: int
    jump_frames: int
    stomp_frames: int


class EnemyFigures(_Figures):
    """An enemy's body and movement; `reach` is the distance in x within which it touches Mario."""

    half_width: int
    height: int
    speed: int
    fall_percent: int
    gravity: int
    reach: int
    wakes_beyond_screen: int
    forgotten_behind: int


class BulletFigures(_Figures):
    """Cannons fire every `every` frames, unless Mario is within `quiet_within` of them in x."""

    every: int
    speed: int
    quiet_within: int


class Physics(_Figures):
    """All figures; `clock` is the number of frames a run may take."""

    version: int
    source: str
    frames_per_second: int
    tile: int
    screen_columns: int
    clock: int
    lost_below: int
    mario: MarioFigures
    enemy: EnemyFigures
    bullet: BulletFigures


PHYSICS = Physics.model_validate(
    json.loads(files("mariogpt_mcp.resources").joinpath("physics.json").read_text(encoding="utf-8"))
)
TILE = PHYSICS.tile
