from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from mariogpt_mcp.level.column_counts import column_counts
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.style import AROUND, STYLES, Style, column_styles, is_deep, style_of
from mariogpt_mcp.training.corpus import read_corpus
from tests.conftest import levels

GROUND, BRICKS, VOID = ("-" * 12 + "-X", "-" * 11 + "S-X", "-" * 14)


def level_of(*columns: str) -> Level:
    """A level from its columns, top tile first."""
    assert all(len(column) == HEIGHT for column in columns)
    return Level(tuple("".join(row) for row in zip(*columns, strict=True)))


@pytest.mark.parametrize(
    ("bricks", "ground", "expected"),
    [
        (100, 100, "underground"),
        (100, 0, "underground"),
        (99, 100, "overworld"),
        (0, 45, "overworld"),
        (0, 44, "athletic"),
        (99, 44, "athletic"),
    ],
)
def test_the_rule_and_its_bounds(bricks: int, ground: int, expected: Style) -> None:
    assert style_of(bricks, ground, 100) == expected


def test_the_originals_have_the_styles_they_are_known_for(vglc: Path) -> None:
    """Second levels of a world underground, third ones athletic, where the corpus has them at all."""
    found: dict[str, set[str]] = {style: set() for style in STYLES}
    for named in read_corpus(str(vglc / "cleaned")):
        found[Features.of(named.level).style].add(named.name.rsplit("/", 1)[1])
    assert found["underground"] == {
        "mario-1-2",
        "mario-4-2",
        "SuperMarioBros2(J)-World1-2",
        "SuperMarioBros2(J)-World5-2",
    }
    thirds = {name for names in found.values() for name in names if re.search(r"-3$", name)}
    assert found["athletic"] == thirds | {"SuperMarioBros2(J)-WorldC-2"}


def test_the_style_around_a_column_changes_within_a_level() -> None:
    level = level_of(*[GROUND] * 100, *[BRICKS] * 100, *[VOID] * 100)
    styles = [STYLES[i] for i in column_styles(column_counts(level.ids))[0]]
    assert set(styles[: 100 - AROUND]) == {"overworld"}
    assert set(styles[100 + AROUND : 201 - AROUND]) == {"underground"}
    assert set(styles[200 + AROUND :]) == {"athletic"}


@given(levels)
def test_the_style_around_a_column_is_that_of_its_surroundings(level: Level) -> None:
    styles, deep = column_styles(column_counts(level.ids))
    assert styles.shape == deep.shape == (level.columns,)
    for c in np.arange(level.columns):
        around = level[max(0, int(c) - AROUND) : int(c) + AROUND]
        assert STYLES[styles[c]] == Features.of(around).style
        assert deep[c] == is_deep(int(column_counts(around.ids).deep.sum()), around.columns)


@given(levels)
def test_bricks_and_ground_are_counted_in_the_text(level: Level) -> None:
    counts = column_counts(level.ids)
    bricks, ground = "".join(level.rows).count("S"), sum(tile in "XSQ?<>[]Bb" for tile in level.rows[-1])
    assert (counts.bricks.sum(), counts.ground.sum()) == (bricks, ground)
    assert Features.of(level).style == style_of(bricks, ground, level.columns)
