"""What the windows of a corpus contain, so that the targets a prompt does not set are typical of real levels.

The class "some blocks" allows 76 to 176 blocks in 50 columns, but corpus windows with many pipes and some blocks mostly
have about 90. Targets taken from real windows keep such correlations; targets drawn evenly from each class lose them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.column_counts import IS_SOLID, column_counts
from mariogpt_mcp.level.features import COUNTABLES, WINDOW, Countable
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.style import STYLES, Style, is_deep, style_of
from mariogpt_mcp.level.tiles import TILES

STATISTICS_FILE = "census.json"
"""The file's name in a checkpoint folder; it keeps its first name because existing checkpoints have it."""

STRIDE = 5
"""Columns from the start of one counted window to the start of the next."""

# Weights of the distance between a window and a request, chosen by hand. One pipe or one enemy counts as 1. Blocks vary
# 13 to 25 times as much (standard deviations in the bundled checkpoint's windows: 1.8 pipes, 3.4 enemies, 45 blocks).
_COUNT_WEIGHTS = np.array([1.0, 1.0, 0.05])
# More than any difference in counts: a window of the requested style is always preferred.
_OTHER_STYLE = 100.0
_OTHER_ELEVATION = 3.0
# Less than one pipe or enemy: it only decides between windows with equal counts.
_OTHER_DEPTH = 0.5

_PIPES_ENEMIES_BLOCKS, _HIGH, _STYLE, _DEEP = slice(0, 3), 3, 4, 5
"""Columns of `CorpusStatistics.windows`."""

_FIELDS = 6
_ROUNDING = 1e-9
_UNBOUNDED = (0, int(np.iinfo(np.int32).max))


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """What a drawn window must have. `None`, or a count that is not named, allows anything.

    `counts` gives the smallest and largest allowed value of each count. `deep` is a preference that yields to all else.
    """

    columns: int
    counts: Mapping[Countable, tuple[int, int]] = field(default_factory=dict)
    high: bool | None = None
    style: Style | None = None
    deep: bool | None = None


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """Target counts of one window. `natural` is true if a window of the corpus meets the whole request."""

    counts: dict[Countable, int]
    high: bool
    style: Style
    deep: bool
    natural: bool


