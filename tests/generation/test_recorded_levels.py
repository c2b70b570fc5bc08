"""The same prompt, seed and weights make the same level as when it was recorded."""

from __future__ import annotations

import json

import pytest

from tests.generation.recorded_levels import FILE, make_levels


@pytest.mark.slow
def test_recorded_levels_are_made_again() -> None:
    recorded = json.loads(FILE.read_text(encoding="utf-8"))
    assert len(recorded) == 20
    for now, then in zip(make_levels(), recorded, strict=True):
        assert now == then, then["request"]
