"""Best-first search over held keys, in the simulator.

This is a weighted A* (Pohl 1970) over states. Keys are held for a few frames at a time. The cost is time, with a
surcharge for what people find hard, and the estimate is the time to the goal at full speed. States that are nearly the
same count as one. The search stops after a number of states, never by a clock, so that the same level gets the same
answer on any machine.
"""

from __future__ import annotations

import heapq
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

from mariogpt_mcp.play.cells import SKY_ROWS, STRIDE
from mariogpt_mcp.play.effort import SLICE, Effort
from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.simulator import Key, State, Status, advance, start
from mariogpt_mcp.play.world import World

TOP_SPEED = 970
"""The final speed of a run, in hundredths of a pixel per frame: (v + 120) * 0.89 = v."""

CHANGE_COST = 2
"""Cost, in frames, of releasing a key or pressing another."""

JUMP_COST = 3
"""Cost, in frames, of a jump."""

BACK_COST = 3
"""Cost, in frames, of going left."""

RISK_COST = 4
"""Cost, in frames, of standing near a ledge or an enemy."""

LEDGE_DISTANCE = 1200
"""Distance of a ledge from the middle of Mario that counts as near, in hundredths of a pixel."""

ENEMY_DISTANCE = 2800
"""Distance of an enemy that counts as near, in x and in y, in hundredths of a pixel."""

WAIT_FRAMES = 16
"""Frames after which the same place counts as a new state if an enemy or bullet is moving."""

_NEAR = ENEMY_DISTANCE
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
    """How fine a search is.

    Keys are held for `hold` frames. States that differ by less than `cell` in x and y and by less than `speed` count as
    one. `weight` multiplies the estimated time to the goal. A `careful` search adds a cost for risks.
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
        """The nodes after the start, up to this one."""
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
    """A search that can be continued, also after its level has grown."""

    def __init__(self, world: World, grain: Grain, state: State | None = None, effort: Effort | None = None) -> None:
        """Search from a state of a run, by default its start. `effort` limits it together with other searches."""
        self._world, self._grain, self._effort = world, grain, effort
        self._open: list[tuple[float, int, float, Node]] = []
        self._seen: set[tuple[int, ...]] = set()
        self._arrived: list[tuple[float, Node]] = []
        self._made = self._work = 0
        self.best = Node(state or start(world), 0, None)
        """The node with the furthest x, on the ground or in the air."""
        self.stood = self.best
        """The node with the furthest x among those on the ground."""
        self._add(self.best, 0.0)

    @property
    def made(self) -> int:
        """States made so far."""
        return self._made

    def grown(self, world: World) -> Search:
        """This search, to be continued in a longer level that begins with the same columns."""
        other = copy(self)
        other._world, other._open, other._seen = world, self._open.copy(), self._seen.copy()
        other._arrived = []
        for cost, node in self._arrived:
            other._add(node._replace(state=node.state._replace(status=_PLAYING)), cost)
        return other

    def run(self, budget: int) -> Node | None:
        """The first run found to the goal; `None` after `budget` more states, or if no states are left.

        Raises:
            Stopped: the stop flag of the effort is set.
        """
        end, effort = self._made + budget, self._effort
        if effort is None:
            return self._run(end)
        while self._open and self._made < end and not effort.exhausted:
            before = self._work
            goal = self._run(min(end, self._made + SLICE))
            effort.spend(self._work - before, self.stood.state.x // TILE)
            if goal is not None:
                return goal
        return None

    def _run(self, end: int) -> Node | None:
        """The same up to a number of states made."""
        world = self._world
        hold, careful = self._grain.hold, self._grain.careful
        while self._open and self._made < end:
            *_, cost, node = heapq.heappop(self._open)
            if not self._is_new(node.state):
                continue
            self._work += len(HOLDS) + len(HOLDS) // 2 * len(node.state.actors)
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
        """The cost, in frames, of a place where a person would easily lose."""
        risk = 0
        if s.on_ground:
            row = (s.y + 1) // TILE + SKY_ROWS
            solid = self._world.solid
            ahead = min((s.x + LEDGE_DISTANCE) // TILE, self._world.columns - 1)
            if not (solid[max(s.x - LEDGE_DISTANCE, 0) // TILE * STRIDE + row] and solid[ahead * STRIDE + row]):
                risk = RISK_COST
        for path, born in s.actors:
            place = path.at(s.frame - born)
            if place is not None and -_NEAR < place[0] - s.x < _NEAR and -_NEAR < place[1] - s.y < _NEAR:
                risk += RISK_COST
        return risk

    def _add(self, node: Node, cost: float) -> None:
        # The estimate without its constant part, the goal's x, so that the goal can move.
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
    """The cost of a change of keys, in frames."""
    back = BACK_COST if keys & _LEFT else 0
    if keys == before:
        return back
    return back + CHANGE_COST + (JUMP_COST if keys & ~before & _JUMP else 0)
