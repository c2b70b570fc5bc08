"""The progress bar of the commands, on stderr."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class ProgressBar:
    """A bar with what is being done, how much of it is done, and the time since the start."""

    def __init__(self, unit: str = "", *, transient: bool = False) -> None:
        """Count in a unit, such as columns; a transient bar is shown only on terminals, and disappears at the end."""
        self._console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(separator=" of "),
            TextColumn(unit),
            TimeElapsedColumn(),
            console=self._console,
            disable=transient and not self._console.is_terminal,
            transient=transient,
        )
        self._task = self._bar.add_task("", total=None)

    @property
    def on_terminal(self) -> bool:
        """Whether stderr is a terminal; elsewhere the bar is printed once, at its end."""
        return self._console.is_terminal

    def show(self, what: str, done: int, total: int | None) -> None:
        """Show what is being done, and how much of it is done; `total` is `None` if it is not known yet."""
        self._bar.update(self._task, description=what, completed=done, total=total)

    def print(self, line: str) -> None:
        """Print a line above the bar."""
        self._console.print(line, highlight=False, markup=False)

    def __enter__(self) -> ProgressBar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()
