from __future__ import annotations

import importlib.metadata
import itertools
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.level.features import CLASSES, COUNTABLES, Countable, Features, class_of, class_range
from mariogpt_mcp.level.grid import HEIGHT, Level
from tests.conftest import levels


@pytest.fixture
def prompter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """MarioGPT's own `Prompter` without its language model and without its package's outdated imports."""
    file = next(f for f in importlib.metadata.files("mario-gpt") or [] if f.name == "prompter.py")
    package = types.ModuleType("mario_gpt")
    package.__path__ = [str(Path(file.locate()).parent)]
    monkeypatch.setitem(sys.modules, "mario_gpt", package)
    from mario_gpt.prompter import STATISTICS, Prompter  # type: ignore[import-untyped, import-not-found, unused-ignore]

    bare = Prompter.__new__(Prompter)
    bare.statistics, bare.use_raw_counts = STATISTICS, False
    yield bare
    for name in [name for name in sys.modules if name.startswith("mario_gpt.")]:
        del sys.modules[name]


def test_counts_and_classes_are_those_of_mariogpts_code(prompter: Any, package_level: Level) -> None:
    starts = np.random.default_rng(0).choice(package_level.columns - 50, 200, replace=False)
    for start in starts:
        window = package_level[int(start) : int(start) + 50]
        rows, flat = list(window.rows), "".join(window.rows)
        features = Features.of(window)
        # Its text joins the rows without a separator, so a pipe can span two rows' ends; ours cannot.
        wrapped = sum(a.endswith("<") and b.startswith(">") for a, b in itertools.pairwise(rows))
        assert features.pipes == prompter.count_pipes(flat) - wrapped
        assert features.enemies == prompter.count_enemies(flat)
        assert features.blocks == prompter.count_blocks(flat)
        if not wrapped:
            theirs = [
                prompter.pipe_prompt(flat, rows)[0],
                prompter.enemy_prompt(flat, rows)[0],
                prompter.block_prompt(flat, rows)[0],
                prompter.elevation_prompt(flat, rows)[0],
            ]
            assert features.caption == ", ".join(theirs)


@pytest.mark.parametrize(
    ("name", "count", "columns", "expected"),
    [
        ("pipes", 0, 50, "no"),
        ("pipes", 2, 50, "little"),
        ("pipes", 5, 50, "some"),
        ("pipes", 6, 50, "many"),
        ("pipes", 10, 100, "some"),
        ("enemies", 1, 50, "no"),
        ("enemies", 2, 50, "little"),
        ("enemies", 7, 50, "some"),
        ("blocks", 75, 50, "little"),
        ("blocks", 76, 50, "some"),
        ("blocks", 177, 50, "many"),
        ("blocks", 0, 7, "little"),
    ],
)
def test_classes_follow_the_thresholds(name: Countable, count: int, columns: int, expected: str) -> None:
    assert class_of(name, count, columns) == expected


@given(st.sampled_from(COUNTABLES), st.integers(0, 600), st.integers(1, 250))
def test_ranges_and_classes_agree(name: Countable, count: int, columns: int) -> None:
    for word in CLASSES[name]:
        low, high = class_range(name, word, columns)
        inside = low <= count and (high is None or count <= high)
        assert inside == (class_of(name, count, columns) == word)


@given(levels)
def test_counts_are_those_of_the_text(level: Level) -> None:
    features = Features.of(level)
    text = "".join(level.rows)
    assert features.pipes == sum(row.count("<>") for row in level.rows)
    assert features.enemies == text.count("E") + text.count("B")
    assert features.blocks == sum(text.count(s) for s in "XS?Q")
    assert (features.elevation == "high") == any(s in row for row in level.rows[:6] for s in "X<>")


def test_gaps_are_columns_with_nothing_solid() -> None:
    rows = ["-" * 10] * (HEIGHT - 1) + ["XX---XX-oX"]
    features = Features.of(Level(tuple(rows)))
    assert (features.gaps, features.widest_gap) == (2, 3)
    flat = Features.of(Level(tuple(["-" * 10] * (HEIGHT - 1) + ["X" * 10])))
    assert (flat.gaps, flat.widest_gap) == (0, 0)


@pytest.mark.parametrize(
    ("rows", "jumps"),
    [
        (["XXXXXXXXXX"], 0),
        (["XX---XX--X"], 2),
        (["--X---X---", "XXXXXXXXXX"], 2),
        (["---XX-----", "--XXXX----", "XXXXXXXXXX"], 2),  # stairs are climbed step by step
        (["--<>------", "--[]------", "XXXXXXXXXX"], 1),
        (["--SSS-----", "----------", "XXXXXXXXXX"], 0),  # nothing to climb: one can stay below
        (["---X------", "XX-XX-XXXX"], 2),  # a rise out of a gap is the gap's jump
        (["X---------", "XXXXXXXXXX"], 0),
    ],
)
def test_jumps_are_gaps_and_rises_of_the_ground(rows: list[str], jumps: int) -> None:
    level = Level((*["-" * 10] * (HEIGHT - len(rows)), *rows))
    assert Features.of(level).jumps == jumps


def test_a_column_solid_to_the_top_is_a_rise() -> None:
    rows = ["-" * 4 + "X" + "-" * 5] * (HEIGHT - 1) + ["X" * 10]
    assert Features.of(Level(tuple(rows))).jumps == 1
