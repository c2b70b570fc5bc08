from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from mariogpt_mcp.play.physics import PHYSICS, TILE, Physics


def figures() -> dict[str, Any]:
    text = files("mariogpt_mcp.resources").joinpath("physics.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def test_the_figures_are_those_of_the_file() -> None:
    assert PHYSICS.model_dump() == figures()
    assert figures()["tile"] == TILE


def test_every_figure_is_a_whole_number_above_zero() -> None:
    read = figures()
    parts = [read, read["mario"], read["enemy"], read["bullet"]]
    values = [v for part in parts for v in part.values() if not isinstance(v, str | dict)]
    assert len(values) == 6 + len(read["mario"]) + len(read["enemy"]) + len(read["bullet"])
    assert all(type(v) is int and v > 0 for v in values)


def test_an_unknown_figure_is_refused() -> None:
    with pytest.raises(ValidationError, match="wind"):
        Physics.model_validate(figures() | {"wind": 3})


def test_figures_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(PHYSICS.mario, "run", 200)  # noqa: B010


def test_nothing_moves_a_tile_sideways_or_up_in_a_frame() -> None:
    """The simulator looks at most one tile beside and above a body."""
    mario = PHYSICS.mario
    top_speed = mario.run * 100 // (100 - mario.inertia_percent)
    assert top_speed < TILE
    assert mario.jump_speed * max(mario.jump_frames, mario.stomp_frames) < TILE
    assert PHYSICS.enemy.speed < TILE
    assert PHYSICS.bullet.speed < TILE


def test_mario_fits_where_two_tiles_are_free_but_not_in_one() -> None:
    mario = PHYSICS.mario
    assert TILE < mario.height < 2 * TILE
    assert 2 * mario.half_width < TILE
