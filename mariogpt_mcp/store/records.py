"""Levels that were handed over, and the store that keeps them by id: the oldest go when there are too many."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, export, format_of
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.rendering import render, render_png
from mariogpt_mcp.report.reports import CheckReport, Report

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class StoredLevel:
    """A level that is handed over: its tiles, with the path of a run that beats it, and its id (UUID4)."""

    level: Level
    report: Report | CheckReport
    key: str = ""
    """A digest of what it was made from; the same makes the same level. Empty if it was not made here."""
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
        """Write the level as the ending of `file` says, and return `file`.

        `.png` is the picture, with the run's path or without; the other endings are those of the formats that a level
        is exported in, `.txt` among them. A tileset's picture is written beside the map that needs it.

        Raises:
            MarioGPTError: another ending, or the file cannot be written.
        """
        file = Path(file)
        try:
            for name, data in self._files(file, path).items():
                write_whole(file.with_name(name), data)
        except OSError as error:
            raise MarioGPTError(
                f"{str(file)!r} could not be written ({error.strerror}); choose another place."
            ) from error
        return file

    def _files(self, file: Path, path: bool) -> Mapping[str, bytes]:
        if file.suffix == ".png":
            return {file.name: self.path_png if path else self.png}
        chosen = format_of(file.name)
        if chosen is None:
            endings = ", ".join((".png", *(one.ending for one in FORMATS.values())))
            raise MarioGPTError(f"{file.name!r} ends in none of {endings}; try level.txt or level.png.")
        return export(self.level, chosen.name, file.name.removesuffix(chosen.ending)).files

    def _repr_png_(self) -> bytes:
        return self.png


@dataclass(frozen=True)
class MadeLevel(StoredLevel):
    """A level that was made, and the report on it."""

    report: Report


@dataclass(frozen=True)
class CheckedLevel(StoredLevel):
    """A level that was checked, mended if that was asked for, and the report on it."""

    report: CheckReport


def write_whole(file: Path, data: bytes) -> None:
    """Write a file whole or not at all, whatever interrupts it."""
    part = file.with_name(f"{file.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        part.write_bytes(data)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


class LevelStore:
    """The last `keep` levels, none older than `days`, in memory; safe to use from several threads."""

    def __init__(self, keep: int, days: float) -> None:
        """Hold at most `keep` levels, each for at most `days` days."""
        self._keep, self._seconds = keep, days * 86_400
        self._levels: OrderedDict[str, tuple[StoredLevel, float]] = OrderedDict()
        self._by_key: dict[str, str] = {}
        self._lock = threading.RLock()

    def put(self, level: StoredLevel) -> None:
        """Add a level; the oldest goes if there are too many."""
        with self._lock:
            self._add(level, time.time())
            self._trim()

    def get(self, level_id: str) -> StoredLevel:
        """The level with this id.

        Raises:
            MarioGPTError: there is none.
        """
        with self._lock:
            self._trim()
            found = self._levels.get(level_id)
        if found is None:
            raise MarioGPTError(
                f"There is no level {level_id[:40]!r} here (the last {self._keep} are kept); "
                "make one with generate_mario_level and use the id in its result."
            )
        return found[0]

    def made_from(self, key: str) -> MadeLevel | None:
        """The level that was made of the same, if it is still kept."""
        with self._lock:
            self._trim()
            found = self._levels.get(self._by_key.get(key, ""))
        return found[0] if found is not None and isinstance(found[0], MadeLevel) else None

    def ids(self) -> list[str]:
        """Ids of all levels, the newest first."""
        with self._lock:
            self._trim()
            return list(reversed(self._levels))

    def newest(self, count: int) -> list[StoredLevel]:
        """The newest levels, the newest first."""
        return [level for level, _ in self.recent(count)]

    def recent(self, count: int) -> list[tuple[StoredLevel, float]]:
        """The newest levels, the newest first, each with when it was put here, in seconds since the epoch."""
        with self._lock:
            self._trim()
            return list(reversed(self._levels.values()))[:count]

    def text_of(self, text_or_id: str) -> str:
        """The text of a kept level, or the text itself where it is no id.

        Raises:
            MarioGPTError: an id of no level here.
        """
        wanted = text_or_id.strip()
        return self.get(wanted).text if _ID.fullmatch(wanted) else text_or_id

    def _add(self, level: StoredLevel, when: float) -> None:
        self._levels[level.id] = level, when
        if level.key:
            self._by_key[level.key] = level.id

    def _trim(self) -> None:
        """Let the oldest go while there are too many, and those that are too old."""
        while self._levels:
            level_id, (level, when) = next(iter(self._levels.items()))
            if len(self._levels) <= self._keep and time.time() - when <= self._seconds:
                return
            del self._levels[level_id]
            if self._by_key.get(level.key) == level_id:
                del self._by_key[level.key]
            self._drop(level_id)

    def _drop(self, level_id: str) -> None:
        """Called for a level that has gone."""
