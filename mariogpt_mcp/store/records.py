"""Levels with an id and a report, their form as JSON, and the interface of every store."""

from __future__ import annotations

import re
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, export, format_of
from mariogpt_mcp.level.grid import Cell, Level
from mariogpt_mcp.level.rendering import render, render_png
from mariogpt_mcp.report.reports import CheckReport, Report

_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-f])")


def level_id_in(text: str) -> str:
    """The id of a level in a text such as its play link, an id in capitals or in backticks; otherwise the text."""
    found = _ID.findall(text.lower())
    return found[0] if len(set(found)) == 1 else text.strip()


@dataclass(frozen=True)
class StoredLevel:
    """A finished level: its tiles with the path of a run that beats it, its report, and its id (UUID4)."""

    level: Level
    report: Report | CheckReport
    key: str = ""
    """A digest of everything that decided a generated level: equal keys mean equal levels. Empty if it was checked."""
    id: str = field(default_factory=lambda: str(uuid.uuid4()), kw_only=True)

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG bytes."""
        return render_png(self.level, path=False)

    @cached_property
    def path_png(self) -> bytes:
        """The picture with the path of the run that beats the level, as PNG bytes."""
        return render_png(self.level)

    @property
    def text(self) -> str:
        """The 14 rows, top row first, without a final line break."""
        return self.level.text()

    def show(self) -> None:
        """Open the picture in the desktop's image viewer; a notebook displays the level without this."""
        render(self.level, path=False).show()

    def save(self, file: str | Path, *, path: bool = False) -> Path:
        """Write the level to `file`, in the format that its extension names, and return `file`.

        `.png` writes the picture. The other extensions are those of the export formats, such as `.txt` and `.tmj`.
        A format with a tileset writes the tileset's picture into the same folder.

        Args:
            file: where to write.
            path: draw the run's path in the picture; other formats ignore this.

        Raises:
            MarioGPTError: no format has this extension, or the file cannot be written.
        """
        file = Path(file)
        try:
            for name, data in self._files(file, path).items():
                write_atomically(file.with_name(name), data)
        except OSError as error:
            raise MarioGPTError(
                f"{str(file)!r} could not be written ({error.strerror}); choose another file, for example level.png."
            ) from error
        return file

    def _files(self, file: Path, path: bool) -> Mapping[str, bytes]:
        if file.suffix == ".png":
            return {file.name: self.path_png if path else self.png}
        chosen = format_of(file.name)
        if chosen is None:
            endings = ", ".join((".png", *(one.ending for one in FORMATS.values())))
            raise MarioGPTError(f"{file.name!r} does not end in one of {endings}; try level.txt or level.png.")
        return export(self.level, chosen.name, file.name.removesuffix(chosen.ending)).files

    def _repr_png_(self) -> bytes:
        return self.png


@dataclass(frozen=True)
class MadeLevel(StoredLevel):
    """A generated level and its report."""

    report: Report


@dataclass(frozen=True)
class CheckedLevel(StoredLevel):
    """A level that was checked, and repaired if this was requested, and its report."""

    report: CheckReport


class LevelRecord(BaseModel):
    """A level as JSON, for stores outside the process. The id is the key of the record and not part of it."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    level: str
    path: list[Cell]
    key: str
    report: Report | CheckReport

    @classmethod
    def of(cls, stored: StoredLevel) -> LevelRecord:
        """The record of a level."""
        return cls(level=stored.text, path=sorted(stored.level.path), key=stored.key, report=stored.report)

    def stored(self, level_id: str) -> StoredLevel:
        """The level of this record.

        Raises:
            LevelError: the text is not a level.
            ValueError: a cell of the path is outside the level.
        """
        level = Level.parse(self.level).with_path(self.path)
        if isinstance(self.report, Report):
            return MadeLevel(level, self.report, self.key, id=level_id)
        return CheckedLevel(level, self.report, self.key, id=level_id)


class LevelStore(ABC):
    """Finished levels by id: the newest `keep`, each for `days` days at most. Safe to use from several threads."""

    def __init__(self, keep: int, days: float) -> None:
        """Keep at most `keep` levels, each for at most `days` days."""
        self.keep, self.days = keep, days

    @abstractmethod
    def put(self, level: StoredLevel) -> None:
        """Add a level, and delete the oldest if there are more than `keep`."""

    @abstractmethod
    def find(self, level_id: str) -> StoredLevel | None:
        """The level with this id, or `None`."""

    @abstractmethod
    def made_from(self, key: str) -> MadeLevel | None:
        """The generated level with this key, or `None`; see `StoredLevel.key`."""

    @abstractmethod
    def ids(self) -> list[str]:
        """Ids of all levels, newest first."""

    @abstractmethod
    def recent(self, count: int) -> list[tuple[StoredLevel, float]]:
        """The newest levels, newest first, each with the time when it was added, in seconds since the epoch."""

    def get(self, level_id: str) -> StoredLevel:
        """The level with this id.

        Raises:
            MarioGPTError: there is none.
        """
        found = self.find(level_id)
        if found is None:
            raise MarioGPTError(
                f"There is no level {level_id[:40]!r} here: only the last {self.keep} levels are kept, "
                f"each for {self.days:g} days; make a new level and use its id."
            )
        return found

    def newest(self, count: int) -> list[StoredLevel]:
        """The newest levels, newest first."""
        return [level for level, _ in self.recent(count)]

    def text_of(self, text_or_id: str) -> str:
        """The text of the level with this id, as `level_id_in` reads it; text without an id is returned unchanged.

        Raises:
            MarioGPTError: there is no level with this id.
        """
        if "\n" in text_or_id.strip():
            return text_or_id
        level_id = level_id_in(text_or_id)
        return self.get(level_id).text if _ID.fullmatch(level_id) else text_or_id
