"""Finished levels by id, in memory; the oldest go when there are too many."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level import Level
from mariogpt_mcp.rendering import render, render_png
from mariogpt_mcp.report import Report


@dataclass(frozen=True)
class MadeLevel:
    """A finished level: its id (UUID4), its tiles and the report on it."""

    level: Level
    report: Report
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG bytes."""
        return render_png(self.level)

    @property
    def text(self) -> str:
        """The 14 rows."""
        return self.level.text()

    def show(self) -> None:
        """Open the picture in the desktop's viewer; a notebook shows the level by itself."""
        render(self.level).show(title=self.report.prompt)

    def save(self, path: str | Path) -> Path:
        """Write the text (`.txt`) or the picture (`.png`), by the ending of `path`.

        Raises:
            MarioGPTError: another ending, or the file cannot be written.
        """
        path = Path(path)
        try:
            if path.suffix not in (".txt", ".png"):
                raise MarioGPTError(f"{path.name!r} ends in neither .txt nor .png; try level.txt or level.png.")
            # Whole or not at all, whatever interrupts it.
            part = path.with_name(path.name + ".part")
            part.write_bytes(self.png if path.suffix == ".png" else (self.text + "\n").encode())
            part.replace(path)
        except OSError as error:
            raise MarioGPTError(
                f"{str(path)!r} could not be written ({error.strerror}); choose another place."
            ) from error
        return path

    def _repr_png_(self) -> bytes:
        return self.png


class LevelStore:
    """The last `keep` levels; safe to use from several threads."""

    def __init__(self, keep: int) -> None:
        """Hold at most `keep` levels."""
        self._keep = keep
        self._levels: OrderedDict[str, MadeLevel] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, made: MadeLevel) -> None:
        """Add a level; the oldest goes if there are too many."""
        with self._lock:
            self._levels[made.id] = made
            while len(self._levels) > self._keep:
                self._levels.popitem(last=False)

    def get(self, level_id: str) -> MadeLevel:
        """The level with this id.

        Raises:
            MarioGPTError: there is none.
        """
        with self._lock:
            made = self._levels.get(level_id)
        if made is None:
            raise MarioGPTError(
                f"There is no level {level_id[:40]!r} here (the last {self._keep} made by this server are kept); "
                "make one with generate_mario_level and use the id in its result."
            )
        return made

    def ids(self) -> list[str]:
        """Ids of all levels, the newest first."""
        with self._lock:
            return list(reversed(self._levels))
