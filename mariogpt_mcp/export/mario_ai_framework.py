"""The Mario AI Framework's text format: 16 rows, with `M` where Mario starts and `F` where the flag is.

The framework's screen is 16 tiles (256 pixels) high. A level's 14 rows get one row of sky above them, and one row below
them that continues the ground, as in the framework's own versions of the corpus's levels.

The framework's legend and the corpus's legend give different meanings to `?` and `Q`: see `tiles.QUESTION_BLOCK_CLASH`.
Rows are written in the framework's symbols from the tile table, in which `Q` is a question block with a coin.
"""

from __future__ import annotations

from mariogpt_mcp.export.waypoints import flag_cell, start_cell
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import TILES, Tile, tile

ROWS = 16
"""Rows of a level in this format."""

ROWS_ABOVE = 1
"""Rows of sky above the level's own rows."""

START, FLAG = "M", "F"

_SYMBOLS = {t.symbol: t.framework for t in TILES}
_SKY = TILES[0]
_CONTINUED_BY = {"ground": tile("X"), "pipe-left": tile("["), "pipe-right": tile("]"), "cannon": tile("b")}
"""What is below a tile of the lowest row, by the tile's tag; otherwise sky."""


def write(level: Level) -> str:
    """The 16 rows, each with a line break.

    A mark replaces sky only. Where the cell has a coin or an enemy there is no mark, and the framework then uses the
    lowest floor of the first or the last column, which is the same cell.
    """
    sky = _SKY.framework
    below = [tile(symbol).framework for symbol in row_below(level.rows[-1])]
    rows = [[sky] * level.columns for _ in range(ROWS_ABOVE)]
    rows += [[_SYMBOLS[symbol] for symbol in row] for row in level.rows]
    rows += [below] * (ROWS - ROWS_ABOVE - HEIGHT)
    for mark, cell in ((START, start_cell(level)), (FLAG, flag_cell(level))):
        if cell is not None and rows[cell[0] + ROWS_ABOVE][cell[1]] == sky:
            rows[cell[0] + ROWS_ABOVE][cell[1]] = mark
    return "".join("".join(row) + "\n" for row in rows)


def row_below(row: str) -> str:
    """What the format has below the lowest row of a level, in our symbols."""
    return "".join(_below(tile(symbol)).symbol for symbol in row)


def _below(lowest: Tile) -> Tile:
    return next((tile for tag, tile in _CONTINUED_BY.items() if tag in lowest.tags), _SKY)
