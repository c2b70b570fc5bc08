"""Reads a level from whatever people send: pasted text, or a file of one of the export formats."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from mariogpt_mcp.check.pasted_text import MAX_ODD, decode, rows_in
from mariogpt_mcp.export import ldtk_reader, mario_ai_framework_reader, tiled_reader
from mariogpt_mcp.export.imported import Legend
from mariogpt_mcp.level.grid import LevelError
from mariogpt_mcp.level.height import ReadLevel, fit_height
from mariogpt_mcp.level.tiles import SYMBOLS

MAX_TEXT = 4_000_000
"""Most characters that are read. LDtk's format has the most: 830,000 for 1,000 columns of noise, without spaces."""

MAX_DEPTH = 3
"""How often text may be packed into JSON."""

_TMX = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!DOCTYPE[^>]*>\s*)?<map\s")
_READERS: tuple[tuple[Callable[[Any], bool], Callable[[Any], Any]], ...] = (
    (tiled_reader.is_tiled, tiled_reader.read),
    (ldtk_reader.is_ldtk, ldtk_reader.read),
)


def read_level(data: str | bytes, *, repair: bool = False, legend: Legend = "auto") -> ReadLevel:
    """Read a level from text or from the content of a file.

    Args:
        data: rows of tiles with anything around them that people paste, or a map of Tiled or LDtk in JSON.
        repair: accept rows that are a tile or two too long or too short.
        legend: the meaning of the symbols in text.

    Raises:
        MarioGPTError: there is no level in it, or one that cannot be used; rows are counted as they were sent.
    """
    text = decode(data) if isinstance(data, bytes) else data
    if len(text) > MAX_TEXT:
        raise LevelError(f"The text has {len(text)} characters; at most {MAX_TEXT} can be read.")
    if _TMX.match(text):
        raise LevelError("This is a Tiled map in XML; save it as .tmj, Tiled's JSON format.")
    rows, notes = _rows(text)
    if repair:
        rows, changed = _of_one_length(rows)
        notes = [*notes, *changed]
    _check_lengths(rows)
    if legend == "framework" or (legend == "auto" and mario_ai_framework_reader.is_framework(rows)):
        imported = mario_ai_framework_reader.read(rows)
        rows, notes = list(imported.rows), [*notes, *imported.notes]
    fitted = fit_height(rows)
    return ReadLevel(fitted.level, (*notes, *fitted.notes))


def _rows(text: str, depth: int = 0) -> tuple[list[str], list[str]]:
    """The rows of the level in a text, in JSON or as pasted, and notes."""
    found = _json(text)
    if isinstance(found, dict):
        for recognises, read in _READERS:
            if recognises(found):
                imported = read(found)
                return list(imported.rows), list(imported.notes)
        found = next((found[name] for name in ("level", "rows", "text") if found.get(name)), found)
    if isinstance(found, list) and found and all(isinstance(row, str) for row in found):
        found = "\n".join(found)
    if isinstance(found, str) and depth < MAX_DEPTH:
        return _rows(found, depth + 1)
    if isinstance(found, dict):
        raise LevelError(
            "This JSON is neither a Tiled map nor an LDtk project nor rows; send for example "
            '{"level": ["-----", ..., "XXXXX"]} with 14 rows.'
        )
    return rows_in(text)


def _json(text: str) -> Any:
    """The value of JSON text; `None` if the text is not JSON."""
    text = text.strip("\ufeff \t\r\n")
    if text[:1] not in tuple('{["'):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_one_length(rows: Sequence[str]) -> tuple[list[str], list[str]]:
    """The rows with `MAX_ODD` tiles more or fewer, if most rows have the same length, and notes."""
    width = _common_length(rows)
    if width is None:
        return list(rows), []
    changed, notes = [], []
    for number, row in enumerate(rows, 1):
        odd = len(row) - width
        if 0 < odd <= MAX_ODD:
            notes.append(f"row {number} had {len(row)} tiles and lost {odd} at its end")
            row = row[:width]
        elif -MAX_ODD <= odd < 0:
            notes.append(f"row {number} had {len(row)} tiles and got {-odd} at its end")
            row += ("X" if row.endswith("X") else SYMBOLS[0]) * -odd
        changed.append(row)
    return changed, notes


def _check_lengths(rows: Sequence[str]) -> None:
    width = _common_length(rows)
    if width is None:
        raise LevelError(
            f"The rows have different lengths, from {min(map(len, rows))} to {max(map(len, rows))} tiles; "
            "all rows of a level must be equally long."
        )
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise LevelError(
                f"Row {number} has {len(row)} columns and the others have {width}; "
                "all rows of a level must be equally long."
            )


def _common_length(rows: Sequence[str]) -> int | None:
    """The length of more than half of the rows; `None` if there is none."""
    length, count = Counter(map(len, rows)).most_common(1)[0]
    return length if 2 * count > len(rows) else None
