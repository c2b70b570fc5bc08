"""Corpus statistics of windows that a test writes down."""

from __future__ import annotations

import numpy as np

from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import TILES


def statistics_of(windows: np.ndarray) -> CorpusStatistics:
    """Statistics of windows, shape (windows, 6), without any tiles."""
    return CorpusStatistics(windows, np.zeros((HEIGHT, len(TILES)), dtype=np.int64))
