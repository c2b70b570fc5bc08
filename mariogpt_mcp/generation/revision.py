"""Requests for new columns in a level that is there: some written anew, or more of them to its right."""

from __future__ import annotations

import re
from dataclasses import replace

from mariogpt_mcp.check.check import MAX_CHECKED
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.request import Frame, Request, columns_of
from mariogpt_mcp.level.features import COUNTABLES, Features
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.settings import LEVEL_SIZE_RANGE
from mariogpt_mcp.store.records import StoredLevel

MOST_NEW = columns_of(LEVEL_SIZE_RANGE[1])
"""Columns written at once, as many as a level made in one go has."""

_RANGE = re.compile(r"\s*(?:columns?\s*)?(\d{1,6})\s*(?:(?:-|\u2013|to|\.\.|:)\s*(\d{1,6})\s*)?", re.IGNORECASE)
_RIGHT_HALVES = {tile(symbol).symbol for symbol in ">]"}


def vary(stored: StoredLevel, columns: str, prompt: str, seed: int, temperature: float) -> Request:
    """A request to write columns of a level anew.

    Args:
        stored: the level.
        columns: first and last one, from 1, such as "41-60"; all of them if empty.
        prompt: what the new columns are to have. What it leaves open stays in its class.
        seed: as `Request.of_call` takes it.
        temperature: likewise.

    Raises:
        MarioGPTError: no such columns, too many, a place elsewhere that nobody passes, or a seed or temperature out of
            range.
    """
    level = stored.level
    first, last = _range(columns, level.columns)
    notes = []
    while last < level.columns and any(row[last] in _RIGHT_HALVES for row in level.rows):
        notes.append(f"column {last} holds half of a pipe whose other half stays, so it stays too")
        last -= 1
        if last < first:
            raise MarioGPTError(f"Column {first} holds half of a pipe; take in the column after it too.")
    count = last - first + 1
    if count > MOST_NEW:
        raise MarioGPTError(
            f"At most {MOST_NEW} columns are written anew at once, not {count}; take a part of them, for example "
            f"columns {first}-{first + MOST_NEW - 1}."
        )
    _refuse_stuck(stored, first, last)
    old = Features.of(level[first - 1 : last])
    request = _request(prompt, count, seed, temperature)
    asked = request.prompt.spec
    same = [name for name in COUNTABLES if asked.amount(name) == old.class_of(name)]
    notes += [
        f"there were {asked.amount(name)} {name} ({old.count(name)}) in these columns before; for more or fewer of "
        "them name a number"
        for name in same
    ]
    kept = _left_open(asked, old)
    if kept.text:
        notes.append(f"of the same class as before: {kept.text}")
    frame = Frame(
        level[: first - 1] if first > 1 else None, level[last:] if last < level.columns else None, source_id=stored.id
    )
    return replace(request, frame=frame, kept=kept, notes=(*notes, *request.notes))


def extend(stored: StoredLevel, columns: int, prompt: str, seed: int, temperature: float) -> Request:
    """A request for more columns to the right of a level, in its style unless the prompt names one.

    Raises:
        MarioGPTError: too few or too many columns, a level that nobody beats, or a seed or temperature out of range.
    """
    level = stored.level
    most = min(MOST_NEW, MAX_CHECKED - level.columns)
    if most < 1:
        raise MarioGPTError(f"This level has {level.columns} columns; it can be extended up to {MAX_CHECKED}.")
    if not 1 <= columns <= most:
        raise MarioGPTError(f"This level can be extended by 1 to {most} columns at once, not {columns}; try 50.")
    _refuse_stuck(stored, level.columns + 1, level.columns + columns)
    request = _request(prompt, columns, seed, temperature)
    kept = PromptSpec(style=Features.of(level).style)
    return replace(request, frame=Frame(level, None, source_id=stored.id), kept=kept)


def _refuse_stuck(stored: StoredLevel, first: int, last: int) -> None:
    beatable = stored.report.beatable
    stuck = beatable.stopped_at
    if stuck is not None and not first - 1 <= stuck <= last:
        raise MarioGPTError(
            f"Nobody gets past column {stuck} of this level, {beatable.reason}, and new columns {first} to {last} "
            "would not change that; mend it first with check_level and repair=true."
        )


def _left_open(asked: PromptSpec, old: Features) -> PromptSpec:
    """The classes of what is not asked for."""
    pipes, enemies, blocks = (old.class_of(name) if asked.amount(name) is None else None for name in COUNTABLES)
    return PromptSpec(
        pipes,
        enemies,
        blocks,
        old.elevation if asked.elevation is None else None,
        old.style if asked.style is None else None,
    )


def _request(prompt: str, columns: int, seed: int, temperature: float) -> Request:
    made = Request.of_call(prompt, LEVEL_SIZE_RANGE[1], temperature, seed)
    return replace(made, columns=columns, level_size=columns * HEIGHT)


def _range(columns: str, width: int) -> tuple[int, int]:
    """First and last column, from 1."""
    if not columns.strip():
        return 1, width
    found = _RANGE.fullmatch(columns)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= width:
        example = f"{max(1, width // 3)}-{max(1, width // 2)}"
        raise MarioGPTError(
            f"columns is {columns[:40]!r}; name the first and the last one, from 1 to {width}, for example {example}."
        )
    return first, last
