"""What the windows of a corpus hold, so that what a prompt leaves open is filled in as levels have it.

"Some blocks" are 76 to 176 in 50 columns, but levels that have many pipes and some blocks mostly have about 90.
Targets drawn from real windows keep such company; drawn evenly from the class they would not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.column_counts import IS_SOLID, column_counts
from mariogpt_mcp.level.features import COUNTABLES, WINDOW, Countable
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.style import STYLES, Style, is_deep, style_of
from mariogpt_mcp.level.tiles import TILES

STATISTICS_FILE = "census.json"

STRIDE = 5
"""Columns from one counted window to the next."""

_WEIGHTS = np.array([1.0, 1.0, 0.05])  # blocks are counted in tens
_OTHER_ELEVATION, _OTHER_STYLE, _OTHER_DEPTH = 3.0, 100.0, 0.5


@dataclass(frozen=True, slots=True)
class Window:
    """What one window shall hold; `natural` if windows of the corpus do."""

    counts: dict[Countable, int]
    high: bool
    style: Style
    deep: bool
    natural: bool


class CorpusStatistics:
    """Windows of 50 columns, and how common each tile is in each row.

    A window's entries are pipes, enemies, blocks, whether high, the style's place in `STYLES`, and whether deep.
    """

    def __init__(self, rows: npt.NDArray[np.int64], tiles: npt.NDArray[np.int64]) -> None:
        """Take the windows, (windows, 6), and counts of the tiles by row from the bottom, (14, 13)."""
        self.rows, self.tiles = rows, tiles
        # One more of each, so that nothing is impossible anywhere.
        solid = (tiles[:, IS_SOLID].sum(1) + 1) / (tiles.sum(1) + 2)
        self._surprise = -np.log(np.stack([1 - solid, solid], axis=1))
        some = rows[:, :3] if len(rows) else np.zeros((1, 3))
        self._least, self._most = np.percentile(some, [1, 99], axis=0) / WINDOW

    @classmethod
    def of(cls, levels: Iterable[Level]) -> CorpusStatistics:
        """Count the windows of levels."""
        rows, tiles = [], np.zeros((HEIGHT, len(TILES)), dtype=np.int64)
        for level in levels:
            np.add.at(tiles, (np.arange(HEIGHT), level.ids), 1)
            counts = column_counts(level.ids)
            for start in range(0, level.columns - WINDOW + 1, STRIDE):
                pipes, enemies, blocks, high, bricks, ground, deep, _ = (
                    part[start : start + WINDOW] for part in counts
                )
                style = STYLES.index(style_of(int(bricks.sum()), int(ground.sum()), len(ground)))
                has_deep = is_deep(int(deep.sum()), len(deep))
                rows.append([pipes.sum(), enemies.sum(), blocks.sum(), high.any(), style, has_deep])
        return cls(np.array(rows, dtype=np.int64).reshape(-1, 6), tiles)

    @classmethod
    def load(cls, path: Path) -> CorpusStatistics:
        """Read what `save` wrote.

        Raises:
            MarioGPTError: the file is damaged.
        """
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
            rows, tiles = (np.array(read[name], dtype=np.int64) for name in ("windows", "tiles"))
            rows, tiles = rows.reshape(-1, 6), tiles.reshape(HEIGHT, len(TILES))
            if (
                (tiles < 0).any()
                or (rows < 0).any()
                or (rows > WINDOW * HEIGHT).any()
                or (rows[:, 4] >= len(STYLES)).any()
            ):
                raise ValueError("no window holds that")
        except (OSError, ValueError, TypeError, KeyError, OverflowError):
            raise MarioGPTError(f"{path.name} of the checkpoint is damaged; copy or train it anew.") from None
        return cls(rows, tiles)

    def save(self, path: Path) -> None:
        """Write it as JSON, a window a line; the file appears whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        part = path.with_suffix(".part")
        lists = {"tiles": self.tiles.tolist(), "windows": self.rows.tolist()}
        entries = (f'"{name}": [\n' + ",\n".join(map(str, rows)) + "\n]" for name, rows in lists.items())
        part.write_text("{" + ",\n".join(entries) + "}\n", encoding="utf-8")
        part.replace(path)

    def surprise(self, level: Level) -> float:
        """How unlike the corpus a level is, in nats a tile: by where it is solid, not by what stands beside it."""
        return float(self._surprise[np.arange(HEIGHT), IS_SOLID[level.ids].astype(int)].mean())

    def draw(
        self,
        ranges: Mapping[Countable, tuple[int, int]],
        high: bool | None,
        style: Style | None,
        deep: bool | None,
        columns: int,
        rng: np.random.Generator,
    ) -> Window | None:
        """A window of so many columns as one of the corpus, in the ranges given, each bound included.

        Where no window of the corpus is in them all, one of the nearest is taken, and what is amiss is drawn
        evenly from the part of its range that is common in the corpus (1st to 99th percentile). `None` if the
        statistics is empty.

        Args:
            ranges: least and most of the attributes that are asked for.
            high: whether it shall be high, low, or either.
            style: the style, or any.
            deep: the depth of ground to keep to if that costs nothing else.
            columns: width of the window.
            rng: draws.
        """
        if not len(self.rows):
            return None
        counts = np.rint(self.rows[:, :3] * columns / WINDOW).astype(np.int64)
        low, high_end = _bounds(ranges)
        distance = (np.maximum(low - counts, 0) + np.maximum(counts - high_end, 0)) @ _WEIGHTS
        if high is not None:
            distance = distance + _OTHER_ELEVATION * (self.rows[:, 3] != high)
        if style is not None:
            distance = distance + _OTHER_STYLE * (self.rows[:, 4] != STYLES.index(style))
        natural = bool(distance.min() < 1e-9)
        if deep is not None:
            distance = distance + _OTHER_DEPTH * (self.rows[:, 5] != deep)
        nearest = np.flatnonzero(distance <= distance.min() + 1e-9)
        row = int(rng.choice(nearest))
        drawn: dict[Countable, int] = {}
        for i, name in enumerate(COUNTABLES):
            count = int(counts[row, i])
            if not low[i] <= count <= high_end[i]:
                least = max(low[i], min(high_end[i], round(self._least[i] * columns)))
                most = max(least, min(high_end[i], round(self._most[i] * columns)))
                count = int(rng.integers(least, most + 1))
            drawn[name] = count
        return Window(
            drawn,
            bool(self.rows[row, 3]) if high is None else high,
            STYLES[self.rows[row, 4]] if style is None else style,
            bool(self.rows[row, 5]),
            natural,
        )


def _bounds(ranges: Mapping[Countable, tuple[int, int]]) -> tuple[Sequence[int], Sequence[int]]:
    """The lower and the upper ends in the order of `COUNTABLES`; what is not given may be anything."""
    anything = (0, np.iinfo(np.int32).max)
    pairs = [ranges.get(name, anything) for name in COUNTABLES]
    return [low for low, _ in pairs], [high for _, high in pairs]
