from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import faults, joins
from mariogpt_mcp.level.tiles import SYMBOLS, tile
from mariogpt_mcp.training.corpus import read_corpus
from tests.conftest import rule_written


def level_of(*rows: str) -> Level:
    """A level from its lowest rows; sky above."""
    return Level((*["-" * len(rows[0])] * (HEIGHT - len(rows)), *rows))


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        (("-<>-", "-[]-", "XXXX"), []),
        (("-<>-", "XXXX"), []),
        (("-<--", "-[]-", "XXXX"), ["a pipe without a top", "half a pipe"]),
        (("-<>-", "-[--", "XXXX"), ["a pipe in the air", "half a pipe"]),
        (("-[]-", "XXXX"), ["a pipe without a top", "a pipe without a top"]),
        (("-<>-", "----", "XXXX"), ["a pipe in the air", "a pipe in the air"]),
        (("---<", "XXXX"), ["half a pipe"]),
        (("XXXX", "-[]-", "-<>-", "----"), []),
        (("-B--", "-b--", "XXXX"), []),
        (("-b--", "XXXX"), ["a cannon stand without a cannon"]),
        (("-B--", "----", "XXXX"), ["a cannon in the air"]),
        (("-E--", "XXXX"), []),
        (("-E--", "----", "XXXX"), []),
        (("-E--", "----", "----", "XXXX"), []),
        (("-E--", "-o--", "X-XX"), ["an enemy over nothing"]),
        (("-E--", "-E--", "X-XX"), ["an enemy over nothing", "an enemy over nothing"]),
        (("-EX-", "----", "XXXX"), []),
        (("XEX-", "----", "XXXX"), ["an enemy walled in"]),
        (("-X--", "-E--", "----", "XXXX"), ["an enemy walled in"]),
        (("-E--",), ["an enemy over nothing"]),
        (("--E-", "-<>-", "XXXX"), []),
        (("XEX-", "XXXX"), ["an enemy walled in"]),
        (("-X--", "-E--", "XXXX"), ["an enemy walled in"]),
    ],
)
def test_faults(rows: tuple[str, ...], kinds: list[str]) -> None:
    assert sorted(fault.kind for fault in faults(level_of(*rows).ids)) == kinds


def test_a_fault_says_where() -> None:
    assert str(faults(level_of("-<--", "XXXX").ids)[0]) == "half a pipe at row 13, column 2"


def test_the_originals_have_few_faults(vglc: Path) -> None:
    """What is broken in 40 levels: enemies over the void, and slips of the corpus in the Lost Levels."""
    kinds = Counter(f.kind for n in read_corpus(str(vglc / "cleaned")) for f in faults(n.level.ids))
    assert kinds["half a pipe"] <= 3
    assert kinds["a pipe without a top"] <= 15
    assert kinds["an enemy over nothing"] <= 65
    assert kinds.total() <= 100
    smb = Counter(f.kind for n in read_corpus(str(vglc / "cleaned" / "super-mario-bros")) for f in faults(n.level.ids))
    assert smb["half a pipe"] == smb["a pipe without a top"] == 0


@given(st.integers(1, 30), st.integers(0, 2**32 - 1), st.sampled_from(["", "<[Bb", "E-", "E-X", "E<[X"]))
def test_whatever_the_rules_allow_is_valid(columns: int, seed: int, favour: str) -> None:
    """Random tiles under the rules never leave half a pipe, and there is always an allowed tile."""
    for level in rule_written(columns, seed, favour, batch=4):
        assert faults(level.ids) == []


def test_the_rules_let_enemies_fly_and_stand_but_not_over_nothing() -> None:
    flying = standing = 0
    for level in rule_written(30, 0, "E-", batch=8):
        for column in level.ids:
            enemies = np.flatnonzero(column == tile("E").id)
            assert all(IS_SOLID[column[:row]].any() for row in enemies)
            under = IS_SOLID[column[enemies - 1]]
            standing += int(under.sum())
            flying += int((~under).sum())
    assert flying > 20
    assert standing > 20


def test_the_rules_allow_every_tile_somewhere() -> None:
    seen = {symbol for level in rule_written(200, 0, "", batch=16) for symbol in level.text()}
    assert seen - {"\n"} == set(SYMBOLS)


written = st.builds(
    lambda columns, seed, favour: rule_written(columns, seed, favour)[0],
    st.integers(2, 12),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["-X", "-XE", "-X<", "-XS?Q", "E-"]),
)


@given(written, written)
def test_valid_levels_join_as_valid_ones_where_the_rules_allow(left: Level, right: Level) -> None:
    """Of the last column of the one, what `joins` does not allow is gone."""
    ids = left.ids.copy()
    may = joins(right.ids)
    barred = ~may[np.arange(HEIGHT), ids[-1]]
    assert set(ids[-1, barred]) <= set(np.flatnonzero(IS_SOLID)) | {tile("E").id}
    before = faults(left.ids)
    ids[-1, barred] = tile("-").id
    joined, kept = Level.from_ids(ids), faults(ids)
    if not barred.any():
        assert kept == before == []
    # What loses its footing by that is none of the joint's.
    new = [fault for fault in faults((joined + right).ids) if fault not in kept]
    assert [fault for fault in new if fault.column <= left.columns] == []
    assert new == []
