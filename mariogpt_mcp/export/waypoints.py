"""The start of a level, its flag and the path through it, in cells: (row, column), both from 0, the top row first."""

from __future__ import annotations

from collections import defaultdict

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.floor import lowest_floor
from mariogpt_mcp.level.grid import Cell, Level


def start_cell(level: Level) -> Cell | None:
    """The cell where Mario starts, on the first column's lowest floor.

    Row -1 is above the level: Mario starts there if the first column is solid up to its top. `None` if nothing in the
    column is solid.
    """
    return _standing_cell(level, 0)


def flag_cell(level: Level) -> Cell | None:
    """The cell of the Mario AI Framework's flag, on the last column's lowest floor; otherwise as `start_cell`."""
    return _standing_cell(level, level.columns - 1)


def _standing_cell(level: Level, column: int) -> Cell | None:
    floor = lowest_floor(IS_SOLID[level.ids[column]])
    return None if floor is None else (floor - 1, column)


def route(level: Level) -> list[Cell]:
    """The cells of the level's path in the order of one line; each cell occurs once.

    A path does not say when the run was in a cell. The line goes from left to right, and passes through each column
    from the end that is nearer to its last cell in the column before.
    """
    columns: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(level.path):
        columns[column].append(row)
    line: list[Cell] = []
    for column in sorted(columns):
        rows = columns[column]
        if line and abs(rows[-1] - line[-1][0]) < abs(rows[0] - line[-1][0]):
            rows.reverse()
        line += [(row, column) for row in rows]
    return line
