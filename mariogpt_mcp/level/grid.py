"""`Level`: an immutable grid of 14 rows, its text form and its id form.

A level's text is 14 lines of equal length, the top row first. Its ids are columns of 14 tiles, the bottom
tile first, as MarioGPT flattens levels (`mario_gpt/utils.py`). A path (`x`) is kept beside the tiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS

HEIGHT = 14
"""Rows of a level: the VGLC's Super Mario Bros. levels have 14 (MarioGPT, section 3.1)."""

MAX_COLUMNS = 10_000
"""Longest level that is read; MarioGPT's whole corpus, stitched into one, has 7,294 columns."""

Ids = npt.NDArray[np.uint8]
Cell = tuple[int, int]

_ID_OF = {symbol: i for i, symbol in enumerate(SYMBOLS)}
_ALLOWED = " ".join(SYMBOLS)


class LevelError(MarioGPTError):
    """The text is not a level; says which row and column, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Level:
    """A level: `rows` of tile symbols, top row first, and the cells of a path as (row, column)."""

    rows: tuple[str, ...]
    path: frozenset[Cell] = frozenset()
    _ids: Ids | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(self.rows))
        if len(self.rows) != HEIGHT:
            raise LevelError(
                f"A level has {HEIGHT} rows, this one has {len(self.rows)}; send {HEIGHT} lines of equal length."
            )
        check_rows(self.rows)
        width = len(self.rows[0])
        for r, c in self.path:
            if not (0 <= r < HEIGHT and 0 <= c < width):
                raise ValueError(f"the path's cell ({r}, {c}) is outside a level of {HEIGHT} rows and {width} columns")

    @classmethod
    def parse(cls, text: str) -> Level:
        """Read a level from 14 rows of VGLC or MarioGPT text.

        Empty lines before and after are ignored; `x` becomes the path overlay on sky. `height.parse_any_height` also
        reads text of another height.

        Raises:
            LevelError: rows missing or ragged, or a symbol that is not a tile, named with row and column.
        """
        return cls.of_rows(text.replace("\r\n", "\n").strip("\n").split("\n"))

    @classmethod
    def of_rows(cls, rows: Sequence[str]) -> Level:
        """A level from its rows, the top row first, with `x` where a path is; raises as `parse` does."""
        path = frozenset((r, c) for r, row in enumerate(rows) for c, s in enumerate(row) if s == PATH_SYMBOL)
        return cls(tuple(row.replace(PATH_SYMBOL, SYMBOLS[0]) for row in rows), path)

    @classmethod
    def from_ids(cls, ids: npt.NDArray[np.integer] | Sequence[Sequence[int]]) -> Level:
        """A level from ids of shape (columns, 14), bottom tile first.

        Raises:
            ValueError: another shape, or an id that is not a tile's.
        """
        grid = np.asarray(ids)
        if grid.ndim != 2 or grid.shape[1] != HEIGHT:
            raise ValueError(f"ids have shape (columns, {HEIGHT}), not {grid.shape}")
        if grid.size and not 0 <= grid.min() <= grid.max() < len(SYMBOLS):
            raise ValueError(f"ids are 0 to {len(SYMBOLS) - 1}, not {grid.min()} to {grid.max()}")
        symbols = np.array(list(SYMBOLS))[grid]
        return cls(tuple("".join(row) for row in symbols.T[::-1]))._keep_ids(grid.astype(np.uint8, order="C"))

    @property
    def ids(self) -> Ids:
        """Tile ids, shape (columns, 14), bottom tile first; read-only."""
        if self._ids is None:
            flat = np.array([_ID_OF[s] for s in "".join(self.rows)], dtype=np.uint8)
            self._keep_ids(np.ascontiguousarray(flat.reshape(HEIGHT, self.columns)[::-1].T))
        assert self._ids is not None
        return self._ids

    def _keep_ids(self, ids: Ids | None) -> Level:
        """Keep the ids that the rows were made from, so that they are not made again."""
        if ids is not None:
            ids.flags.writeable = False
        object.__setattr__(self, "_ids", ids)
        return self

    @property
    def on_path(self) -> npt.NDArray[np.bool_]:
        """Which cells are on the path, in the shape of `ids`."""
        grid = np.zeros((self.columns, HEIGHT), dtype=bool)
        for row, column in self.path:
            grid[column, HEIGHT - 1 - row] = True
        return grid

    @property
    def columns(self) -> int:
        """Width in tiles."""
        return len(self.rows[0])

    def text(self, *, path: bool = False) -> str:
        """The level as 14 lines without a final line break; with `path`, the overlay drawn as `x`."""
        if not path or not self.path:
            return "\n".join(self.rows)
        grid = [list(row) for row in self.rows]
        for r, c in self.path:
            grid[r][c] = PATH_SYMBOL
        return "\n".join("".join(row) for row in grid)

    def __str__(self) -> str:
        return self.text()

    def __getitem__(self, columns: slice) -> Level:
        """The level from one column to another, `level[50:100]`, its path with it."""
        kept = range(*columns.indices(self.columns))
        if kept.step != 1 or not kept:
            raise ValueError("a level is sliced by at least one column and in steps of 1")
        cells = ((r, c - kept.start) for r, c in self.path if c in kept)
        return Level(tuple(row[kept.start : kept.stop] for row in self.rows), frozenset(cells))

    def __add__(self, other: Level) -> Level:
        """Both levels side by side."""
        cells = ((r, c + self.columns) for r, c in other.path)
        return Level(tuple(a + b for a, b in zip(self.rows, other.rows, strict=True)), self.path | frozenset(cells))

    def with_path(self, cells: Iterable[Cell]) -> Level:
        """The same tiles under another path."""
        return replace(self, path=frozenset(cells))._keep_ids(self._ids)


def check_rows(rows: Sequence[str]) -> None:
    """Check that rows are equally long and contain only tiles, whatever their number.

    Raises:
        LevelError: they are not; names the first row, counted from 1, and the column.
    """
    width = len(rows[0])
    if not 1 <= width <= MAX_COLUMNS:
        raise LevelError(f"A level has 1 to {MAX_COLUMNS} columns, this one has {width}.")
    for r, row in enumerate(rows):
        if len(row) != width:
            raise LevelError(
                f"Row {r + 1} has {len(row)} columns and row 1 has {width}; all rows of a level must be equally long."
            )
        if not _ID_OF.keys() >= set(row):
            c, symbol = next((c, symbol) for c, symbol in enumerate(row) if symbol not in _ID_OF)
            raise LevelError(
                f"Row {r + 1}, column {c + 1} has {symbol!r}, which is not a tile; "
                f"allowed are {_ALLOWED} (and {PATH_SYMBOL} for a path), for example '--?--SSS--'."
            )
