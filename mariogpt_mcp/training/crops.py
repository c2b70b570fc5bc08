"""Cuts training crops out of levels: which crops, how they are varied, and what the model is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.column_counts import column_counts
from mariogpt_mcp.level.features import WINDOW, Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import SYMBOLS, tile
from mariogpt_mcp.model.column.network import LEFT_COLUMNS
from mariogpt_mcp.model.conditioning import CONDITION_NAMES, MAX_WINDOW, UNKNOWN, Conditions, describe
from mariogpt_mcp.training.augmentation import MAX_RAISE, edited, raised

NARROWEST = 8
"""Columns of the narrowest window a crop is described in."""

_MIRROR_SYMBOLS = str.maketrans("<>[]", "><][")
_SWAP = np.array([SYMBOLS.index(s.translate(_MIRROR_SYMBOLS)) for s in SYMBOLS], dtype=np.int64)
_SKY = tile("-").id
_EDGES = [CONDITION_NAMES.index("from_start"), CONDITION_NAMES.index("to_end")]
_HIDDEN_TOGETHER = [
    [CONDITION_NAMES.index(name) for name in names]
    for names in (
        ("pipes_left", "pipes_pace"),
        ("enemies_left", "enemies_pace"),
        *((name,) for name in CONDITION_NAMES if not name.startswith(("pipes", "enemies"))),
    )
]


@dataclass(frozen=True, slots=True)
class Variation:
    """How crops are varied; each is a probability. Every variant of a whole level is a whole level.

    The network is told which crops are mirrored or edited: stairs mostly rise to the right, for one thing.

    mirror: the level read from right to left, pipe halves swapped.
    edit: pipes, enemies and blocks taken out and put in, ground raised by up to three rows (`edits`).
    hide_all, hide_one: conditions made unknown, all of them or each by itself.
    corrupt: a tile of the past shown wrongly to the outer network.
    edges: a crop placed at the start or at the end of its level.
    """

    mirror: float = 0.3
    edit: float = 0.3
    hide_all: float = 0.05
    hide_one: float = 0.08
    corrupt: float = 0.02
    edges: float = 0.2


@dataclass(frozen=True, slots=True)
class Crop:
    """T columns to predict (T, 14), the three before them (3, 14), and conditions (T, 13).

    `seen` is what the outer network is shown as the left neighbour of each column, (T, 14).
    """

    ids: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
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
        natural = not mirrored
        if rng.random() < v.edit:
            ids, natural = edited(raised(ids, int(rng.integers(0, MAX_RAISE + 1))), rng), False
        crop = cut(ids, start, self._columns, _random_windows(len(ids), rng), natural)
        if mirrored:
            crop.conditions[:, _EDGES] = UNKNOWN
        if rng.random() < v.hide_all:
            crop.conditions[:] = UNKNOWN
        for together in _HIDDEN_TOGETHER:
            if rng.random() < v.hide_one:
                crop.conditions[:, together] = UNKNOWN
        wrong = rng.random(crop.seen.shape) < v.corrupt
        crop.seen[wrong] = rng.integers(0, len(SYMBOLS), int(wrong.sum()))
        return crop


def cut(ids: npt.NDArray[np.int64], start: int, columns: int, windows: Sequence[int], natural: bool = True) -> Crop:
    """Cut `columns` columns from `start`; a level that is too short is followed by nothing but sky.

    `windows` are the widths in which the whole level is described, `natural` whether its makers left it so.
    """
    conditions = describe(column_counts(ids), windows, natural)
    part = slice(start, start + columns)
    fresh = start == 0
    before = np.concatenate([np.full((LEFT_COLUMNS, HEIGHT), _SKY), ids[:start]])[-LEFT_COLUMNS:]
    seen = np.concatenate([before[-1:], ids[part][:-1]])
    crop_ids, crop_conditions = ids[part], conditions[part]
    if short := columns - len(crop_ids):
        crop_ids = np.pad(crop_ids, ((0, short), (0, 0)), constant_values=_SKY)
        seen = np.pad(seen, ((0, short), (0, 0)), constant_values=_SKY)
        crop_conditions = np.pad(crop_conditions, ((0, short), (0, 0)))
    return Crop(crop_ids, before, seen, crop_conditions.copy(), fresh)


def _random_windows(columns: int, rng: np.random.Generator) -> list[int]:
    """Mostly windows of 50 columns, some of other widths, from a random phase."""
    widths: list[int] = []
    left = columns
    while left > 0:
        width = WINDOW if widths and rng.random() < 0.6 else int(rng.integers(NARROWEST, MAX_WINDOW + 1))
        widths.append(min(width, left))
        left -= width
    return widths
