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
class StoredLevel:
    """A level that is handed over: its tiles, with the path of a run that beats it, and its id (UUID4)."""

    level: Level
    id: str = field(default_factory=lambda: str(uuid.uuid4()), kw_only=True)

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG bytes."""
        return render_png(self.level, path=False)

    @cached_property
    def path_png(self) -> bytes:
        """The picture with the path of the run that beats the level."""
        return render_png(self.level)

    @property
    def text(self) -> str:
        """The 14 rows."""
        return self.level.text()

    def show(self) -> None:
        """Open the picture in the desktop's viewer; a notebook shows the level by itself."""
        render(self.level, path=False).show()

    def save(self, file: str | Path, *, path: bool = False) -> Path:
        """Write the text (`.txt`) or the picture (`.png`, with the run's path or without), by the ending of `file`.

        Raises:
            MarioGPTError: another ending, or the file cannot be written.
        """
        file = Path(file)
        try:
            if file.suffix not in (".txt", ".png"):
                raise MarioGPTError(f"{file.name!r} ends in neither .txt nor .png; try level.txt or level.png.")
            # Whole or not at all, whatever interrupts it.
            part = file.with_name(file.name + ".part")
            picture = self.path_png if path else self.png
            part.write_bytes(picture if file.suffix == ".png" else (self.text + "\n").encode())
            part.replace(file)
        except OSError as error:
            raise MarioGPTError(
                f"{str(file)!r} could not be written ({error.strerror}); choose another place."
            ) from error
        return file

    def _repr_png_(self) -> bytes:
        return self.png


@dataclass(frozen=True)
class MadeLevel(StoredLevel):
    """A level that was made, and the report on it."""

    report: Report


class LevelStore:
    """The last `keep` levels; safe to use from several threads."""

    def __init__(self, keep: int) -> None:
        """Hold at most `keep` levels."""
        self._keep = keep
        self._levels: OrderedDict[str, StoredLevel] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, made: StoredLevel) -> None:
        """Add a level; the oldest goes if there are too many."""
        with self._lock:
            self._levels[made.id] = made
            while len(self._levels) > self._keep:
                self._levels.popitem(last=False)

    def get(self, level_id: str) -> StoredLevel:
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
