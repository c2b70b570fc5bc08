"""Opens the store that the settings choose."""

from __future__ import annotations

from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.settings import PREFIX, StoreSettings
from mariogpt_mcp.store.folder import FolderStore
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.store.records import LevelStore


def open_store(chosen: StoreSettings) -> LevelStore:
    """A store in the chosen folder, or in memory if none is chosen.

    Raises:
        MarioGPTError: the folder cannot be used.
    """
    if not chosen.folder:
        return MemoryStore(chosen.keep, chosen.keep_days)
    try:
        return FolderStore(Path(chosen.folder).expanduser(), chosen.keep, chosen.keep_days)
    except (OSError, RuntimeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower().rstrip(".")
        raise MarioGPTError(
            f"{PREFIX}STORE is {chosen.folder!r}, which is not a folder that can be written to ({reason}); "
            f"try for example {PREFIX}STORE=levels."
        ) from None
