from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.training.augmentation import (
    MAX_ENEMIES,
    MAX_PIPES,
    MAX_RAISE,
    PIPE_HEIGHTS,
    LevelIds,
    _remove_pipes,
    edited,
    raised,
)
from tests.conftest import rule_written

seeds = st.integers(0, 2**32 - 1)
valid_levels = st.builds(
    lambda columns, seed, favour: rule_written(columns, seed, favour)[0],
    st.integers(1, 40),
    seeds,
    st.sampled_from(["-X", "-XE", "-X<", "-", "-XS?Q"]),
)


def of_lowest(*rows: str) -> Level:
    """A level with these rows at the bottom and sky above."""
    return Level((*["-" * len(rows[0])] * (HEIGHT - len(rows)), *rows))


PLAIN = of_lowest("-" * 60, "X" * 60)
FULL = of_lowest(
    "-" * 40 + "E" + "-" * 19,
    "-" * 6 + "SQ?o" + "-" * 50,
    "-" * 30 + "<>" + "-" * 28,
    "--<>--------E-------<>--------[]-------SSS------E---B-----<>",
    "--[]-E--------SSS---[]--E-----[]----------------X---b-----[]",
    "X" * 60,
)


def ids_of(level: Level) -> LevelIds:
    return level.ids.astype(np.int64)


def edit(level: Level, seed: int) -> Level:
    return Level.from_ids(edited(ids_of(level), np.random.default_rng(seed)))


def new_faults(before: Level, after: Level) -> Counter[str]:
    return Counter(f.kind for f in faults(after.ids)) - Counter(f.kind for f in faults(before.ids))


@given(valid_levels, seeds)
def test_edits_keep_levels_valid(level: Level, seed: int) -> None:
    assert faults(level.ids) == []
    assert faults(edit(level, seed).ids) == []


@given(seeds, st.integers(0, 7000), st.integers(0, MAX_RAISE))
def test_edits_of_the_corpus_add_no_faults(package_level: Level, seed: int, start: int, rows: int) -> None:
    """The corpus itself has faults. Its levels are raised first, as for training."""
    level = package_level[start : start + 150]
    higher = Level.from_ids(raised(ids_of(level), rows))
    assert not new_faults(higher, edit(higher, seed))


@pytest.mark.parametrize(
    ("rows", "gone"),
    [
        (("-E-", "---", "-Q-", "---", "X-X"), "Q"),
        (("-E--", "----", "-<>-", "-[]-"), "<"),
    ],
)
def test_an_enemy_is_removed_with_the_only_tile_below_it(rows: tuple[str, ...], gone: str) -> None:
    level, seen = of_lowest(*rows), set()
    assert faults(level.ids) == []
    for seed in range(200):
        after = edit(level, seed)
        assert faults(after.ids) == []
        seen.add(gone in after.text())
    assert seen == {True, False}


@given(seeds)
def test_an_edit_changes_a_copy_and_depends_only_on_the_seed(seed: int) -> None:
    ids = ids_of(FULL)
    first = edited(ids, np.random.default_rng(seed))
    np.testing.assert_array_equal(ids, FULL.ids)
    np.testing.assert_array_equal(edited(ids, np.random.default_rng(seed)), first)
    assert first.shape == ids.shape
    assert first.dtype == ids.dtype


@given(seeds)
def test_ground_cannons_and_footings_stay(seed: int) -> None:
    """Only pipes, enemies, coins and blocks are removed, and nothing under a cannon or an enemy."""
    before, after = ids_of(FULL), ids_of(edit(FULL, seed))
    for symbol in "XBb":
        kept = before == tile(symbol).id
        assert (after[kept] == tile(symbol).id).all()
    came = (after != before) & (after != tile("-").id)
    assert set(np.unique(after[came])) <= {tile(symbol).id for symbol in "E<>[]"}


def test_tiles_below_something_are_not_removed() -> None:
    level = of_lowest("-E--B--<>-", "-Q--S--?Q-", "----------", "XXXXXXXXXX")
    assert faults(level.ids) == []
    seen = set()
    for seed in range(300):
        rows = edit(level, seed).rows[-4:]
        assert (rows[0][4], rows[1][4]) == ("B", "S")
        assert rows[0][1] != "E" or rows[1][1] == "Q"
        assert rows[0][7:9] != "<>" or rows[1][7:9] == "?Q"
        seen.add((rows[0][1], rows[1][1], rows[0][7], rows[1][7]))
    assert {("E", "Q"), ("-", "Q"), ("-", "-")} == {(e, q) for e, q, _, _ in seen if e in "E-"}
    assert {("<", "?"), ("-", "?"), ("-", "-")} <= {(pipe, block) for _, _, pipe, block in seen}


