"""Draws the targets of a level's windows from a `PromptSpec`: the counts, the elevation and the style of each.

A class is a range: "some pipes" are 3 to 5 in 50 columns. For each candidate, counts are drawn window by window, so
that each window and the whole level are in their classes, and in combinations that windows of the corpus have. Plain
numbers apply to the whole level and are distributed over its windows.
"""

from __future__ import annotations

import numpy as np

from mariogpt_mcp.level.corpus_statistics import CorpusStatistics, WindowRequest
from mariogpt_mcp.level.features import CLASSES, COUNTABLES, ELEVATIONS, MANY, WINDOW, Countable, Features, class_range
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.model.conditioning import Target
from mariogpt_mcp.prompt_parser.spec import Amount, PromptSpec

MANY_UP_TO: dict[Countable, int] = {"pipes": 8, "enemies": 11, "blocks": 250}
"""Largest count drawn for "many" in a window of 50 columns: about the corpus's 99th percentile."""

NO_LIMIT = HEIGHT * WINDOW
"""A count that no window exceeds."""

LITTLE_BLOCKS_FROM = 30
"""Smallest count drawn for "little blocks" in a window of 50 columns: with fewer there is nothing to stand on."""


def window_widths(columns: int) -> list[int]:
    """Widths of the windows that a level is divided into: at most 50 columns each, about equally wide."""
    count = -(-columns // WINDOW)
    return [columns * (i + 1) // count - columns * i // count for i in range(count)]


def draw_targets(
    spec: PromptSpec, columns: int, rng: np.random.Generator, statistics: CorpusStatistics
) -> tuple[Target, ...]:
    """Targets for one candidate; `rng` draws what the prompt does not decide.

    If the statistics are empty, attributes that the prompt does not name stay open (`None`).
    """
    widths = window_widths(columns)
    requested = [name for name in COUNTABLES if spec.amount(name) is not None]
    typical = statistics.is_empty  # otherwise the statistics say what is typical
    shares = {name: _ranges(spec, name, widths, typical, rng) for name in requested}
    high = None if spec.elevation is None else spec.elevation == "high"
    style, targets = spec.style, []
    deep: bool | None = None
    for i, width in enumerate(widths):
        ranges = {name: shares[name][i] for name in requested}
        window = statistics.draw(WindowRequest(width, ranges, high, style, deep), rng)
        if window is None:
            drawn = {name: int(rng.integers(low, most + 1)) for name, (low, most) in ranges.items()}
            targets.append(Target(width, drawn.get("pipes"), drawn.get("enemies"), drawn.get("blocks"), high, style))
            continue
        style, deep = window.style, window.deep  # the same in the whole level
        pipes, enemies, blocks = (window.counts[name] for name in COUNTABLES)
        targets.append(Target(width, pipes, enemies, blocks, window.high, style, deep, window.natural))
    return tuple(targets)


def draw_prompt(spec: PromptSpec, rng: np.random.Generator) -> str:
    """The request in MarioGPT's words, with all four attributes; `rng` draws those that the prompt does not name.

    MarioGPT saw no other prompts in its training, and its own code draws them in the same way.
    """
    words = []
    for name in COUNTABLES:
        amount, classes = spec.amount(name), CLASSES[name]
        if amount is None:  # blocks have no class "no"; "little" stands for both
            amount = str(rng.choice(classes if len(classes) == 4 else (classes[0], *classes)))
        words.append(f"{amount} {name}")
    elevation = spec.elevation or str(rng.choice(ELEVATIONS))
    return ", ".join([*words, f"{elevation} elevation"])


def targets_of(level: Level | None) -> tuple[Target, ...]:
    """The targets that an existing level, or part of one, meets as it is."""
    if level is None:
        return ()
    targets, start = [], 0
    for width in window_widths(level.columns):
        found = Features.of(level[start : start + width])
        high = found.elevation == "high"
        targets.append(Target(width, found.pipes, found.enemies, found.blocks, high, found.style))
        start += width
    return tuple(targets)


def _ranges(
    spec: PromptSpec, name: Countable, widths: list[int], typical: bool, rng: np.random.Generator
) -> list[tuple[int, int]]:
    """The smallest and the largest count of a requested attribute, window by window."""
    amount: Amount | None = spec.amount(name)
    assert amount is not None
    if isinstance(amount, int):
        return [(n, n) for n in _spread(amount, widths, rng)]
    ranges = [_range(name, amount, width, typical) for width in widths]
    if all(low <= most for low, most in ranges):
        return ranges
    # One window is too narrow for a class such as "many": sample one count for the level and split it over the windows.
    low, most = _range(name, amount, sum(widths), True)
    return [(n, n) for n in _spread(int(rng.integers(low, max(low, most) + 1)), widths, rng)]


def _range(name: Countable, word: str, columns: int, typical: bool) -> tuple[int, int]:
    """The smallest and the largest count of a class; `typical` leaves out counts that are rare in it."""
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
    """`total` distributed over windows in proportion to their widths; the remainder goes to random ones."""
    columns = sum(widths)
    shares = [total * width // columns for width in widths]
    for i in rng.permutation(len(widths))[: total - sum(shares)]:
        shares[int(i)] += 1
    return shares
