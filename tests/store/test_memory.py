from __future__ import annotations

import time

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.store.records import MadeLevel


def test_the_oldest_level_is_deleted(made: MadeLevel) -> None:
    store = MemoryStore(2, 1)
    levels = [MadeLevel(made.level, made.report) for _ in range(3)]
    for level in levels:
        store.put(level)
    assert store.ids() == [levels[2].id, levels[1].id]
    assert store.newest(1) == [levels[2]]
    assert store.get(levels[2].id) is levels[2]
    assert store.find(levels[0].id) is None
    with pytest.raises(MarioGPTError, match="There is no level"):
        store.get(levels[0].id)


def test_levels_that_are_too_old_are_deleted(made: MadeLevel, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore(5, 2)
    store.put(made)
    later = time.time() + 3 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert store.made_from(made.key) is None
    with pytest.raises(MarioGPTError, match="There is no level"):
        store.get(made.id)


def test_a_generated_level_is_found_by_its_key(made: MadeLevel) -> None:
    store = MemoryStore(1, 1)
    assert store.made_from(made.key) is None
    store.put(made)
    assert store.made_from(made.key) is made
    assert store.made_from("") is None
    store.put(MadeLevel(made.level, made.report))
    assert store.made_from(made.key) is None


def test_the_error_says_what_is_kept_and_names_no_tool() -> None:
    with pytest.raises(MarioGPTError) as caught:
        MemoryStore(3, 30).get("n" * 80)
    assert str(caught.value) == (
        f"There is no level '{'n' * 40}' here: only the last 3 levels are kept, each for 30 days; "
        "make a new level and use its id."
    )


def test_an_id_is_replaced_by_its_levels_text(made: MadeLevel) -> None:
    store = MemoryStore(5, 1)
    store.put(made)
    assert store.text_of(f" {made.id}\n") == made.text
    assert store.text_of(made.text) == made.text
    assert store.text_of("nope") == "nope"
    with pytest.raises(MarioGPTError, match="There is no level"):
        store.text_of("1f0c9a5e-7d1b-4c55-9a0e-3b1f6d2c8e47")
