"""The figures in one column of the table: how far prompts are met, structure, difficulty, likeness, speed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median, pstdev

import numpy as np

from mariogpt_mcp.evaluation.free_text import FreePrompt
from mariogpt_mcp.evaluation.samples import LevelSample
from mariogpt_mcp.evaluation.tile_patterns import COPIED, TileIds, diversity, nearest_distances, pattern_divergence
from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.features import WINDOW, Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.report.adherence import attribute_reports

PATTERN_COLUMNS = 15_000
"""Most columns of a source that the pattern distance is computed over; the distance shrinks with more columns."""

COPY_STRIDE = 10
"""Columns from the start of one window that is searched for in the corpus to the next.

Most columns are in two windows.
"""

DIVERSITY_COLUMNS = 100
"""Columns of two levels that are compared; the median width of the levels if that is smaller."""

PAIRS, PROMPT_PAIRS = 500, 10
"""Random pairs whose mean difference is the diversity: of all levels, and of the levels of one prompt."""

SECONDS = "seconds, median"

_HALF = "half a pipe"
_ENEMY = tile("E").id


@dataclass(frozen=True, slots=True)
class Share:
    """A share of cases with its 95 % interval (Wilson 1927)."""

    hits: int
    cases: int

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.hits / self.cases

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        z, n, p = 1.959964, self.cases, self.value
        centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def adherence(samples: Sequence[LevelSample], windows: bool) -> dict[str, Share]:
    """How often each attribute that a prompt names is met, in levels or in their windows of 50 columns."""
    hits: dict[str, int] = defaultdict(int)
    cases: dict[str, int] = defaultdict(int)
    for sample in samples:
        spec = parse_prompt(sample.prompt).spec
        for part in _windows(sample.level) if windows else [sample.level]:
            for attribute in attribute_reports(spec, Features.of(part)):
                if attribute.asked:
                    hits[attribute.name] += attribute.met
                    cases[attribute.name] += 1
    return {name: Share(hits[name], cases[name]) for name in cases}


def _windows(level: Level) -> list[Level]:
    return [level[start : start + WINDOW] for start in range(0, level.columns - WINDOW + 1, WINDOW)]


def structure(samples: Sequence[LevelSample]) -> dict[str, float]:
    """Mean number of faults in a level by kind, and the widest gaps in columns."""
    kinds = [[fault.kind for fault in faults(sample.level.ids)] for sample in samples]
    features = [Features.of(sample.level) for sample in samples]
    return {
        "halves and unknown tiles a level": mean(
            found.count(_HALF) + sample.unknown_tiles for found, sample in zip(kinds, samples, strict=True)
        ),
        "other broken pipes and cannons a level": mean(
            sum(kind != _HALF and "enemy" not in kind for kind in found) for found in kinds
        ),
        "enemies over nothing or walled in a level": mean(sum("enemy" in kind for kind in found) for found in kinds),
        "enemies in the air a level": mean(_in_the_air(sample.level) for sample in samples),
        "widest gap, mean": mean(f.widest_gap for f in features),
        "widest gap, worst": max(f.widest_gap for f in features),
    }


def difficulty(samples: Sequence[LevelSample]) -> dict[str, float]:
    """Number of gaps, enemies and jumps in 100 columns: mean and standard deviation over the levels."""
    found: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        f = Features.of(sample.level)
        for name, count in (("gaps", f.gaps), ("enemies", f.enemies), ("jumps", f.jumps)):
            found[name].append(100 * count / f.columns)
    figures = {}
    for name, values in found.items():
        figures[f"{name} in 100 columns, mean"] = mean(values)
        figures[f"{name} in 100 columns, standard deviation"] = pstdev(values)
    return figures


def likeness(
    samples: Sequence[LevelSample], originals: Sequence[Level], corpus: Sequence[Level], own: bool, seed: int
) -> dict[str, float]:
    """Distance to the originals, share of copied windows, and diversity.

    Args:
        samples: the levels that are measured.
        originals: levels whose tile patterns are the goal.
        corpus: levels that may have been copied.
        own: whether `samples` is the corpus itself; then each level is compared with the others only.
        seed: seed of the random pairs for the diversity.
    """
    ids = [sample.level.ids for sample in samples]
    goal = [level.ids for level in originals]
    result = {
        f"pattern KL {size}x{size}": pattern_divergence(_first(ids, PATTERN_COLUMNS), goal, size) for size in (2, 3, 4)
    }
    result["columns the KL is taken over"] = min(PATTERN_COLUMNS, sum(map(len, ids)))
    distances = nearest_distances(ids, [level.ids for level in corpus], COPY_STRIDE, leave_own_out=own)
    columns = min(DIVERSITY_COLUMNS, median(map(len, ids)))
    return {
        **result,
        "memorised windows": float((distances <= COPIED).mean()) if distances.size else math.nan,
        "nearest distance, mean": float(distances.mean()) if distances.size else math.nan,
        "diversity, all levels": diversity(ids, int(columns), PAIRS, np.random.default_rng(seed)),
    }


def unreported(samples: Sequence[LevelSample]) -> int:
    """Number of levels that miss part of their prompt although their report says that they meet it."""
    return sum(
        sample.met is True and any(share.value < 1 for share in adherence([sample], windows=False).values())
        for sample in samples
    )


def free_text(samples: Sequence[LevelSample], prompts: Sequence[FreePrompt]) -> dict[str, float | Share]:
    """Shares of free-text prompts that are understood, and that are understood and met; one level for each prompt."""
    understood = [prompt.understood for prompt in prompts]
    met = [bool(known and sample.met) for known, sample in zip(understood, samples, strict=True)]
    return {
        "free-text prompts understood": Share(sum(understood), len(understood)),
        "free-text prompts understood and met": Share(sum(met), len(met)),
    }


def prompt_diversity(samples: Sequence[LevelSample], seed: int) -> float:
    """Mean share of tiles that differ between levels of one prompt, over the prompts with several levels."""
    groups: dict[str, list[LevelSample]] = defaultdict(list)
    for sample in samples:
        groups[sample.prompt].append(sample)
    rng = np.random.default_rng(seed)
    several = [[s.level.ids for s in group] for group in groups.values() if len(group) > 1]
    return mean(diversity(ids, min(map(len, ids)), PROMPT_PAIRS, rng) for ids in several) if several else float("nan")


def speed(samples: Sequence[LevelSample]) -> dict[str, float]:
    """Seconds for a level, median and worst; empty if no time was measured."""
    seconds = [sample.seconds for sample in samples if sample.seconds is not None]
    return {SECONDS: median(seconds), "seconds, worst": max(seconds)} if seconds else {}


def _in_the_air(level: Level) -> int:
    """Number of enemies with nothing solid directly below."""
    ids = level.ids
    return int(((ids[:, 1:] == _ENEMY) & ~IS_SOLID[ids[:, :-1]]).sum())


def _first(levels: Sequence[TileIds], columns: int) -> list[TileIds]:
    """The first `columns` columns of all levels together."""
    kept: list[TileIds] = []
    left = columns
    for ids in levels:
        if left <= 0:
            break
        kept.append(ids[:left])
        left -= len(ids)
    return kept
