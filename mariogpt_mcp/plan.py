"""From a `PromptSpec` to the targets of a level's windows: how much of what, where.

A class leaves room: "some pipes" are 3 to 5 in 50 columns. For each candidate a count is drawn from the
class, window by window, so that each window and the whole level are in it. Plain numbers are for the whole
level and are shared out among its windows.
"""

from __future__ import annotations

import numpy as np

from mariogpt_mcp.features import CLASSES, MANY, WINDOW, Countable, class_range
from mariogpt_mcp.model.conditions import Target
from mariogpt_mcp.wishes import Amount, PromptSpec

MANY_UP_TO: dict[Countable, int] = {"pipes": 8, "enemies": 11, "blocks": 250}
"""Largest count drawn for "many", a window of 50 columns: about the corpus's 99th percentile."""

LITTLE_BLOCKS_FROM = 40
"""Smallest count drawn for "little blocks", a window of 50 columns: below it there is no floor left."""


def window_widths(columns: int) -> list[int]:
    """Widths of the windows a level is steered in: at most 50 columns each, about equally wide."""
    count = -(-columns // WINDOW)
    return [columns * (i + 1) // count - columns * i // count for i in range(count)]


def plan(spec: PromptSpec, columns: int, rng: np.random.Generator) -> tuple[Target, ...]:
    """Targets for one candidate; `rng` draws where the prompt leaves room."""
    widths = window_widths(columns)
    pipes = _share(spec, "pipes", widths, rng)
    enemies = _share(spec, "enemies", widths, rng)
    blocks = _share(spec, "blocks", widths, rng)
    high = None if spec.elevation is None else spec.elevation == "high"
    return tuple(Target(width, p, e, b, high) for width, p, e, b in zip(widths, pipes, enemies, blocks, strict=True))


def _share(spec: PromptSpec, name: Countable, widths: list[int], rng: np.random.Generator) -> list[int] | list[None]:
    amount: Amount | None = spec.amount(name)
    if amount is None:
        return [None] * len(widths)
    if isinstance(amount, int):
        return _spread(amount, widths, rng)
    ranges = [_range(name, amount, width) for width in widths]
    if all(low <= high for low, high in ranges):
        return [int(rng.integers(low, high + 1)) for low, high in ranges]
    # Too narrow a window for the class: draw for the level and share it out.
    low, high = _range(name, amount, sum(widths))
    return _spread(int(rng.integers(low, max(low, high) + 1)), widths, rng)


def _range(name: Countable, word: str, columns: int) -> tuple[int, int]:
    low, high = class_range(name, word, columns)
    if word == CLASSES[name][0] == "no":
        return 0, 0
    if word == MANY:
        return low, max(low, MANY_UP_TO[name] * columns // WINDOW)
    if (name, word) == ("blocks", "little"):
        low = LITTLE_BLOCKS_FROM * columns // WINDOW
    assert high is not None, "only 'many' has no largest count"
    return low, high


def _spread(total: int, widths: list[int], rng: np.random.Generator) -> list[int]:
    """`total` over windows in proportion to their widths; what is left over goes to random ones."""
    columns = sum(widths)
    shares = [total * width // columns for width in widths]
    for i in rng.permutation(len(widths))[: total - sum(shares)]:
        shares[int(i)] += 1
    return shares
