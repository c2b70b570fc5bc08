"""The limit of the searches in one check or repair, and the hooks through which a caller follows and stops them."""

from __future__ import annotations

from mariogpt_mcp.hooks import Hooks

SLICE = 256
"""States that a search makes between two looks at the stop flag: a few milliseconds."""


class Effort:
    """Counts the work of searches: a state counts as 1, and as 1/2 more for each enemy and bullet that moves in it.

    The limit is not a time, so that the same level gets the same answer on any machine. A million is about three
    seconds on one core of a laptop.
    """

    def __init__(self, work: int, columns: int, hooks: Hooks = Hooks()) -> None:
        """Allow an amount of work in a level of this many columns."""
        self.left = work
        """The work that is still allowed; 0 or less if the limit is reached."""
        self._columns, self._hooks = columns, hooks
        self._reached = 0

    @property
    def exhausted(self) -> bool:
        """Whether the limit is reached."""
        return self.left <= 0

    def spend(self, work: int, column: int) -> None:
        """Count work and report the furthest column, from 0, that was reached so far.

        Raises:
            Stopped: the stop flag is set.
        """
        self._hooks.raise_if_stopped()
        self.left -= work
        self._reached = max(self._reached, column)
        if self._hooks.progress is not None:
            self._hooks.progress(self._reached, self._columns)
