"""Where a level starts and ends, and the way through it, in cells of the level: (row from the top, column)."""

from __future__ import annotations

from collections import defaultdict

from mariogpt_mcp.level.grid import HEIGHT, Cell, Level
from mariogpt_mcp.level.tiles import tagged, tile

_SOLID = tagged("solid")


def above_floor(level: Level, column: int) -> Cell | None:
    """The free cell on a column's lowest floor; `None` if there is none within the level.

    Mario sets out there in the first column, and the flag of the Mario AI Framework stands there in the last.
    """
    solid = [tile(row[column]).id in _SOLID for row in level.rows]
    for row in range(HEIGHT - 1, 0, -1):
        if solid[row] and not solid[row - 1]:
            return row - 1, column
    return None


def route(level: Level) -> list[Cell]:
    """The cells of the level's path as one line, each once.

    A path says where a run was, not when: the line goes from the left to the right, and through each column from
    the end that is nearer to where it was before.
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
