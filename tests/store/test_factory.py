from __future__ import annotations

from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.settings import StoreSettings
from mariogpt_mcp.store.factory import open_store
from mariogpt_mcp.store.folder import FolderStore
from mariogpt_mcp.store.memory import MemoryStore


def test_levels_are_kept_in_memory_unless_a_folder_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(StoreSettings(keep=3, keep_days=2))
    assert (type(store), store.keep, store.days) == (MemoryStore, 3, 2)
    monkeypatch.setenv("HOME", str(tmp_path))
    store = open_store(StoreSettings("~/levels", 4, 5))
    assert (type(store), store.keep, store.days) == (FolderStore, 4, 5)
    assert (tmp_path / "levels").is_dir()


@pytest.mark.parametrize("folder", ["file", "~no-such-user/levels"])
def test_a_folder_that_cannot_be_used_gives_a_one_sentence_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(
        MarioGPTError,
        match=rf"^MARIOGPT_STORE is '{folder}', which is not a folder that can be written to \([^()]+\); "
        r"try for example MARIOGPT_STORE=levels\.$",
    ):
        open_store(StoreSettings(folder))
