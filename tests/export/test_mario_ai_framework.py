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
from mariogpt_mcp.export.mario_ai_framework import FLAG, ROWS, ROWS_ABOVE, START, write
from mariogpt_mcp.export.waypoints import flag_cell, start_cell
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import TILES
from mariogpt_mcp.mario_gpt_package import java_file
from mariogpt_mcp.play.physics import TILE
from mariogpt_mcp.play.world import World
from tests.conftest import ROOT, levels
from tests.game import pipe_pixels, window_with

ROW_PIXELS = 480 // ROWS
"""The window draws the 256 pixels of its screen on 480."""


def read(text: str) -> Level:
    """The level's own rows of a text in the framework's legend."""
    symbols = {tile.framework: tile.symbol for tile in TILES} | {START: "-", FLAG: "-"}
    rows = text.splitlines()[ROWS_ABOVE : ROWS_ABOVE + HEIGHT]
    return Level(tuple("".join(symbols[symbol] for symbol in row) for row in rows))


@given(levels)
def test_what_is_written_is_read_again(level: Level) -> None:
    text = write(level)
    rows = text.splitlines()
    assert text.endswith("\n")
    assert [len(row) for row in rows] == [level.columns] * ROWS
    assert read(text) == level
    sky = ["-"] * level.columns
    for mark, cell in ((FLAG, flag_cell(level)), (START, start_cell(level))):
        if cell is not None and cell[0] == -1:
            sky[cell[1]] = mark
    assert rows[0] == "".join(sky)
    assert text.count(START) <= 1
    assert text.count(FLAG) <= 1


def test_rows_and_marks_are_where_the_frameworks_own_levels_have_them() -> None:
    """As in its World 1-1: sky at the top, the ground twice at the bottom, Mario and the flag on it."""
    level = Level((*("-" * 8,) * 10, "---<>--B", "-S-[]--b", "---[]-o-", "XX-[]-XX"))
    assert write(level).splitlines()[-5:] == ["---<>--B", "-S-[]--b", "M--[]-oF", "XX-[]-XX", "XX-[]-XX"]


@pytest.mark.parametrize(
    ("first", "last", "marks"),
    [
        ("-" * 13 + "X", "-" * 13 + "X", {START, FLAG}),
        ("-" * 12 + "oX", "-" * 12 + "EX", set()),  # the tile stays
        ("-" * 14, "-" * 14, set()),
        ("X" * 14, "X" * 14, {START, FLAG}),  # in the row above the level
        ("-" * 12 + "Bb", "-" * 11 + "Bbb", {START, FLAG}),
    ],
)
def test_a_mark_is_on_the_floor_and_replaces_no_tile(first: str, last: str, marks: set[str]) -> None:
    rows = tuple(f"{a}----{b}" for a, b in zip(first, last, strict=True))
    text = write(Level(rows))
    assert {mark for mark in (START, FLAG) if mark in text} == marks
    assert read(text).rows == rows


def flat() -> Level:
    """Thirty columns with a pipe, as tall as Mario jumps, on one row of ground."""
    return Level(
        (*("-" * 30,) * 10, "-" * 8 + "<>" + "-" * 20, *("-" * 8 + "[]" + "-" * 20,) * 2, "X" * 30),
    )


@pytest.mark.slow
def test_the_frameworks_agent_starts_at_the_start_and_wins_at_the_goal() -> None:
    """Nobody crosses the pit, so the level is lost unless the flag is moved before it or Mario behind it."""
    pit = Level(("-" * 40,) * 13 + ("X" * 15 + "-" * 15 + "X" * 10,))
    texts = [write(flat()), write(pit), moved(write(pit), FLAG, 12), moved(write(pit), START, 32)]
    assert [line.split()[0] for line in judged(texts)] == ["WIN", "LOSE", "WIN", "WIN"]


@pytest.mark.slow
@pytest.mark.parametrize("first", ["X" * 14, "X" + "-" * 13])
def test_above_the_level_the_mark_is_where_the_framework_starts_without_one(first: str) -> None:
    """Mario starts on the floor in the top row, as in the simulator; a run from the ground cannot pass the wall."""
    columns = [first, *["-" * 13 + "X"] * 2, "X" * 14, *["-" * 13 + "X"] * 16]
    level = Level(tuple("".join(row) for row in zip(*columns, strict=True)))
    text = write(level)
    unmarked = text.replace(START, "-")
    rows = unmarked.splitlines()
    rows[13] = rows[13][0] + START + rows[13][2:]
    assert text.startswith(START)
    assert World(level.ids).start == (TILE // 2, -1)
    assert [line.split()[0] for line in judged([text, unmarked, "\n".join(rows)])] == ["WIN", "WIN", "RUNNING"]


def judged(texts: list[str]) -> list[str]:
    """For each level, the outcome of the framework's agent and how far it came."""
    classes = os.pathsep.join((str(java_file(JAR)), str(ROOT / "resources" / "judge")))
    limits = [str(EXPANSIONS), str(UPDATES_WITHOUT_PROGRESS), "1"]
    command = ["java", "-Djava.awt.headless=true", "-cp", classes, "Judge", *limits]
    done = subprocess.run(command, input="\n".join(texts), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


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
    """The sixteen rows fill the window: the pipe is on two rows of ground, and the window ends below them."""
    picture, pipe = window_with(write(flat()), tmp_path, pipe_rows)
    top, bottom = pipe  # its outline is black
    assert (top // ROW_PIXELS, bottom / ROW_PIXELS) == (10 + ROWS_ABOVE, 13 + ROWS_ABOVE)
    ground, below, outside = (picture.crop((32, row * ROW_PIXELS, 480, (row + 1) * ROW_PIXELS)) for row in (14, 15, 16))
    assert ground.tobytes() == below.tobytes()
    assert outside.getcolors() == [(outside.width * outside.height, (0, 0, 0))]


def pipe_rows(picture: Image.Image) -> tuple[int, int] | None:
    """The first row of a pipe's pixels and the one after the last, from the top."""
    is_pipe = pipe_pixels(picture)
    if is_pipe is None:
        return None
    rows = np.flatnonzero(is_pipe.any(1))
    return int(rows[0]), int(rows[-1]) + 1
