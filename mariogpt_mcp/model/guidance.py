"""Restricts columns beyond the structure rules: no more than was requested, and ground where it is needed.

The conditions of the model include what its window still lacks. The guidance keeps the model from writing more than
that. If a window falls behind its targets, as happens at low temperatures, the guidance raises the logits of the
missing tiles. It also gives every level ground at its start and its end, keeps enemies out of the first columns, and
ends a gap before it is too wide to jump. If the structure rules allow only tiles that the guidance forbids, as when a
pipe must be completed, the rules win.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import HIGH_FROM, IS_HIGH, IS_SOLID, column_counts
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import SYMBOLS, tile
from mariogpt_mcp.model.conditioning import Countdown

GROUND_AT_ENDS = 3
"""Columns of ground at the start and at the end of a level; fewer if the level is too short for both."""

CALM_COLUMNS = 8
"""Columns at the start of a level without enemies; a quarter of the level if that is less."""

WIDEST_GAP = 8
"""Widest gap that is written, in columns: the reference agent jumps over 10 from a run; people prefer narrower gaps."""

FOOTING_ROWS = HIGH_FROM
"""Rows from the bottom in which a solid tile ends a gap: a brick higher up does not catch a falling Mario."""

PUSH = 2.0
"""Nats added to the logits of pipes for each pipe that the window is behind an even pace; likewise for enemies."""

PUSH_LATE = 6.0
"""Nats added to `PUSH` by the end of the window. Both were tuned until levels met their targets at temperature 0.1."""

SLACK = 0.5
"""Pipes (or enemies) that a window may be behind an even pace before logits are raised."""

PUSH_HIGH = 5.0
"""Nats added to the logits of high ground at the end of a window that must be high and is not high yet."""

MAX_PUSH = 14.0
"""Largest number of nats that is added to a logit: enough to overcome any preference of the model, but finite."""

PUSHED_HIGH_ROWS = range(HIGH_FROM, HIGH_FROM + 2)
"""Rows in which the logits of high ground are raised: the lowest that make a level high, so that it can be reached."""

_GROUND, _SKY = tile("X").id, tile("-").id
_PIPE_TOP, _BODY, _STAND = tile("<").id, tile("[").id, tile("b").id
_PIPE = np.array([_PIPE_TOP, _BODY])
_ENEMY = np.array([tile("E").id, tile("B").id, _STAND])
_HIGH = np.flatnonzero(IS_HIGH)
_IS_PIPE, _IS_THREAT = (np.isin(np.arange(len(SYMBOLS)), ids) for ids in (_PIPE, _ENEMY))
_NO_LIMIT = len(SYMBOLS) * HEIGHT


class Guidance:
    """Follows a batch of levels, column by column, and restricts the tiles that may come next."""

    def __init__(self, countdowns: Sequence[Countdown], active: bool = True, grounded: Collection[int] = ()) -> None:
        """Start before the first column.

        Args:
            countdowns: one for each level, all of one width; the guidance updates them.
            active: false only counts, to show what the model does by itself.
            grounded: indices of columns that must have ground.
        """
        self._active = active
        self._on_ground = grounded
        self._countdowns = countdowns
        self._columns = countdowns[0].columns
        self._calm = min(CALM_COLUMNS, self._columns // 4)
        self._gap = np.zeros(len(countdowns), dtype=np.int64)
        self._column = 0
        self._left = np.full((len(countdowns), HEIGHT), _SKY)  # the column to the left

    def start_column(self) -> None:
        """Begin the next column."""
        self._pipes = np.array([_left(c.target.pipes, c.pipes) for c in self._countdowns])
        self._enemies = np.array([_left(c.target.enemies, c.enemies) for c in self._countdowns])
        if self._column < self._calm:
            self._enemies = np.minimum(self._enemies, 0)
        self._beside = IS_SOLID[self._left]
        self._low = np.array([c.target.high is False for c in self._countdowns])
        self._below = np.full(len(self._countdowns), _SKY)
        edge = min(GROUND_AT_ENDS, self._columns // 2)
        at_edge = self._column < edge or self._column >= self._columns - edge or self._column in self._on_ground
        self._level_end = self._column >= self._columns - edge
        self._grounded = np.full(len(self._countdowns), at_edge) | (self._gap >= WIDEST_GAP)

        self._push = np.stack([self._pushes(c) for c in self._countdowns])  # (batch, 3)

    def _pushes(self, countdown: Countdown) -> npt.NDArray[np.float32]:
        """Nats to add to the logits of pipes, enemies and high ground in one window, (3,)."""
        target, width = countdown.target, countdown.target.columns
        column = width - countdown.columns_left
        late = (column + 1) / width
        calm = self._calm if countdown.column == column else 0
        behind_pipes = _behind(target.pipes, countdown.pipes, column, 0, width - 3)
        behind_enemies = _behind(target.enemies, countdown.enemies, column, calm, width - 1)
        gain = PUSH + PUSH_LATE * late**2
        rise = PUSH_HIGH * late if target.high and not countdown.risen else 0.0
        return np.array([gain * behind_pipes, gain * behind_enemies, rise], dtype=np.float32).clip(0, MAX_PUSH)

    def bias(self, row: int) -> npt.NDArray[np.float32]:
        """Nats to add to the logits of a row, (batch, 13)."""
        added = np.zeros((len(self._countdowns), len(SYMBOLS)), dtype=np.float32)
        if not self._active:
            return added
        added[:, _PIPE] += self._push[:, :1]
        added[:, _ENEMY] += self._push[:, 1:2]
        if row in PUSHED_HIGH_ROWS:
            added[:, _HIGH] += self._push[:, 2:]
        return added

    def within(self, allowed: npt.NDArray[np.bool_], row: int) -> npt.NDArray[np.bool_]:
        """Restrict `allowed`, (batch, 13), to the tiles that the guidance allows too.

        A level keeps all its allowed tiles if the guidance allows none of them.
        """
        if not self._active:
            return allowed
        kept = allowed.copy()
        if self._level_end and row:
            # The last columns get nothing new to climb. A pipe that began there would grow until its top is allowed.
            kept[:, IS_SOLID] &= self._beside[:, row, None]
            kept[:, _PIPE] = False
        if row == 0:
            kept[self._grounded] &= np.arange(len(SYMBOLS)) == _GROUND
        # A pipe or a cannon that has begun may be completed: it is counted already.
        kept[np.ix_((self._pipes <= 0) & (self._below != _BODY), _PIPE)] = False
        kept[np.ix_((self._enemies <= 0) & (self._below != _STAND), _ENEMY)] = False
        if row >= HIGH_FROM:
            kept[np.ix_(self._low, _HIGH)] = False
        if row >= HIGH_FROM - 1:
            kept[self._low, _BODY] = False
        empty = ~kept.any(1)
        kept[empty] = allowed[empty]
        return kept

    def place(self, tiles: npt.NDArray[np.int64], row: int) -> None:
        """Count the tiles chosen for a row, (batch,)."""
        self._pipes -= _IS_PIPE[tiles] & (self._below != _BODY)
        self._enemies -= _IS_THREAT[tiles] & (self._below != _STAND)
        self._below = tiles
        # In each column, logits are raised only until the first pipe, the first enemy and the first high ground.
        self._push[_IS_PIPE[tiles], 0] = 0
        self._push[_IS_THREAT[tiles], 1] = 0
        if row >= HIGH_FROM:
            self._push[IS_HIGH[tiles], 2] = 0

    def finish_column(self, column: npt.NDArray[np.int64]) -> None:
        """Count a finished column, (batch, 14), whether it was written or existed before."""
        self._column += 1
        self._left = column
        self._gap = np.where(IS_SOLID[column[:, :FOOTING_ROWS]].any(1), 0, self._gap + 1)
        counts = column_counts(column[:, None])
        # The structure rules force the right half of a pipe to follow, so each left top is a pipe.
        pipes = (column == _PIPE_TOP).sum(1)
        for i, countdown in enumerate(self._countdowns):
            countdown.add(
                int(pipes[i]),
                int(counts.enemies[i, 0]),
                int(counts.blocks[i, 0]),
                bool(counts.high[i, 0]),
                bool(counts.solid[i, 0]),
            )


def _left(target: int | None, placed: int) -> int:
    """How many more are allowed; without a target, a number that no column reaches."""
    return _NO_LIMIT if target is None else target - placed


def _behind(target: int | None, placed: int, column: int, first: int, last: int) -> float:
    """How far a window is behind an even pace from column `first` to `last`, in pipes or enemies, beyond the slack."""
    if target is None:
        return 0.0
    pace = min(max((column + 1 - first) / max(last - first, 1), 0.0), 1.0)
    return max(0.0, target * pace - placed - SLACK)
