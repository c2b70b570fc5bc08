"""How a set of levels compares with the originals, tile by tile: patterns, copied windows, diversity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.tiles import SYMBOLS

TileIds = npt.NDArray[np.integer]
"""Tile ids of a level, (columns, 14)."""

SMOOTHING = 1e-5
"""Added to each pattern's share before the divergence is computed (Lucas and Volz 2019)."""

MEMORY_WINDOW = 20
"""Columns of a window that is searched for in the corpus."""

COPIED = 0.1
"""A window counts as copied if at most this share of its tiles differs from a window of the corpus.

Tiles that are sky in both windows are not counted.
"""


def pattern_counts(levels: Sequence[TileIds], size: int) -> dict[int, int]:
    """How often each pattern of size x size tiles occurs; a pattern's key is computed from its tiles."""
    base = len(SYMBOLS)
    totals: dict[int, int] = {}
    for ids in levels:
        if len(ids) < size:
            continue
        windows = np.lib.stride_tricks.sliding_window_view(ids.astype(np.int64), (size, size))
        weights = base ** np.arange(size * size, dtype=np.int64).reshape(size, size)
        numbers, counts = np.unique((windows * weights).sum((-2, -1)), return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            totals[number] = totals.get(number, 0) + count
    return totals


def pattern_divergence(levels: Sequence[TileIds], originals: Sequence[TileIds], size: int) -> float:
    """KL divergence of the originals' tile patterns from the levels', in nats; 0 if both have the same shares."""
    ours, theirs = pattern_counts(levels, size), pattern_counts(originals, size)
    total_ours, total_theirs = sum(ours.values()), sum(theirs.values())
    keys = set(ours) | set(theirs)
    norm = 1 + SMOOTHING * len(keys)
    divergence = 0.0
    for key in keys:
        p = (theirs.get(key, 0) / total_theirs + SMOOTHING) / norm
        q = (ours.get(key, 0) / total_ours + SMOOTHING) / norm
        divergence += p * float(np.log(p / q))
    return divergence


def nearest_distances(
    levels: Sequence[TileIds], corpus: Sequence[TileIds], step: int, leave_own_out: bool = False
) -> npt.NDArray[np.float64]:
    """Share of tiles in which each window of 20 columns differs from the nearest window of the corpus.

    Args:
        levels: the levels that may be copies.
        corpus: the levels that they may be copied from; all windows of these are compared.
        step: columns from one window of a level to the next.
        leave_own_out: compare each level with the other levels only; for the case that `levels` is `corpus`.

    Returns:
        One distance for each window, 0 to 1; empty if no level, or none of the corpus, is as wide as a window. Tiles
        that are sky in both windows do not count.
    """
    if leave_own_out:
        others = ([other for j, other in enumerate(corpus) if j != i] for i in range(len(levels)))
        return np.concatenate([nearest_distances([own], rest, step) for own, rest in zip(levels, others, strict=True)])
    known = [_windows(ids, 1) for ids in corpus if len(ids) >= MEMORY_WINDOW]
    if not known:
        return np.empty(0)
    index = np.concatenate(known)
    windows = [window for ids in levels if len(ids) >= MEMORY_WINDOW for window in _windows(ids, step)]
    distances = np.empty(len(windows))
    solid = index != 0
    for i, window in enumerate(windows):
        either = solid | (window != 0)
        different = (index != window) & either
        distances[i] = (different.sum(1) / np.maximum(either.sum(1), 1)).min()
    return distances


def _windows(ids: TileIds, step: int) -> npt.NDArray[np.uint8]:
    starts = range(0, len(ids) - MEMORY_WINDOW + 1, step)
    return np.stack([ids[s : s + MEMORY_WINDOW].ravel() for s in starts]).astype(np.uint8)


def diversity(levels: Sequence[TileIds], columns: int, pairs: int, rng: np.random.Generator) -> float:
    """Mean share of tiles that differ between two levels' first columns, over random pairs; NaN for fewer than two."""
    wide = [ids[:columns] for ids in levels if len(ids) >= columns]
    if len(wide) < 2:
        return float("nan")
    total = 0.0
    for _ in range(pairs):
        i, j = rng.choice(len(wide), 2, replace=False)
        total += float((wide[i] != wide[j]).mean())
    return total / pairs
