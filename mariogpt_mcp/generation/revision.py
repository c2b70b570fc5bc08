"""Requests for new columns of an existing level: some columns are rewritten, or more are added at its right end."""

from __future__ import annotations

import re
from dataclasses import replace

from mariogpt_mcp.check.check import MAX_CHECKED
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.request import KeptColumns, Request, columns_of
from mariogpt_mcp.level.features import COUNTABLES, Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.settings import LEVEL_SIZE_RANGE
from mariogpt_mcp.store.records import StoredLevel

MAX_NEW = columns_of(LEVEL_SIZE_RANGE[1])
"""Largest number of columns written at once: as many as the longest generated level has."""

_RANGE = re.compile(r"\s*(?:columns?\s*)?(\d{1,6})\s*(?:(?:-|\u2013|to|\.\.|:)\s*(\d{1,6})\s*)?", re.IGNORECASE)
_RIGHT_HALVES = {tile(symbol).symbol for symbol in ">]"}


def vary(stored: StoredLevel, columns: str, prompt: str, seed: int | None, temperature: float) -> Request:
    """A request to write columns of a level again.

    Args:
        stored: the level.
        columns: the first and the last one, from 1, such as "41-60"; all of them if empty.
        prompt: what the new columns should have. Attributes that it does not name keep their class.
        seed: as `Request.check` takes it.
        temperature: likewise.

    Raises:
        MarioGPTError: the columns do not exist or are too many, no run gets past a place outside them, or the seed or
            temperature cannot be used.
    """
    level = stored.level
    first, last = _parse_range(columns, level.columns)
    last, notes = _without_half_pipe(level, first, last)
    count = last - first + 1
    if count > MAX_NEW:
        raise MarioGPTError(
            f"At most {MAX_NEW} columns can be written again at once, not {count}; name fewer of them, for example "
            f"columns {first}-{first + MAX_NEW - 1}."
        )
    _refuse_stuck(stored, first, last)
    request = Request.for_columns(prompt, count, temperature, seed)
    old = Features.of(level[first - 1 : last])
    requested = request.prompt.spec
    notes += [
        f"these columns already had {requested.amount(name)} {name} ({old.count(name)}); "
        "for more or fewer of them, name a number"
        for name in COUNTABLES
        if requested.amount(name) == old.class_of(name)
    ]
    defaults = _classes_left_open(requested, old)
    if defaults.text:
        notes.append(f"in the same class as before: {defaults.text}")
    before = level[: first - 1] if first > 1 else None
    after = level[last:] if last < level.columns else None
    kept = KeptColumns(before, after, stored.id)
    return replace(request, kept=kept, defaults=defaults, notes=(*notes, *request.notes))


def extend(stored: StoredLevel, columns: int, prompt: str, seed: int | None, temperature: float) -> Request:
    """A request for more columns to the right of a level, in its style unless the prompt names one.

    Raises:
        MarioGPTError: the columns are too few or too many, no run beats the level, or the seed or temperature cannot be
            used.
    """
    level = stored.level
    most = min(MAX_NEW, MAX_CHECKED - level.columns)
    if most < 1:
        raise MarioGPTError(f"This level has {level.columns} columns; it can be extended up to {MAX_CHECKED}.")
    if not 1 <= columns <= most:
        raise MarioGPTError(f"This level can be extended by 1 to {most} columns at once, not {columns}; try 50.")
    _refuse_stuck(stored, level.columns + 1, level.columns + columns)
    request = Request.for_columns(prompt, columns, temperature, seed)
    defaults = PromptSpec(style=Features.of(level).style)
    return replace(request, kept=KeptColumns(level, None, stored.id), defaults=defaults)


def _without_half_pipe(level: Level, first: int, last: int) -> tuple[int, list[str]]:
    """The last column that can be written again without cutting a pipe in two, and a note for each one that stays."""
    notes = []
    while last < level.columns and any(row[last] in _RIGHT_HALVES for row in level.rows):
        notes.append(f"column {last} has half of a pipe, and the other half stays, so column {last} stays too")
        last -= 1
        if last < first:
            raise MarioGPTError(f"Column {first} has only half of a pipe; include the column after it too.")
    return last, notes


def _refuse_stuck(stored: StoredLevel, first: int, last: int) -> None:
    beatable = stored.report.beatable
    stuck = beatable.stopped_at
    if stuck is not None and not first - 1 <= stuck <= last:
        raise MarioGPTError(
            f"No run gets past column {stuck} of this level, {beatable.reason}, and new columns {first} to {last} "
            "would not change that; repair the level first."
        )


def _classes_left_open(requested: PromptSpec, old: Features) -> PromptSpec:
    """The present classes of the attributes that the prompt does not name."""
    pipes, enemies, blocks = (old.class_of(name) if requested.amount(name) is None else None for name in COUNTABLES)
    return PromptSpec(
        pipes,
        enemies,
        blocks,
        old.elevation if requested.elevation is None else None,
        old.style if requested.style is None else None,
    )


def _parse_range(columns: str, width: int) -> tuple[int, int]:
    """The first and the last column, from 1."""
    if not columns.strip():
        return 1, width
    found = _RANGE.fullmatch(columns)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= width:
        example = f"{max(1, width // 3)}-{max(1, width // 2)}"
        raise MarioGPTError(
            f"columns is {columns[:40]!r}; name the first and the last column, 1 to {width}, for example {example}."
        )
    return first, last
