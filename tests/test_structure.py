from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.level import HEIGHT, Level
from mariogpt_mcp.structure import ColumnRules, faults
from mariogpt_mcp.tiles import SYMBOLS
from mariogpt_mcp.training.corpus import read_corpus


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
        (("-E--", "----", "XXXX"), ["an enemy in the air"]),
        (("--E-", "-<>-", "XXXX"), []),
        (("XEX-", "XXXX"), ["an enemy walled in"]),
        (("-X--", "-E--", "XXXX"), ["an enemy walled in"]),
    ],
)
def test_faults(rows: tuple[str, ...], kinds: list[str]) -> None:
    assert sorted(fault.kind for fault in faults(level_of(*rows))) == kinds


def test_a_fault_says_where() -> None:
    assert str(faults(level_of("-<--", "XXXX"))[0]) == "half a pipe at row 13, column 2"


def test_the_originals_are_nearly_whole(vglc: Path) -> None:
    """What is broken in 40 levels: enemies that fly, and slips of the corpus in the Lost Levels."""
    kinds = Counter(f.kind for n in read_corpus(str(vglc / "cleaned")) for f in faults(n.level))
    assert kinds["half a pipe"] <= 3
    assert kinds["a pipe without a top"] <= 15
    assert kinds["an enemy in the air"] <= 155
    assert kinds.total() <= 200
    smb = Counter(f.kind for n in read_corpus(str(vglc / "cleaned" / "super-mario-bros")) for f in faults(n.level))
    assert smb["half a pipe"] == smb["a pipe without a top"] == 0


@given(st.integers(1, 30), st.integers(0, 2**32 - 1), st.sampled_from([1.0, 30.0]))
def test_whatever_the_rules_allow_is_whole(columns: int, seed: int, pipes: float) -> None:
    """A writer who knows nothing but the rules never leaves half a pipe, and always has a way on."""
    rng = np.random.default_rng(seed)
    weights = np.array([pipes if s in "<[Bb" else 1.0 for s in SYMBOLS])
    batch = 4
    ids = np.zeros((batch, columns + 2, HEIGHT), dtype=np.int64)
    for c in range(columns):
        rules = ColumnRules(ids[:, c + 1], ids[:, c], np.full(batch, c == columns - 1))
        for r in range(HEIGHT):
            allowed = rules.allowed()
            assert allowed.any(1).all()
            scores = rng.random(allowed.shape) ** (1 / weights) * allowed
            ids[:, c + 2, r] = scores.argmax(1)
            rules.place(ids[:, c + 2, r])
    for one in ids:
        assert faults(Level.from_ids(one[2:])) == []


def test_the_rules_allow_every_tile_somewhere() -> None:
    rng = np.random.default_rng(0)
    seen: set[int] = set()
    ids = np.zeros((16, 202, HEIGHT), dtype=np.int64)
    for c in range(200):
        rules = ColumnRules(ids[:, c + 1], ids[:, c], np.full(16, c == 199))
        for r in range(HEIGHT):
            ids[:, c + 2, r] = (rng.random((16, len(SYMBOLS))) * rules.allowed()).argmax(1)
            rules.place(ids[:, c + 2, r])
    seen.update(np.unique(ids).tolist())
    assert seen == set(range(len(SYMBOLS)))
