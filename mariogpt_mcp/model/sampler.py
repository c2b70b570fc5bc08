"""The one sampler: writes a batch of levels column by column, and goes back where nobody would get past.

It combines structure rules, guidance by counts, temperature, top-k, seeds, progress and the stop flag. It does not know
which network answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.model.batch import FixedColumns, LevelBatch, Sampling
from mariogpt_mcp.model.decoding import Decoder, Draft, Tiles

STRETCH = 10
"""Columns between two checks whether the levels can be passed."""

RETREATS = 8
"""How often a batch goes back; what cannot be passed after that is left as it is, and reported."""

Passable = Callable[[Tiles, int], npt.NDArray[np.bool_]]
"""Which of (batch, columns, 14) can be passed, (batch,), given that they could be up to a column."""


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
        decoder: a network with a batch of as many levels as there are drafts.
        drafts: one for each level; all equally wide.
        sampling: how tiles are chosen.
        fixed: columns that all levels begin and end with.
        passable: asked every `STRETCH` columns which levels are worth continuing. The others continue as copies of
            those; where none is left, all go back a stretch or more, at most `RETREATS` times. Its last call gets the
            whole levels.
        hooks: follow and stop the writing.

    Returns:
        Ids of shape (batch, columns, 14), of whole levels.

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
    """Which level each of a batch continues: its own if it is kept, else one of those that are."""
    parents = np.arange(count)
    lost = np.setdiff1d(parents, kept)
    parents[lost] = np.resize(kept, len(lost))
    return [int(parent) for parent in parents]
