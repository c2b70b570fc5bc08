from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from mariogpt_mcp.level.grid import HEIGHT, Level, LevelError
from tests.conftest import levels

SKY = "-" * 4
FLAT = "\n".join([SKY] * 13 + ["XXXX"])


def test_text_to_level_to_text_is_the_identity_on_the_corpus(vglc: Path) -> None:
    files = sorted(vglc.rglob("*.txt"))
    assert len(files) >= 70
    heights = set()
    for path in files:
        text = path.read_text().rstrip("\n")
        rows = text.split("\n")
        heights.add(len(rows))
        if len(rows) == HEIGHT:
            assert Level.parse(text).text() == text
    assert heights == {12, 13, 14, 15, 16}


def test_another_height_is_refused() -> None:
    with pytest.raises(LevelError, match="14 rows, this one has 15"):
        Level.parse(FLAT + "\nXXXX")
    with pytest.raises(LevelError, match="14 rows, this one has 13"):
        Level.parse(FLAT[5:])


def test_a_path_becomes_an_overlay(package_level: Level) -> None:
    text = FLAT.replace("----", "-xx-", 1)
    level = Level.parse(text)
    assert level.path == {(0, 1), (0, 2)}
    assert level.text() == FLAT
    assert level.text(path=True) == text
    assert len(package_level.path) == 8286
    assert "x" not in package_level.text()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "14 rows, this one has 1"),
        (FLAT.replace("----", "-Y--", 1), r"Row 1, column 2 has 'Y', which is not a tile"),
        (FLAT[:-1] + "\u2603", r"Row 14, column 4 has '\u2603'"),
        (FLAT + "X", "Row 14 has 5 columns and row 1 has 4"),
        ("\n".join(["-" * 10001] * 14), "1 to 10000 columns, this one has 10001"),
    ],
)
def test_bad_text_is_named_with_row_and_column(text: str, message: str) -> None:
    with pytest.raises(LevelError, match=message):
        Level.parse(text)


def test_line_ends_of_windows_and_empty_lines_around_are_read() -> None:
    assert Level.parse("\n\n" + FLAT.replace("\n", "\r\n") + "\r\n").text() == FLAT


@given(levels)
def test_text_and_ids_lead_back_to_the_same_level(level: Level) -> None:
    assert Level.parse(level.text()) == level
    assert Level.from_ids(level.ids) == level


def test_ids_run_from_the_bottom_up() -> None:
    ids = Level.parse(FLAT).ids
    assert ids.shape == (4, HEIGHT)
    assert ids[0, 0] == 1
    assert not ids[:, 1:].any()


def test_ids_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        Level.from_ids(np.zeros((3, 13), dtype=np.int64))
    for wrong in (-1, 13):
        with pytest.raises(ValueError, match="ids are 0 to 12"):
            Level.from_ids(np.full((3, 14), wrong))


def test_a_path_stays_inside() -> None:
    for cell in ((0, 4), (14, 0), (-1, 0)):
        with pytest.raises(ValueError, match="outside a level"):
            Level.parse(FLAT).with_path([cell])


def test_the_grid_of_a_path_lies_as_the_ids_do() -> None:
    level = Level.parse("\n".join(["----"] * 11 + ["-x--", "--x-", "XXXX"]))
    assert np.argwhere(level.on_path).tolist() == [[1, 2], [2, 1]]
    assert level.on_path.shape == level.ids.shape


@given(levels)
def test_slices_join_to_the_whole(level: Level) -> None:
    level = level.with_path([(3, c) for c in range(level.columns)])
    for cut in range(1, level.columns):
        assert level[:cut] + level[cut:] == level


def test_a_level_cannot_be_changed() -> None:
    level = Level.parse(FLAT)
    with pytest.raises(AttributeError):
        level.rows = ()  # type: ignore[misc]


def test_ids_are_kept_and_are_not_those_that_a_caller_may_change() -> None:
    given = Level.parse(FLAT).ids.copy()
    level = Level.from_ids(given)
    given[0, 0] = 5
    assert level.ids is level.ids
    assert level.with_path([(0, 0)]).ids is level.ids
    np.testing.assert_array_equal(level.ids, Level(level.rows).ids)
    with pytest.raises(ValueError, match="read-only"):
        level.ids[0, 0] = 1
