"""Best-first search over held keys, on the simulator itself.

A weighted A* (Pohl 1970) over states: keys are held for a few frames at a time, cost is time with a surcharge for
what people find hard, and the estimate is the time to the goal at full speed. States that are nearly the same count
as one. It counts the states it makes and stops at a number of them, never by a clock: the same level gets the same
answer on any machine.
"""

from __future__ import annotations

import heapq
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.simulator import Key, State, Status, advance, start
from mariogpt_mcp.play.world import SKY_ROWS, STRIDE, World

TOP_SPEED = 970
"""Hundredths of a pixel a frame: what running settles at, (v + 120) * 0.89 = v."""

CHANGE_COST = 2
"""Frames that letting go of a key, or pressing another, is worth avoiding."""

JUMP_COST = 3
"""Frames that a jump is worth avoiding."""

BACK_COST = 3
"""Frames that going left is worth avoiding."""

RISK_COST = 4
"""Frames that the brink of a ledge, or an enemy close by, is worth avoiding."""

EDGE = 1200
"""How near the brink is, from the middle of Mario."""

NEAR = 2800
"""How near an enemy is, in both directions."""

WAIT_FRAMES = 16
"""How much later a state is another one while something is awake."""

_LEFT, _JUMP, _PLAYING, _WON = int(Key.LEFT), int(Key.JUMP), int(Status.PLAYING), int(Status.WON)

HOLDS: tuple[int, ...] = tuple(
    int(keys)
    for keys in (
        Key.RIGHT | Key.RUN,
        Key.RIGHT | Key.RUN | Key.JUMP,
        Key.RIGHT,
        Key.RIGHT | Key.JUMP,
        Key(0),
        Key.JUMP,
        Key.LEFT,
        Key.LEFT | Key.JUMP,
    )
)


@dataclass(frozen=True, slots=True)
class Grain:
    """How fine a search is: frames keys are held for, and how far apart in x and y, and in speed, states differ.

    `weight` is how much the way to the goal counts beside the cost; a `careful` one pays for risks.
    """

    hold: int
    cell: int
    speed: int
    weight: float
    careful: bool = False


class Node(NamedTuple):
    """A state and how it was reached."""

    state: State
    keys: int
    parent: Node | None

    def line(self) -> list[Node]:
        """The nodes from the one after the start to this one."""
        found = []
        node: Node = self
        while node.parent is not None:
            found.append(node)
            node = node.parent
        return found[::-1]

    def holds(self) -> list[tuple[int, int]]:
        """(keys, frames) from the start to here."""
        return [
            (node.keys, node.state.frame - node.parent.state.frame) for node in self.line() if node.parent is not None
        ]


class Search:
    """A search that can be gone on with, also when its level has grown."""

    def __init__(self, world: World, grain: Grain, state: State | None = None) -> None:
        """Search from a state of a run; from its start if left out."""
        self._world, self._grain = world, grain
        self._open: list[tuple[float, int, float, Node]] = []
        self._seen: set[tuple[int, ...]] = set()
        self._arrived: list[tuple[float, Node]] = []
        self._made = 0
        self.best = Node(state or start(world), 0, None)
        """The node with the furthest x, standing or not."""
        self.stood = self.best
        """The node with the furthest x of those that stand."""
        self._add(self.best, 0.0)

    @property
    def made(self) -> int:
        """States made so far."""
        return self._made

    def grown(self, world: World) -> Search:
        """This search, to be gone on with in a longer level that begins with the same columns."""
        other = copy(self)
        other._world, other._open, other._seen = world, self._open.copy(), self._seen.copy()
        other._arrived = []
        for cost, node in self._arrived:
            other._add(node._replace(state=node.state._replace(status=_PLAYING)), cost)
        return other

    def run(self, budget: int) -> Node | None:
        """The first run found to the goal; `None` if `budget` more states are made or there are no others."""
        world, end = self._world, self._made + budget
        hold, careful = self._grain.hold, self._grain.careful
        while self._open and self._made < end:
            *_, cost, node = heapq.heappop(self._open)
            if not self._is_new(node.state):
                continue
            for keys in HOLDS:
                state = advance(world, node.state, keys, hold)
                self._made += 1
                if state.status in (_PLAYING, _WON):
                    found = Node(state, keys, node)
                    total = cost + hold + surcharge(node.keys, keys)
                    if careful:
                        total += self._risk(state)
                    if state.x > self.best.state.x:
                        self.best = found
                    if state.on_ground and state.x > self.stood.state.x:
                        self.stood = found
                    if state.status == _PLAYING:
                        self._add(found, total)
                    else:
                        self._arrived.append((total, found))
            if self._arrived:
                return min(self._arrived, key=lambda arrived: arrived[0])[1]
        return None

    def _risk(self, s: State) -> int:
        """What a place costs, in frames, where a person would easily be lost."""
        risk = 0
        if s.on_ground:
            row = (s.y + 1) // TILE + SKY_ROWS
            solid = self._world.solid
            ahead = min((s.x + EDGE) // TILE, self._world.columns - 1)
            if not (solid[max(s.x - EDGE, 0) // TILE * STRIDE + row] and solid[ahead * STRIDE + row]):
                risk = RISK_COST
        for path, born in s.actors:
            place = path.at(s.frame - born)
            if place is not None and -NEAR < place[0] - s.x < NEAR and -NEAR < place[1] - s.y < NEAR:
                risk += RISK_COST
        return risk

    def _add(self, node: Node, cost: float) -> None:
        # The way to the goal but for a constant, so that it may move.
        left = -node.state.x / TOP_SPEED
        heapq.heappush(self._open, (cost + self._grain.weight * left, self._made, cost, node))

    def _is_new(self, s: State) -> bool:
        cell = self._grain.cell
        key = (
            s.x // cell, s.y // cell, s.vx // self._grain.speed, s.vy // (TILE // 2), s.jump, s.on_ground, s.ready,
            s.frame // WAIT_FRAMES if s.actors else -1,
        )  # fmt: skip
        if key in self._seen:
            return False
        self._seen.add(key)
        return True


def surcharge(before: int, keys: int) -> int:
    """What a change of keys costs, in frames."""
    back = BACK_COST if keys & _LEFT else 0
    if keys == before:
        return back
    return back + CHANGE_COST + (JUMP_COST if keys & ~before & _JUMP else 0)