@pytest.mark.parametrize("rows", range(1, HEIGHT + 1))
def test_added_pipes_leave_room_to_stand_on_them(rows: int) -> None:
    level = of_lowest(*["X" * 40] * rows)
    for seed in range(40):
        after = edit(level, seed)
        assert faults(after.ids) == []
        assert not set("<>[]") & set(after.rows[0] + after.rows[1])


def test_counts_go_up_and_down() -> None:
    before = Features.of(FULL)
    after = [Features.of(edit(FULL, seed)) for seed in range(100)]
    for counts, own in (
        ([features.pipes for features in after], before.pipes),
        ([features.enemies for features in after], before.enemies),
    ):
        assert min(counts) < own < max(counts)
        assert own in counts
    # Blocks are only removed.
    assert min(f.blocks for f in after) < before.blocks == max(f.blocks for f in after)


@given(st.integers(1, 120), seeds)
def test_added_pipes_and_enemies_stay_within_their_bounds(columns: int, seed: int) -> None:
    features = Features.of(edit(PLAIN[: min(columns, 60)] if columns <= 60 else PLAIN + PLAIN[: columns - 60], seed))
    assert features.pipes <= MAX_PIPES * columns
    assert features.enemies <= MAX_ENEMIES * columns


def test_added_pipes_have_the_documented_heights_and_stand_apart() -> None:
    heights: Counter[int] = Counter()
    for seed in range(60):
        ids = ids_of(edit(PLAIN, seed))
        for column, top in np.argwhere(ids == tile("<").id):
            heights[int(top)] += 1  # the ground is one row
            around: npt.NDArray[np.int64] = ids[[column - 1, column + 2], 1 : top + 1]
            assert not IS_SOLID[around].any()
    assert set(heights) == set(range(PIPE_HEIGHTS[0], PIPE_HEIGHTS[1] + 1))


def test_added_enemies_stand_on_something_and_on_no_pipe() -> None:
    level = of_lowest("----<>----SSS---", "----[]----------", "----[]----------", "XXXXXXXXXXXXXXXX")
    places: set[tuple[int, int]] = set()
    for seed in range(300):
        for column, row in np.argwhere(ids_of(edit(level, seed)) == tile("E").id):
            places.add((int(column), int(row)))
    assert {row for _, row in places} >= {1, 4}
    assert not places & {(4, 4), (5, 4)}


@given(valid_levels, st.integers(0, MAX_RAISE))
@example(PLAIN, 1)
@example(of_lowest("X-", *["--"] * 11, "-E", "XX"), 2)
def test_a_raised_level_keeps_its_tiles(level: Level, rows: int) -> None:
    ids = ids_of(level)
    higher = raised(ids, rows)
    assert higher.shape == ids.shape
    assert faults(higher) == []
    if (higher == ids).all():
        return
    np.testing.assert_array_equal(higher[:, rows:], ids[:, : HEIGHT - rows])
    assert not ids[:, HEIGHT - rows :].any()
    mouth = np.isin(ids[:, 0], [tile("<").id, tile(">").id])
    for row in range(rows):
        np.testing.assert_array_equal(higher[~mouth, row], ids[~mouth, 0])


def test_a_raised_pipe_of_the_lowest_row_gets_a_body_and_is_removed_with_it() -> None:
    higher = raised(ids_of(of_lowest("----", "X<>X")), 2)
    assert Level.from_ids(higher).rows[-3:] == ("X<>X", "X[]X", "X[]X")
    _remove_pipes(higher, 1.0, np.random.default_rng(0))
    assert Level.from_ids(higher).rows[-3:] == ("X--X",) * 3


def test_a_level_is_raised_if_its_top_and_its_lowest_row_allow_it() -> None:
    for rows in range(MAX_RAISE + 1):
        assert Level.from_ids(raised(ids_of(PLAIN), rows)).rows[HEIGHT - 1 - rows :] == ("X" * 60,) * (rows + 1)
    for level, most in (
        (of_lowest("X--", *["---"] * 11, "XXX"), 1),  # a tile in the second row from the top
        (of_lowest("X--", *["---"] * 10, "XXX"), 2),
        (of_lowest("-E-", "XXX"), 3),
        (of_lowest("XEX"), 0),
    ):
        for rows in range(1, MAX_RAISE + 1):
            stays = (raised(ids_of(level), rows) == level.ids).all()
            assert stays == (rows > most)
