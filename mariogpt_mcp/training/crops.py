"""Cuts training crops out of levels: draws them, varies them, and computes their conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mariogpt_mcp.level.column_counts import column_counts
from mariogpt_mcp.level.features import WINDOW, Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import SYMBOLS, tile
from mariogpt_mcp.model.column.network import LEFT_COLUMNS
from mariogpt_mcp.model.conditioning import CONDITION_NAMES, MAX_WINDOW, UNKNOWN, Conditions, conditions_of
from mariogpt_mcp.training.augmentation import MAX_RAISE, LevelIds, edited, raised

NARROWEST = 8
"""Columns of the narrowest window that conditions describe. Not tuned."""

PLACE_STRIDE = 5
"""Columns from the start of one window that crops are drawn around to that of the next; as in the corpus statistics."""

RARITY_EXPONENT = -0.5
"""The weight of a window in the draw is the frequency of its classes to this power. Not tuned.

0 would draw windows as often as they occur; -1 would draw all combinations of classes equally often.
"""

USUAL_WINDOW_CHANCE = 0.6
"""Probability that a window of the conditions is 50 columns wide instead of a random width. Not tuned."""

_MIRROR_SYMBOLS = str.maketrans("<>[]", "><][")
_MIRRORED_IDS = np.array([SYMBOLS.index(s.translate(_MIRROR_SYMBOLS)) for s in SYMBOLS], dtype=np.int64)
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
    """How crops are varied; every field is a probability. Every variant of a valid level is valid.

    The conditions say which crops are mirrored or edited, because some patterns have a direction: stairs mostly rise to
    the right. The defaults are those of the bundled weights (`resources/checkpoint/README.md`).

    Attributes:
        mirror: the level is read from right to left, with the halves of pipes swapped.
        edit: pipes, enemies and blocks are removed and added, and the ground is raised (`augmentation`).
        hide_all: all conditions are unknown.
        hide_one: a condition is unknown; drawn for each condition, once for a count and its pace together.
        corrupt: a tile that the outer network sees is replaced by a random one; drawn for each tile.
        edges: the crop is placed at the start or at the end of its level.
    """

    mirror: float = 0.3
    edit: float = 0.3
    hide_all: float = 0.05
    hide_one: float = 0.08
    corrupt: float = 0.02
    edges: float = 0.2


@dataclass(frozen=True, slots=True)
class Crop:
    """T columns to predict, and the inputs of the network for them.

    Attributes:
        ids: the columns, (T, 14).
        before: the three columns before them, (3, 14).
        seen: the left neighbour of each column as the outer network sees it, (T, 14).
        conditions: (T, 13).
        fresh: whether the crop begins where its level does.
    """

    ids: LevelIds
    before: LevelIds
    seen: LevelIds
    conditions: Conditions
    fresh: bool


class CropSampler:
    """Draws crops of one width; rare combinations of classes are drawn more often than they occur."""

    def __init__(self, levels: Sequence[Level], columns: int, variation: Variation) -> None:
        """Index the levels by windows of 50 columns, each weighted by how rare its classes are."""
        self._levels = [level.ids.astype(np.int64) for level in levels]
        self._columns = columns
        self._variation = variation
        captions = []
        self._places: list[tuple[int, int]] = []
        for i, level in enumerate(levels):
            for start in range(0, max(1, level.columns - WINDOW + 1), PLACE_STRIDE):
                self._places.append((i, start))
                captions.append(Features.of(level[start : start + WINDOW]).caption)
        frequency = Counter(captions)
        weights = np.array([frequency[caption] ** RARITY_EXPONENT for caption in captions])
        self._weights = weights / weights.sum()

    def draw(self, rng: np.random.Generator) -> Crop:
        """Draw one crop."""
        v = self._variation
        i, start = self._places[rng.choice(len(self._places), p=self._weights)]
        ids = self._levels[i]
        span = max(0, len(ids) - self._columns)
        start = int(rng.choice([0, span])) if rng.random() < v.edges else start - int(rng.integers(0, WINDOW))
        start = min(max(start, 0), span)
        if mirrored := rng.random() < v.mirror:
            ids, start = _MIRRORED_IDS[ids[::-1]], span - start
        natural = not mirrored
        if rng.random() < v.edit:
            ids, natural = edited(raised(ids, int(rng.integers(0, MAX_RAISE + 1))), rng), False
        crop = cut(ids, start, self._columns, _random_windows(len(ids), rng), natural)
        if mirrored:
            crop.conditions[:, _EDGES] = UNKNOWN
        self._hide_and_corrupt(crop, rng)
        return crop

    def _hide_and_corrupt(self, crop: Crop, rng: np.random.Generator) -> None:
        """Hide conditions and corrupt the tiles that the outer network sees, in place."""
        v = self._variation
        if rng.random() < v.hide_all:
            crop.conditions[:] = UNKNOWN
        for together in _HIDDEN_TOGETHER:
            if rng.random() < v.hide_one:
                crop.conditions[:, together] = UNKNOWN
        wrong = rng.random(crop.seen.shape) < v.corrupt
        crop.seen[wrong] = rng.integers(0, len(SYMBOLS), int(wrong.sum()))


def cut(ids: LevelIds, start: int, columns: int, windows: Sequence[int], natural: bool = True) -> Crop:
    """Cut `columns` columns from `start`; columns past the end of the level are sky, with conditions marked as unknown.

    Args:
        ids: the level, (columns, 14).
        start: index of the first column.
        columns: width of the crop.
        windows: widths of the windows that the conditions describe, from the left end of the level.
        natural: false if the level was mirrored or edited.
    """
    conditions = conditions_of(column_counts(ids), windows, natural)
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
    """Widths of windows that cover the columns: the first is random, most others are 50 columns."""
    widths: list[int] = []
    left = columns
    while left > 0:
        usual = widths and rng.random() < USUAL_WINDOW_CHANCE
        width = WINDOW if usual else int(rng.integers(NARROWEST, MAX_WINDOW + 1))
        widths.append(min(width, left))
        left -= width
    return widths
