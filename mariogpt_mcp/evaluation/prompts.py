"""The prompts that levels are written for when a model is measured."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.features import CLASSES, ELEVATIONS, WINDOW, Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.style import STYLES

MAX_PIPES_NUMBER, MAX_ENEMIES_NUMBER = 8, 12
"""Highest numbers in prompts for a number of pipes and of enemies; the lowest is 0.

99 % of the windows of the bundled model's corpus contain no more.
"""

COMBINATIONS = len(CLASSES["pipes"]) * len(CLASSES["enemies"]) * len(CLASSES["blocks"]) * len(ELEVATIONS)

_GOLDEN_RATIO = (math.sqrt(5) - 1) / 2


def combination_prompts(count: int) -> list[str]:
    """`count` prompts that go through the 96 combinations of classes, and begin again after the last."""
    combinations = itertools.product(CLASSES["pipes"], CLASSES["enemies"], CLASSES["blocks"], ELEVATIONS)
    texts = [f"{p} pipes, {e} enemies, {b} blocks, {h} elevation" for p, e, b, h in combinations]
    return [texts[i % len(texts)] for i in range(count)]


def style_prompts(count: int) -> list[str]:
    """`count` prompts that go through the styles, and begin again after the last."""
    return [f"{STYLES[i % len(STYLES)]} style" for i in range(count)]


def number_prompts(count: int, seed: int) -> list[str]:
    """`count` prompts for random numbers of pipes and enemies."""
    rng = np.random.default_rng((seed, 1))
    pipes = rng.integers(0, MAX_PIPES_NUMBER + 1, count)
    enemies = rng.integers(0, MAX_ENEMIES_NUMBER + 1, count)
    return [f"{p} pipes, {e} enemies" for p, e in zip(pipes, enemies, strict=True)]


def natural_prompts(count: int, originals: Sequence[Level], seed: int) -> list[str]:
    """`count` captions of windows of the originals; each is about as frequent as in the originals.

    The captions are sorted, and chosen in steps of the golden ratio from a random start. Any number of steps covers
    them evenly; random draws would miss some rare captions and repeat others.

    Raises:
        MarioGPTError: no level of the originals is as wide as a window.
    """
    captions = sorted(
        Features.of(level[start : start + WINDOW]).caption
        for level in originals
        for start in range(0, level.columns - WINDOW + 1, WINDOW // 2)
    )
    if not captions:
        raise MarioGPTError(
            f"The originals contain no level of {WINDOW} columns or more; prompts are made from windows of that "
            "width, so add such a level."
        )
    places = (np.random.default_rng((seed, 2)).random() + _GOLDEN_RATIO * np.arange(count)) % 1
    return [captions[int(place * len(captions))] for place in places]
