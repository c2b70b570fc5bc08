"""A level store in memory."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from mariogpt_mcp.store.records import LevelStore, MadeLevel, StoredLevel

_SECONDS_PER_DAY = 86_400


class MemoryStore(LevelStore):
    """Levels in memory, gone when the process ends."""

    def __init__(self, keep: int, days: float) -> None:
        """Keep at most `keep` levels, each for at most `days` days."""
        super().__init__(keep, days)
        self._levels: OrderedDict[str, tuple[StoredLevel, float]] = OrderedDict()
        self._by_key: dict[str, str] = {}
        self._lock = threading.RLock()

    def put(self, level: StoredLevel) -> None:
        """Add a level, and delete the oldest if there are more than `keep`."""
        with self._lock:
            self._add(level, time.time())
            self._trim()

    def find(self, level_id: str) -> StoredLevel | None:
        """The level with this id, or `None`."""
        with self._lock:
            self._trim()
            found = self._levels.get(level_id)
        return None if found is None else found[0]

    def made_from(self, key: str) -> MadeLevel | None:
        """The generated level with this key, or `None`."""
        with self._lock:
            level = self.find(self._by_key.get(key, ""))
        return level if isinstance(level, MadeLevel) else None

    def ids(self) -> list[str]:
        """Ids of all levels, newest first."""
        with self._lock:
            self._trim()
            return list(reversed(self._levels))

    def recent(self, count: int) -> list[tuple[StoredLevel, float]]:
        """The newest levels, newest first, each with the time when it was added, in seconds since the epoch."""
        with self._lock:
            self._trim()
            return list(reversed(self._levels.values()))[:count]

    def _add(self, level: StoredLevel, when: float) -> None:
        self._levels[level.id] = level, when
        if level.key:
            self._by_key[level.key] = level.id

    def _trim(self) -> None:
        """Delete the oldest levels while there are too many or they are too old."""
        while self._levels:
            level_id, (level, when) = next(iter(self._levels.items()))
            if len(self._levels) <= self.keep and time.time() - when <= self.days * _SECONDS_PER_DAY:
                return
            del self._levels[level_id]
            if self._by_key.get(level.key) == level_id:
                del self._by_key[level.key]
            self._on_delete(level_id)

    def _on_delete(self, level_id: str) -> None:
        """Called with the id of each level that was deleted; for stores that keep a copy elsewhere."""
