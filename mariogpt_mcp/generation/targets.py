"""From a `PromptSpec` to the targets of a level's windows: how much of what, where.

A class leaves room: "some pipes" are 3 to 5 in 50 columns. For each candidate counts are drawn window by
window so that each window and the whole level are in their classes, and as windows of the corpus have them.
Plain numbers are for the whole level and are shared out among its windows.
"""

from __future__ import annotations

import numpy as np

from mariogpt_mcp.level.corpus_statistics import CorpusStatistics, WindowRequest
from mariogpt_mcp.level.features import CLASSES, COUNTABLES, ELEVATIONS, MANY, WINDOW, Countable, Features, class_range
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.model.conditioning import Target
from mariogpt_mcp.prompt_parser.spec import Amount, PromptSpec

MANY_UP_TO: dict[Countable, int] = {"pipes": 8, "enemies": 11, "blocks": 250}
"""Largest count drawn for "many", a window of 50 columns: about the corpus's 99th percentile."""

NO_LIMIT = HEIGHT * WINDOW
"""More than any window holds."""

LITTLE_BLOCKS_FROM = 30
"""Smallest count drawn for "little blocks", a window of 50 columns: below it there is nothing to stand on."""


def window_widths(columns: int) -> list[int]:
    """Widths of the windows a level is steered in: at most 50 columns each, about equally wide."""
    count = -(-columns // WINDOW)
    return [columns * (i + 1) // count - columns * i // count for i in range(count)]


def plan(spec: PromptSpec, columns: int, rng: np.random.Generator, statistics: CorpusStatistics) -> tuple[Target, ...]:
    """Targets for one candidate; `rng` draws where the prompt leaves room.

    With an empty statistics, what the prompt does not ask for stays open.
    """
    widths = window_widths(columns)
    asked = [name for name in COUNTABLES if spec.amount(name) is not None]
    typical = statistics.is_empty  # a statistics knows what is typical itself
    shares = {name: _ranges(spec, name, widths, typical, rng) for name in asked}
    high = None if spec.elevation is None else spec.elevation == "high"
    style, targets = spec.style, []
    deep: bool | None = None
    for i, width in enumerate(widths):
        ranges = {name: shares[name][i] for name in asked}
        window = statistics.draw(WindowRequest(width, ranges, high, style, deep), rng)
        if window is None:
            drawn = {name: int(rng.integers(low, most + 1)) for name, (low, most) in ranges.items()}
            targets.append(Target(width, drawn.get("pipes"), drawn.get("enemies"), drawn.get("blocks"), high, style))
            continue
        style, deep = window.style, window.deep  # a level keeps to its own
        pipes, enemies, blocks = (window.counts[name] for name in COUNTABLES)
        targets.append(Target(width, pipes, enemies, blocks, window.high, style, deep, window.natural))
    return tuple(targets)


def full_prompt(spec: PromptSpec, rng: np.random.Generator) -> str:
    """What is asked for in MarioGPT's words, all four of them; `rng` draws what is left open.

    MarioGPT saw no other prompts in its training, and its own code draws them as this does.
    """
    words = []
    for name in COUNTABLES:
        amount, classes = spec.amount(name), CLASSES[name]
        if amount is None:  # its blocks have no "no"; "little" stands for both
            amount = str(rng.choice(classes if len(classes) == 4 else (classes[0], *classes)))
        words.append(f"{amount} {name}")
    elevation = spec.elevation or str(rng.choice(ELEVATIONS))
    return ", ".join([*words, f"{elevation} elevation"])


def as_it_is(level: Level | None) -> tuple[Target, ...]:
    """Targets that a level, or what there is of one, meets as it stands."""
    if level is None:
        return ()
    targets, start = [], 0
    for width in window_widths(level.columns):
        there = Features.of(level[start : start + width])
        high = there.elevation == "high"
        targets.append(Target(width, there.pipes, there.enemies, there.blocks, high, there.style))
        start += width
    return tuple(targets)


def _ranges(
    spec: PromptSpec, name: Countable, widths: list[int], typical: bool, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """Least and most of an attribute that is asked for, window by window."""
    amount: Amount | None = spec.amount(name)
    assert amount is not None
    if isinstance(amount, int):
        return [(n, n) for n in _spread(amount, widths, rng)]
    ranges = [_range(name, amount, width, typical) for width in widths]
    if all(low <= most for low, most in ranges):
        return ranges
    # Too narrow a window for the class: draw for the level and share it out.
    low, most = _range(name, amount, sum(widths), True)
    return [(n, n) for n in _spread(int(rng.integers(low, max(low, most) + 1)), widths, rng)]


def _range(name: Countable, word: str, columns: int, typical: bool) -> tuple[int, int]:
    """Least and most of a class; `typical` leaves out counts that are rare in it."""
    low, most = class_range(name, word, columns)
    if word == CLASSES[name][0] == "no":
        return 0, 0
    if not typical:
        return low, NO_LIMIT if most is None else most
    if word == MANY:
        return low, max(low, MANY_UP_TO[name] * columns // WINDOW)
    if (name, word) == ("blocks", "little"):
        low = LITTLE_BLOCKS_FROM * columns // WINDOW
    assert most is not None, "only 'many' has no largest count"
    return low, most


def _spread(total: int, widths: list[int], rng: np.random.Generator) -> list[int]:
    """`total` over windows in proportion to their widths; what is left over goes to random ones."""
    columns = sum(widths)
    shares = [total * width // columns for width in widths]
    for i in rng.permutation(len(widths))[: total - sum(shares)]:
        shares[int(i)] += 1
    return shares
