"""Brings levels of other heights to 14 rows, without losing a tile that matters.

The files of the Lost Levels have 12 to 16 rows, those of the Mario AI Framework 16, which is the height of its screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mariogpt_mcp.level.grid import HEIGHT, Level, LevelError, check_rows
from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS, TILES

_SKY = SYMBOLS[0]
_EMPTY = _SKY + PATH_SYMBOL
_SOLID = {tile.symbol for tile in TILES if "solid" in tile.tags}
_CONTINUES = {"<": "[", ">": "]", "B": "b"}
"""What continues the upper part of a pipe or a cannon in the row below it. Any other tile continues itself."""

_CONTINUING = ("which continues the row above it", "which continue the row above them")


@dataclass(frozen=True, slots=True)
class ReadLevel:
    """A level, and how it was read if that was not as it was sent, for the person who sent it."""

    level: Level
    notes: tuple[str, ...] = ()


def parse_any_height(text: str) -> ReadLevel:
    """Read level text of any height; empty lines before and after are ignored.

    Raises:
        LevelError: as `fit_height` does.
    """
    return fit_height(text.replace("\r\n", "\n").strip("\n").split("\n"))


def fit_height(rows: Sequence[str]) -> ReadLevel:
    """A level of rows, the top row first, of which there may be more or fewer than 14.

    Lower levels get sky on top. Higher ones lose rows of sky, first at the bottom and then on top, and rows at the
    bottom that only continue the row above them. Where the ground is more than two rows deep, these go before sky.

    Raises:
        LevelError: the rows are not a level, or have tiles in too many rows; rows are counted as they were sent.
    """
    check_rows([row.replace(PATH_SYMBOL, _SKY) for row in rows])
    kept = list(rows)
    below = above = continued = 0
    while len(kept) > HEIGHT:
        if _is_empty(kept[-1]):
            kept.pop()
            below += 1
        elif _is_empty(kept[0]) and not _is_deep(kept):
            kept.pop(0)
            above += 1
        elif _continues(kept[-1], kept[-2]):
            kept.pop()
            continued += 1
        else:
            raise LevelError(
                f"The level has {len(rows)} rows and a level has {HEIGHT}; rows {above + 1} and {above + len(kept)} "
                "both have tiles, so no row can be left out."
            )
    added = HEIGHT - len(kept)
    kept = [_SKY * len(kept[0])] * added + kept
    notes = [
        f"{_rows(added)} of sky {_were(added)} added on top" if added else "",
        f"{_rows(above)} of sky {_were(above)} left out on top" if above else "",
        f"{_rows(below)} of sky {_were(below)} left out at the bottom" if below else "",
        f"{_rows(continued)} {_were(continued)} left out at the bottom, {_CONTINUING[continued > 1]}"
        if continued
        else "",
    ]
    return ReadLevel(Level.of_rows(kept), tuple(note for note in notes if note))


def _is_empty(row: str) -> bool:
    return not row.strip(_EMPTY)


def _continues(row: str, upper: str) -> bool:
    return all(tile == _CONTINUES.get(above, above) for tile, above in zip(row, upper, strict=True))


def _is_deep(rows: Sequence[str]) -> bool:
    """Whether the lowest row continues ground, under half of the columns or more, that is already two rows deep."""
    solid = [[tile in _SOLID for tile in row] for row in rows[-3:]]
    ground = 2 * sum(solid[0]) >= len(solid[0])
    return ground and solid[0] == solid[1] == solid[2] and _continues(rows[-1], rows[-2])


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
