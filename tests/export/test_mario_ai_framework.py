"""The framework's text: read back, and played by the framework itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from PIL import Image

from mariogpt_mcp.evaluation.playability import EXPANSIONS, JAR, UPDATES_WITHOUT_PROGRESS
from mariogpt_mcp.export.mario_ai_framework import ABOVE, GOAL, ROWS, START, write
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import TILES
from mariogpt_mcp.mario_gpt_package import java_file
from tests.conftest import ROOT, levels
from tests.game import pipe_pixels, window_with

ROW_PIXELS = 480 // ROWS
"""The window draws the 256 pixels of its screen on 480."""


def read(text: str) -> Level:
    """The level's own rows of a text in the framework's legend."""
    symbols = {tile.framework: tile.symbol for tile in TILES} | {START: "-", GOAL: "-"}
    rows = text.splitlines()[ABOVE : ABOVE + HEIGHT]
    return Level(tuple("".join(symbols[symbol] for symbol in row) for row in rows))


@given(levels)
def test_what_is_written_is_read_again(level: Level) -> None:
    text = write(level)
    rows = text.splitlines()
    assert text.endswith("\n")
    assert [len(row) for row in rows] == [level.columns] * ROWS
    assert read(text) == level
    assert set(rows[0]) == {"-"}
    assert text.count(START) <= 1
    assert text.count(GOAL) <= 1


def test_rows_and_marks_are_where_the_frameworks_own_levels_have_them() -> None:
    """As its World 1-1: sky on top, the ground twice at the bottom, Mario and the flag on it."""
    level = Level((*("-" * 8,) * 10, "---<>--B", "-S-[]--b", "---[]-o-", "XX-[]-XX"))
    assert write(level).splitlines()[-5:] == ["---<>--B", "-S-[]--b", "M--[]-oF", "XX-[]-XX", "XX-[]-XX"]


@pytest.mark.parametrize(
    ("first", "last", "marks"),
    [
        ("-" * 13 + "X", "-" * 13 + "X", {START, GOAL}),
        ("-" * 12 + "oX", "-" * 12 + "EX", set()),  # the tile stays
        ("-" * 14, "-" * 14, set()),
        ("X" * 14, "X" * 14, set()),
        ("-" * 12 + "Bb", "-" * 11 + "Bbb", {START, GOAL}),
    ],
)
def test_a_mark_stands_on_the_floor_and_takes_no_tiles_place(first: str, last: str, marks: set[str]) -> None:
    rows = tuple(f"{a}----{b}" for a, b in zip(first, last, strict=True))
    text = write(Level(rows))
    assert {mark for mark in (START, GOAL) if mark in text} == marks
    assert read(text).rows == rows


def flat() -> Level:
    """Thirty columns with a pipe, as tall as Mario jumps, on one row of ground."""
    return Level(
        (*("-" * 30,) * 10, "-" * 8 + "<>" + "-" * 20, *("-" * 8 + "[]" + "-" * 20,) * 2, "X" * 30),
    )


@pytest.mark.slow
def test_the_frameworks_agent_starts_at_the_start_and_wins_at_the_goal() -> None:
    """A pit that nobody crosses is lost on, unless the flag is brought before it or Mario behind it."""
    pit = Level(("-" * 40,) * 13 + ("X" * 15 + "-" * 15 + "X" * 10,))
    texts = [write(flat()), write(pit), moved(write(pit), GOAL, 12), moved(write(pit), START, 32)]
    classes = os.pathsep.join((str(java_file(JAR)), str(ROOT / "resources" / "judge")))
    limits = [str(EXPANSIONS), str(UPDATES_WITHOUT_PROGRESS), "1"]
    command = ["java", "-Djava.awt.headless=true", "-cp", classes, "Judge", *limits]
    done = subprocess.run(command, input="\n".join(texts), capture_output=True, text=True, check=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["WIN", "LOSE", "WIN", "WIN"]


def moved(text: str, mark: str, column: int) -> str:
    """The text with a mark in another column of its row."""
    rows = text.splitlines()
    for i, row in enumerate(rows):
        if mark in row:
            free = row.replace(mark, "-")
            rows[i] = free[:column] + mark + free[column + 1 :]
    return "\n".join(rows) + "\n"


@pytest.mark.slow
def test_the_java_game_shows_the_level_from_its_sky_down_to_its_ground(tmp_path: Path) -> None:
    """Its sixteen rows fill the window: the pipe stands on two rows of ground, and below them the window ends."""
    picture, pipe = window_with(write(flat()), tmp_path, pipe_rows)
    top, bottom = pipe  # its outline is black
    assert (top // ROW_PIXELS, bottom / ROW_PIXELS) == (10 + ABOVE, 13 + ABOVE)
    ground, below, outside = (picture.crop((32, row * ROW_PIXELS, 480, (row + 1) * ROW_PIXELS)) for row in (14, 15, 16))
    assert ground.tobytes() == below.tobytes()
    assert outside.getcolors() == [(outside.width * outside.height, (0, 0, 0))]


def pipe_rows(picture: Image.Image) -> tuple[int, int] | None:
    """From where to where, in pixels from the top, a pipe's green reaches."""
    is_pipe = pipe_pixels(picture)
    if is_pipe is None:
        return None
    rows = np.flatnonzero(is_pipe.any(1))
    return int(rows[0]), int(rows[-1]) + 1
