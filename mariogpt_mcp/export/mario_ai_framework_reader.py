"""Reads text in the Mario AI Framework's symbols.

The symbols are those of the framework's `engine/core/MarioLevel.java`. Several of them mean the same tile here, because
this project has one enemy and does not distinguish what a block contains.
"""

from __future__ import annotations

from collections.abc import Sequence

from mariogpt_mcp.export.imported import ImportedRows
from mariogpt_mcp.export.mario_ai_framework import FLAG, ROWS, ROWS_ABOVE, START, row_below
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS, TILES

_SKY, _GROUND = SYMBOLS[0], "X"
_MARKS = START + FLAG
_LAUNCHER = "*"
_TUBES = "tT"

_SAME = {
    **{tile.framework: tile.symbol for tile in TILES},
    **dict.fromkeys(_MARKS + PATH_SYMBOL, _SKY),
    **dict.fromkeys("gGkKrRyY", "E"),
    **dict.fromkeys("!D", "Q"),
    **dict.fromkeys("CLU", "S"),
    "@": "?",
    "#": _GROUND,
}

_WITHOUT_COUNTERPART = {
    "1": (_SKY, "hidden blocks became sky"),
    "2": (_SKY, "hidden blocks became sky"),
    "%": (_GROUND, "platforms that can be passed from below became ground"),
    "|": (_SKY, "what holds a platform became sky"),
}
"""Symbols whose meaning no tile has: what they become, and what is said about it."""

_SYMBOLS = frozenset(_SAME) | frozenset(_WITHOUT_COUNTERPART) | frozenset(_LAUNCHER + _TUBES)
"""Every symbol that is read, with `x` for a path."""


def is_framework(rows: Sequence[str]) -> bool:
    """Whether rows have a symbol that only the framework has, and none that it does not have."""
    symbols = set().union(*rows)
    return not symbols <= {*SYMBOLS, PATH_SYMBOL} and symbols <= _SYMBOLS


def read(rows: Sequence[str]) -> ImportedRows:
    """Read equally long rows, the top row first; symbols that the framework does not have are left as they are.

    Of the 16 rows that `mario_ai_framework.write` makes, the added ones are left out.
    """
    grid = [list(row) for row in rows]
    notes: dict[str, None] = {}
    for r, row in enumerate(rows):
        for c, symbol in enumerate(row):
            if symbol == _LAUNCHER:
                grid[r][c] = "b" if r and rows[r - 1][c] == _LAUNCHER else "B"
            elif symbol in _WITHOUT_COUNTERPART:
                grid[r][c], note = _WITHOUT_COUNTERPART[symbol]
                notes[note] = None
            elif symbol not in _TUBES:
                grid[r][c] = _SAME.get(symbol, symbol)
    if _read_tubes(rows, grid):
        notes["pipes one tile wide became ground"] = None
    found = ["".join(row) for row in grid]
    others = sorted(set().union(*rows) - {*SYMBOLS, *_MARKS, PATH_SYMBOL})
    if others:
        notes = {f"read as symbols of the Mario AI Framework: {' '.join(others)}": None, **notes}
    if len(found) == ROWS and found[0] == _SKY * len(found[0]) and found[-1] == row_below(found[-2]):
        found = found[ROWS_ABOVE : ROWS_ABOVE + HEIGHT]
    return ImportedRows(tuple(found), tuple(notes))


def _read_tubes(rows: Sequence[str], grid: list[list[str]]) -> bool:
    """Put the pipes that `t` and `T` stand for into the grid; returns whether one has only one half."""
    half = False
    for r, row in enumerate(rows):
        c = 0
        while c < len(row):
            if row[c] not in _TUBES:
                c += 1
                continue
            top = r == 0 or rows[r - 1][c] not in _TUBES
            if c + 1 < len(row) and row[c + 1] in _TUBES:
                grid[r][c : c + 2] = "<>" if top else "[]"
                c += 2
            else:
                grid[r][c] = _GROUND
                half = True
                c += 1
    return half
