"""The Mario AI Framework's text: 16 rows, `M` where Mario starts and `F` where the flag stands.

Its screen is 256 pixels high. The framework's own levels fill it so: the 14 rows of the Video Game Level Corpus, a row
of sky on top of them, and below them one that carries their ground on. So do these.

The two legends differ in `?` and `Q`: see `tiles.QUESTION_BLOCK_CLASH`. Rows are written in the framework's symbols
of the tile table, in which `Q` gives a coin.
"""

from __future__ import annotations

from mariogpt_mcp.export.waypoints import above_floor
from mariogpt_mcp.level.grid import HEIGHT, Cell, Level
from mariogpt_mcp.level.tiles import TILES, Tile, tile

ROWS = 16
"""Rows of the framework's levels."""

ABOVE = 1
"""Rows of sky on top of a level's own."""

START, GOAL = "M", "F"

_SYMBOL_OF = {t.symbol: t.framework for t in TILES}
_SKY = TILES[0]
_CARRIED_ON = {"ground": tile("X"), "pipe-left": tile("["), "pipe-right": tile("]"), "cannon": tile("b")}
"""What stands below a tile of the lowest row, by its tags."""


def write(level: Level) -> str:
    """The 16 rows, each with a line break.

    A mark takes the place of sky alone. Where a coin or an enemy is, or no floor within the level, there is none:
    without a mark, the framework takes the lowest floor of the first and the last column, which is the same place.
    """
    rows = [[_SYMBOL_OF[symbol] for symbol in row] for row in level.rows]
    for mark, cell in ((START, above_floor(level, 0)), (GOAL, above_floor(level, level.columns - 1))):
        _put(rows, mark, cell)
    sky = [_SKY.framework] * level.columns
    below = [_below(tile(symbol)).framework for symbol in level.rows[-1]]
    whole = [*[sky] * ABOVE, *rows, *[below] * (ROWS - ABOVE - HEIGHT)]
    return "".join("".join(row) + "\n" for row in whole)


def _put(rows: list[list[str]], mark: str, cell: Cell | None) -> None:
    if cell is not None and rows[cell[0]][cell[1]] == _SKY.framework:
        rows[cell[0]][cell[1]] = mark


def _below(lowest: Tile) -> Tile:
    return next((under for tag, under in _CARRIED_ON.items() if tag in lowest.tags), _SKY)
