"""The rows that are read from another program's format, and the meaning of their symbols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Legend = Literal["auto", "vglc", "framework"]
"""The meaning of the symbols in text; `auto` recognises symbols that only the Mario AI Framework has."""


@dataclass(frozen=True, slots=True)
class ImportedRows:
    """The rows of a level in our symbols, the top row first, and what has no counterpart, for the user.

    There may be more or fewer than 14 rows, and a symbol may be wrong: the caller checks both.
    """

    rows: tuple[str, ...]
    notes: tuple[str, ...] = ()
