"""Mario's movement, frame by frame, in integers; the same keys always make the same run.

The order within a frame is that of the Mario AI Framework: jump, left and right, small speeds set to zero, the move in
x, the move in y, the slowing of both speeds, gravity; then the goal and the pit, then enemies and bullets.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import NamedTuple

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.play.cannons import fired_bullets
from mariogpt_mcp.play.cells import SKY_ROWS, STRIDE, Actor, Actors
from mariogpt_mcp.play.physics import PHYSICS, TILE
from mariogpt_mcp.play.world import World

_M, _E, _B = PHYSICS.mario, PHYSICS.enemy, PHYSICS.bullet
_HALF, _TALL, _MIDDLE = _M.half_width, _M.height, _M.height // 2
_SKY = SKY_ROWS * TILE
_LOST = HEIGHT * TILE + PHYSICS.lost_below


class Key(IntFlag):
    """Keys that can be held down."""

    LEFT = 1
    RIGHT = 2
    JUMP = 4
    RUN = 8


_LEFT, _RIGHT, _JUMP, _RUN = (int(key) for key in Key)


class Status(IntEnum):
    """Whether a run continues, and how it ended."""

    PLAYING = 0
    WON = 1
    FELL = 2
    HIT = 3
    LATE = 4


_PLAYING, _WON, _FELL, _HIT, _LATE = (int(status) for status in Status)


class State(NamedTuple):
    """Everything that a run's future depends on.

    `x`, `y` are the middle of Mario's feet; `jump` is the number of frames that a held jump still lifts him; `ready`
    says that jump was released when he was last on the ground; `actors` are the moving enemies and bullets, as (path,
    frame of its start); `asleep` is the index of the first enemy, from the left, that has not woken; `stomps` counts
    stomped enemies; `bumped` is the cell (column * STRIDE + row + SKY_ROWS) hit from below in the last frame, or -1.
    """

    x: int
    y: int
    vx: int
    vy: int
    jump: int
    on_ground: bool
    ready: bool
    frame: int
    actors: Actors
    asleep: int
    stomps: int
    bumped: int
    status: int


def start(world: World) -> State:
    """A run's first state: Mario stands on the lowest floor of the first column, or falls if it has none."""
    x, y = world.start or (TILE // 2, HEIGHT * TILE)
    return State(x, y, 0, 0, 0, world.start is not None, False, 0, (), 0, 0, -1, _PLAYING)


def advance(world: World, state: State, keys: int, frames: int = 1) -> State:
    """Hold keys for a number of frames, or until the run is over.

    It is one long function because every search calls it for every state, and more calls would cost time.
    """
    x, y, vx, vy, jump, on_ground, ready, frame, actors, asleep, stomps, bumped, status = state
    solid, sleepers, goal = world.solid, world.sleepers, world.goal
    push = world.run if keys & _RUN else _M.walk
    push = (push if keys & _RIGHT else 0) - (push if keys & _LEFT else 0)
    jumping = keys & _JUMP
    end = frame + frames
    while frame < end and status == _PLAYING:
        frame += 1
        bumped = -1
        if not jumping:
            jump = 0
        elif on_ground and ready:
            jump, vy, on_ground = _M.jump_frames, -_M.jump_speed * _M.jump_frames, False
        elif jump:
            vy = -_M.jump_speed * jump
            jump -= 1
        ready = on_ground and not jumping
        vx += push
        if -_M.smallest_speed < vx < _M.smallest_speed:
            vx = 0
        stood, on_ground = on_ground, False

        if vx:
            to = x + vx
            lead = to + _HALF if vx > 0 else to - _HALF
            column = lead // TILE
            base = column * STRIDE
            if column < 0:
                to, vx = _HALF, 0
            elif (
                solid[base + (y + _SKY) // TILE]
                or solid[base + (y - _MIDDLE + _SKY) // TILE]
                or solid[base + (y - _TALL + _SKY) // TILE]
            ):
                to = max(x, column * TILE - _HALF - 1) if vx > 0 else min(x, (column + 1) * TILE + _HALF)
                vx = 0
            x = to

        left, right = (x - _HALF) // TILE * STRIDE, (x + _HALF) // TILE * STRIDE
        falling = vy >= 0
        if falling:
            row, last = (y + 1 + _SKY) // TILE, (y + vy + 1 + _SKY) // TILE
            while row <= last:
                if solid[left + row] or solid[right + row]:
                    y, vy, on_ground = row * TILE - _SKY - 1, 0, True
                    break
                row += 1
            else:
                y += vy
        else:
            row = (y + vy - _TALL + _SKY) // TILE
            middle = x // TILE * STRIDE
            if solid[middle + row] or solid[left + row] or solid[right + row]:
                hit = middle if solid[middle + row] else left if solid[left + row] else right
                y, vy, jump, bumped = min(y, (row + 1) * TILE - _SKY + _TALL), 0, 0, hit + row
            else:
                y += vy
        vy = vy * _M.fall_percent // 100 if vy >= 0 else -(-vy * _M.fall_percent // 100)
        vx = vx * _M.inertia_percent // 100 if vx >= 0 else -(-vx * _M.inertia_percent // 100)
        if not on_ground:
            vy += _M.gravity

        if x > goal:
            status = _WON
        elif y > _LOST:
            status = _FELL
        elif frame >= PHYSICS.clock:
            status = _LATE

        while asleep < len(sleepers) and x >= sleepers[asleep].wakes_at:
            sleeper = sleepers[asleep]
            actors += ((sleeper.left if sleeper.x > x else sleeper.right, frame),)
            asleep += 1
        if world.cannons and frame % _B.every == 0:
            actors += fired_bullets(world.cannons, x, frame)
        if actors:
            actors, touched = _touched(actors, frame, x, y)
            if touched and status == _PLAYING:
                stomped = [(actor, feet) for actor, feet in touched if falling and not stood and y <= feet]
                if stomped:
                    actors = tuple(a for a in actors if all(a is not actor for actor, _ in stomped))
                    stomps += len(stomped)
                    y = _lifted(world, x, y, min(feet for _, feet in stomped) - _E.height // 2)
                    jump, vy, on_ground = _M.stomp_frames, -_M.jump_speed * _M.stomp_frames, False
                else:
                    status = _HIT
    return State(x, y, vx, vy, jump, on_ground, ready, frame, actors, asleep, stomps, bumped, status)


def _touched(actors: Actors, frame: int, x: int, y: int) -> tuple[Actors, list[tuple[Actor, int]]]:
    """The actors that remain, and those that touch Mario, each with the y of its feet."""
    touched, gone = [], False
    for actor in actors:
        place = actor[0].at(frame - actor[1])
        if place is None:
            gone = True
            continue
        ahead = place[0] - x
        if -_E.reach < ahead < _E.reach:
            if y - _TALL < place[1] and y > place[1] - _E.height:
                touched.append((actor, place[1]))
        elif ahead < -_E.forgotten_behind:
            gone = True
    if gone:
        actors = tuple(actor for actor in actors if _remains(actor, frame, x))
    return actors, touched


def _remains(actor: Actor, frame: int, x: int) -> bool:
    place = actor[0].at(frame - actor[1])
    return place is not None and place[0] - x >= -_E.forgotten_behind


def _lifted(world: World, x: int, y: int, to: int) -> int:
    """Where Mario's feet are after a stomp: at `to`, unless something solid is in the way."""
    columns = [(x + side) // TILE * STRIDE for side in (-_HALF, 0, _HALF)]
    edge = to - _TALL if to < y else to
    row = (edge + _SKY) // TILE
    if any(world.solid[column + row] for column in columns):
        return y
    return to
