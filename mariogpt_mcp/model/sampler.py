"""The sampler: writes a batch of levels column by column, and rewrites parts that cannot be passed.

It combines structure rules, guidance by counts, temperature, top-k, seeds, progress and the stop flag. It works with
any `Decoder`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.model.batch import FixedColumns, LevelBatch, Sampling
from mariogpt_mcp.model.decoding import Decoder, Draft, Tiles

STRETCH = 10
"""Columns between two checks of whether the levels can be passed."""

RETREATS = 8
"""Checks stop when a batch goes back once more than this; a part that still cannot be passed stays and is reported."""

Passable = Callable[[Tiles, int], npt.NDArray[np.bool_]]
"""Returns which levels of a batch can be passed, (batch,).

Its arguments are their ids so far, (batch, columns, 14), and the number of columns up to which they can be passed.
"""


def sample(
    decoder: Decoder,
    drafts: Sequence[Draft],
    sampling: Sampling = Sampling(),
    *,
    fixed: FixedColumns = FixedColumns(),
    passable: Passable | None = None,
    hooks: Hooks = Hooks(),
) -> Tiles:
    """Write a batch of levels of one width.

    Args:
        decoder: a network, with a batch of as many levels as there are drafts.
        drafts: one for each level, all equally wide.
        sampling: how tiles are chosen.
        fixed: columns that all levels begin and end with.
        passable: called every `STRETCH` columns and after the last one, with the levels so far. Levels that cannot be
            passed continue as copies of levels that can. If no level can be passed, the whole batch goes back a stretch
            or more; after `RETREATS` + 1 times this function is not called again.
        hooks: follow and stop the writing.

    Returns:
        Ids of the whole levels, (batch, columns, 14).

    Raises:
        Stopped: the stop flag was set.
        ValueError: the drafts are not equally wide.
    """
    batch = LevelBatch(decoder, drafts, sampling, fixed)
    checked, retreats, reported = batch.start, 0, 0
    while batch.column < batch.end:
        hooks.raise_if_stopped()
        batch.write_column()
        reported = max(reported, batch.column - batch.start)
        if hooks.progress is not None:
            hooks.progress(reported, batch.end - batch.start)
        if hooks.watch is not None:
            hooks.watch(batch.ids[0])
        if passable is None or retreats > RETREATS or (batch.column % STRETCH and batch.column < batch.end):
            continue
        kept = np.flatnonzero(passable(batch.ids, checked))
        if len(kept) == 0:
            retreats += 1
            checked = max(batch.start, checked - STRETCH * (retreats // 2))
            batch.resume(range(len(drafts)), checked, retreats)
            continue
        checked = batch.column
        if len(kept) < len(drafts) and batch.column < batch.end:
            batch.resume(_parents(kept, len(drafts)), batch.column, retreats)
    return batch.ids


def _parents(kept: npt.NDArray[np.int64], count: int) -> list[int]:
    """The parent of each level of a batch: the level itself if it is kept, otherwise one of the kept levels in turn."""
    parents = np.arange(count)
    lost = np.setdiff1d(parents, kept)
    parents[lost] = np.resize(kept, len(lost))
    return [int(parent) for parent in parents]
