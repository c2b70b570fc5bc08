"""Cuts training crops out of levels: which crops, how they are varied, and what the model is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.counts import IS_ENEMY, column_counts
from mariogpt_mcp.features import WINDOW, Features
from mariogpt_mcp.level import HEIGHT, Level
from mariogpt_mcp.model.conditions import CONDITION_SIZES, EDGE, MAX_WINDOW, UNKNOWN, Conditions, describe
from mariogpt_mcp.tiles import SYMBOLS, tile

_MIRROR_SYMBOLS = str.maketrans("<>[]", "><][")
_SWAP = np.array([SYMBOLS.index(s.translate(_MIRROR_SYMBOLS)) for s in SYMBOLS], dtype=np.int64)
_SKY = tile("-").id
_FROM_START = list(CONDITION_SIZES).index("from_start")


@dataclass(frozen=True, slots=True)
class Variation:
    """How crops are varied; each is a probability. Every variant of a whole level is a whole level.

    mirror: the level read from right to left, pipe halves swapped.
    raise_ground: one row up, the lowest row doubled, where the top row is empty and no enemy in the lowest.
    hide_all, hide_one: conditions made unknown, all of them or each by itself.
    corrupt: a tile of the past shown wrongly to the outer network.
    edges: a crop placed at the start or at the end of its level.
    """

    mirror: float = 0.4
    raise_ground: float = 0.1
    hide_all: float = 0.05
    hide_one: float = 0.15
    corrupt: float = 0.04
    edges: float = 0.2


@dataclass(frozen=True, slots=True)
class Crop:
    """T columns to predict, their left neighbours (T, 14), what the past looks like, and conditions (T, 7)."""

    ids: npt.NDArray[np.int64]
    left: npt.NDArray[np.int64]
    seen: npt.NDArray[np.int64]
    conditions: Conditions
    fresh: bool


class CropSampler:
    """Draws crops of one width; rare combinations of classes are drawn more often than they occur."""

    def __init__(self, levels: Sequence[Level], columns: int, variation: Variation) -> None:
        """Index the levels by windows of 50 columns, each weighted by how rare its classes are."""
        self._levels = [level.ids.astype(np.int64) for level in levels]
        self._columns = columns
        self._variation = variation
        keys = []
        self._places: list[tuple[int, int]] = []
        for i, level in enumerate(levels):
            for start in range(0, max(1, level.columns - WINDOW + 1), 5):
                self._places.append((i, start))
                keys.append(Features.of(level[start : start + WINDOW]).caption)
        frequency = Counter(keys)
        weights = np.array([frequency[key] ** -0.5 for key in keys])
        self._weights = weights / weights.sum()

    def draw(self, rng: np.random.Generator) -> Crop:
        """One crop."""
        v = self._variation
        i, start = self._places[rng.choice(len(self._places), p=self._weights)]
        ids = self._levels[i]
        span = max(0, len(ids) - self._columns)
        start = int(rng.choice([0, span])) if rng.random() < v.edges else start - int(rng.integers(0, WINDOW))
        start = min(max(start, 0), span)
        if mirrored := rng.random() < v.mirror:
            ids, start = _SWAP[ids[::-1]], span - start
        if rng.random() < v.raise_ground and not ids[:, -1].any() and not IS_ENEMY[ids[:, 0]].any():
            ids = np.concatenate([ids[:, :1], ids[:, :-1]], axis=1)
        crop = cut(ids, start, self._columns, _random_windows(len(ids), rng))
        if mirrored:
            crop.conditions[:, _FROM_START:] = UNKNOWN
        if rng.random() < v.hide_all:
            crop.conditions[:] = UNKNOWN
        crop.conditions[:, rng.random(crop.conditions.shape[1]) < v.hide_one] = UNKNOWN
        wrong = rng.random(crop.seen.shape) < v.corrupt
        crop.seen[wrong] = rng.integers(0, len(SYMBOLS), int(wrong.sum()))
        return crop


def cut(ids: npt.NDArray[np.int64], start: int, columns: int, windows: Sequence[int]) -> Crop:
    """Cut `columns` columns from `start`; a level that is too short is followed by nothing but sky.

    `windows` are the widths in which the whole level is described.
    """
    conditions = describe(column_counts(ids), windows)
    part = slice(start, start + columns)
    fresh = start == 0
    before = np.full((1, HEIGHT), _SKY) if fresh else ids[start - 1 : start]
    left = np.concatenate([before, ids[part][:-1]])
    crop_ids, crop_conditions = ids[part], conditions[part]
    if short := columns - len(crop_ids):
        crop_ids = np.pad(crop_ids, ((0, short), (0, 0)), constant_values=_SKY)
        left = np.pad(left, ((0, short), (0, 0)), constant_values=_SKY)
        crop_conditions = np.pad(crop_conditions, ((0, short), (0, 0)))
    return Crop(crop_ids, left, left.copy(), crop_conditions.copy(), fresh)


def _random_windows(columns: int, rng: np.random.Generator) -> list[int]:
    """Mostly windows of 50 columns, some of other widths, from a random phase."""
    widths: list[int] = []
    left = columns
    while left > 0:
        width = WINDOW if widths and rng.random() < 0.6 else int(rng.integers(EDGE // 2, MAX_WINDOW + 1))
        widths.append(min(width, left))
        left -= width
    return widths
