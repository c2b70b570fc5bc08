"""A level store that outlives the process: one JSON file a level in a folder."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.grid import Cell, Level
from mariogpt_mcp.report.reports import CheckReport, Report
from mariogpt_mcp.store.records import CheckedLevel, LevelStore, MadeLevel, StoredLevel, write_whole

log = logging.getLogger(__name__)


class _Record(BaseModel):
    """What a file holds."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    level: str
    path: list[Cell]
    key: str
    report: Report | CheckReport

    @classmethod
    def of(cls, stored: StoredLevel) -> _Record:
        return cls(level=stored.text, path=sorted(stored.level.path), key=stored.key, report=stored.report)

    def stored(self, level_id: str) -> StoredLevel:
        level = Level.parse(self.level).with_path(self.path)
        if isinstance(self.report, Report):
            return MadeLevel(level, self.report, self.key, id=level_id)
        return CheckedLevel(level, self.report, self.key, id=level_id)


class FolderStore(LevelStore):
    """The last levels, in memory and in a folder, from which they are read again when a server starts.

    Files are written whole or not at all; one that cannot be read is left where it is and passed over.
    """

    def __init__(self, folder: Path, keep: int, days: float) -> None:
        """Use a folder, made if there is none.

        Raises:
            MarioGPTError: it cannot be used.
        """
        super().__init__(keep, days)
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / "writable", b"")
            (folder / "writable").unlink()
            files = sorted((file.stat().st_mtime, file) for file in folder.glob("*.json"))
        except OSError as error:
            raise MarioGPTError(
                f"MARIOGPT_STORE is {str(folder)!r}, which is no folder that can be written to "
                f"({(error.strerror or 'no reason given').lower()}); try for example MARIOGPT_STORE=levels."
            ) from None
        for when, file in files:
            try:
                level = _Record.model_validate_json(file.read_bytes()).stored(str(uuid.UUID(file.stem, version=4)))
            except (OSError, ValueError, ValidationError, MarioGPTError):
                log.warning("%s holds no level and is passed over", file.name)
                continue
            self._add(level, when)
        self._trim()

    def put(self, level: StoredLevel) -> None:
        """Add a level; it is kept in memory alone where the folder has become full."""
        try:
            write_whole(self._folder / f"{level.id}.json", _Record.of(level).model_dump_json().encode())
        except OSError as error:
            log.warning("level %s could not be written (%s)", level.id, error.strerror)
        super().put(level)

    def _drop(self, level_id: str) -> None:
        (self._folder / f"{level_id}.json").unlink(missing_ok=True)