class CorpusStatistics:
    """The counts of all windows of 50 columns of a corpus, and how often each tile occurs in each row.

    Attributes:
        windows: shape (windows, 6), one row for each window: pipes, enemies, blocks, whether it is high (0 or 1), its
            style as an index into `STYLES`, whether its ground is deep (0 or 1).
        tile_counts: shape (14, 13), the number of tiles by row, the bottom row first, and by tile id.
    """

    def __init__(self, windows: npt.NDArray[np.int64], tile_counts: npt.NDArray[np.int64]) -> None:
        """Take both arrays in the shapes described above."""
        self.windows, self.tile_counts = windows, tile_counts
        # Laplace smoothing: no row gets the probability 0 for solid or for free.
        solid = (tile_counts[:, IS_SOLID].sum(1) + 1) / (tile_counts.sum(1) + 2)
        self._surprise = -np.log(np.stack([1 - solid, solid], axis=1))
        counts = windows[:, _PIPES_ENEMIES_BLOCKS] if len(windows) else np.zeros((1, len(COUNTABLES)))
        self._rarely_below, self._rarely_above = np.percentile(counts, [1, 99], axis=0) / WINDOW

    @property
    def is_empty(self) -> bool:
        """Whether there are no windows to draw from."""
        return not len(self.windows)

    @classmethod
    def of(cls, levels: Iterable[Level]) -> CorpusStatistics:
        """Count the windows of levels; levels with fewer than 50 columns add only their tiles."""
        windows, tile_counts = [], np.zeros((HEIGHT, len(TILES)), dtype=np.int64)
        for level in levels:
            np.add.at(tile_counts, (np.arange(HEIGHT), level.ids), 1)
            counts = column_counts(level.ids)
            for start in range(0, level.columns - WINDOW + 1, STRIDE):
                pipes, enemies, blocks, high, bricks, ground, deep, _ = (
                    part[start : start + WINDOW] for part in counts
                )
                style = STYLES.index(style_of(int(bricks.sum()), int(ground.sum()), len(ground)))
                has_deep = is_deep(int(deep.sum()), len(deep))
                windows.append([pipes.sum(), enemies.sum(), blocks.sum(), high.any(), style, has_deep])
        return cls(np.array(windows, dtype=np.int64).reshape(-1, _FIELDS), tile_counts)

    @classmethod
    def load(cls, path: Path) -> CorpusStatistics:
        """Read what `save` wrote.

        Raises:
            MarioGPTError: the file is damaged.
        """
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
            windows, tile_counts = (np.array(read[name], dtype=np.int64) for name in ("windows", "tiles"))
            windows, tile_counts = windows.reshape(-1, _FIELDS), tile_counts.reshape(HEIGHT, len(TILES))
            if (
                (tile_counts < 0).any()
                or (windows < 0).any()
                or (windows > WINDOW * HEIGHT).any()
                or (windows[:, _STYLE] >= len(STYLES)).any()
            ):
                raise ValueError("a value is out of range")
        except (OSError, ValueError, TypeError, KeyError, OverflowError):
            raise MarioGPTError(f"{path.name} of the checkpoint is damaged; copy or train it again.") from None
        return cls(windows, tile_counts)

    def save(self, path: Path) -> None:
        """Write JSON with one window a line, atomically.

        Raises:
            OSError: the file cannot be written.
        """
        lists = {"tiles": self.tile_counts.tolist(), "windows": self.windows.tolist()}
        entries = (f'"{name}": [\n' + ",\n".join(map(str, rows)) + "\n]" for name, rows in lists.items())
        write_atomically(path, "{" + ",\n".join(entries) + "}\n")

    def surprise(self, level: Level) -> float:
        """How unlike the corpus a level is: the mean over its tiles of -ln p, in nats.

        p is the share of corpus tiles in the same row that are solid, if this tile is solid, or free, if it is free.
        Neighbouring tiles are not considered.
        """
        return float(self._surprise[np.arange(HEIGHT), IS_SOLID[level.ids].astype(int)].mean())

    def draw(self, request: WindowRequest, rng: np.random.Generator) -> WindowCounts | None:
        """Draw a window that meets a request, with counts that occur together in the corpus.

        A random corpus window is drawn from those that meet the request, or from the nearest ones if none does. Each
        of its counts that is outside the requested range is replaced by a random value from that part of the range
        that is common in the corpus (1st to 99th percentile). Counts are scaled from 50 columns to the request's width.

        Returns:
            The window, or `None` if these statistics are empty.
        """
        if self.is_empty:
            return None
        counts = np.rint(self.windows[:, _PIPES_ENEMIES_BLOCKS] * request.columns / WINDOW).astype(np.int64)
        distance = self._distance(counts, request)
        natural = bool(distance.min() < _ROUNDING)
        if request.deep is not None:
            distance = distance + _OTHER_DEPTH * (self.windows[:, _DEEP] != request.deep)
        chosen = int(rng.choice(np.flatnonzero(distance <= distance.min() + _ROUNDING)))
        drawn: dict[Countable, int] = {}
        for i, name in enumerate(COUNTABLES):
            count, (low, high) = int(counts[chosen, i]), request.counts.get(name, _UNBOUNDED)
            if not low <= count <= high:
                least = max(low, min(high, round(self._rarely_below[i] * request.columns)))
                most = max(least, min(high, round(self._rarely_above[i] * request.columns)))
                count = int(rng.integers(least, most + 1))
            drawn[name] = count
        window = self.windows[chosen]
        return WindowCounts(
            drawn,
            bool(window[_HIGH]) if request.high is None else request.high,
            STYLES[window[_STYLE]] if request.style is None else request.style,
            bool(window[_DEEP]),
            natural,
        )

    def _distance(self, counts: npt.NDArray[np.int64], request: WindowRequest) -> npt.NDArray[np.float64]:
        """How far each window is from a request, shape (windows,); `counts` are the windows' scaled counts."""
        low, high = np.array([request.counts.get(name, _UNBOUNDED) for name in COUNTABLES], dtype=np.int64).T
        distance = (np.maximum(low - counts, 0) + np.maximum(counts - high, 0)) @ _COUNT_WEIGHTS
        if request.high is not None:
            distance = distance + _OTHER_ELEVATION * (self.windows[:, _HIGH] != request.high)
        if request.style is not None:
            distance = distance + _OTHER_STYLE * (self.windows[:, _STYLE] != STYLES.index(request.style))
        result: npt.NDArray[np.float64] = distance
        return result
