"""A level store that survives a restart: one JSON file per level in a folder."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path

from pydantic import ValidationError

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.store.records import LevelRecord, StoredLevel

log = logging.getLogger(__name__)


class FolderStore(MemoryStore):
    """Levels in memory and in a folder, which is read once, when the store is opened.

    A file that is not a level is left where it is and skipped.
    """

    def __init__(self, folder: Path, keep: int, days: float) -> None:
        """Open a folder, created if it does not exist, and read its levels.

        Raises:
            OSError: the folder cannot be created, read or written to.
        """
        super().__init__(keep, days)
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "writable", b"")
        (folder / "writable").unlink()
        # The age of a level counts from the time when its file was written.
        for when, file in sorted((file.stat().st_mtime, file) for file in folder.glob("*.json")):
            try:
                level_id = str(uuid.UUID(file.stem, version=4))
                level = LevelRecord.model_validate_json(file.read_bytes()).stored(level_id)
            except (OSError, ValueError, ValidationError, MarioGPTError):
                log.warning("%s is not a stored level and is skipped", file.name)
                continue
            self._add(level, when)
        self._trim()

    def put(self, level: StoredLevel) -> None:
        """Add a level; it is kept in memory only if its file cannot be written."""
        try:
            write_atomically(self._folder / f"{level.id}.json", LevelRecord.of(level).model_dump_json())
        except OSError as error:
            log.warning("level %s could not be written (%s)", level.id, error.strerror)
        super().put(level)

    def _on_delete(self, level_id: str) -> None:
        try:
            (self._folder / f"{level_id}.json").unlink(missing_ok=True)
        except OSError as error:
            log.warning("the file of level %s could not be deleted (%s)", level_id, error.strerror)
