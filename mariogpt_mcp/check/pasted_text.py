"""Finds the rows of a level in text as people paste it: in a code fence, numbered, quoted, indented or in HTML."""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from mariogpt_mcp.level.grid import LevelError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 comes before UTF-16, whose mark its own begins with."""

_FENCED = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n`~]*\n(.*?)\n[ \t>]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
_BREAK_TAG = re.compile(r"<br\s*/?>[ \t]*\n?", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?(?:pre|code|p|div|span)\b[^<>\n]*>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_NUMBER = re.compile(r"^\s*(?:row\s*)?(\d{1,3})\s*[:.)|\t]\s?", re.IGNORECASE)
_QUOTATION = re.compile(r"^>[ \t]")
_QUOTED_ROW = re.compile(r"""^\s*["'](.*)["'],?\s*$""")
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u2014": "--"})
"""What word processors write in place of `-`; an em dash replaces two."""

_TILE_LINE = re.compile(r"^[!-~][ -~]*$")
MIN_SHARE = 0.8
"""Share of a line's characters that are the symbols of tiles, from which the line is a row and not a sentence."""

_COMMON_TILES = frozenset("-XSQoEBb?<>[]x")


def decode(data: bytes) -> str:
    """Text from the bytes of a file in UTF-8, UTF-16 or UTF-32, with or without a byte order mark.

    Raises:
        LevelError: it is not text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if b"\x00" in data:
        # Level text is ASCII, so every other byte of UTF-16 is zero.
        for encoding, zeros in (("utf-16-be", data[0::2]), ("utf-16-le", data[1::2])):
            if len(data) % 2 == 0 and not any(zeros):
                return data.decode(encoding)
        raise LevelError("This is not text; send the rows of a level, or a map of Tiled or LDtk.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if data[:1] in b"\x89\x1f\xff" or data[:2] == b"PK":
            raise LevelError("This is not text; send the rows of a level, or a map of Tiled or LDtk.") from None
        return data.decode("latin-1")


def rows_in(text: str) -> tuple[list[str], list[str]]:
    """The rows of the level in a text, the top row first, and notes on how unusual text was read.

    Raises:
        LevelError: there is no level in it.
    """
    text = _one_kind_of_line_break(text)
    blocks = [found[2] for found in _FENCED.finditer(text)]
    for block in [*blocks, text]:
        lines = _unwrapped([line for line in block.split("\n") if line.strip()])
        rows, notes = _tile_rows(lines)
        if rows:
            return rows, notes
    raise LevelError(
        "There is no level in this text; send 14 rows of tiles of equal length, the top row first, such as '--?--SSS--'."
    )


def _one_kind_of_line_break(text: str) -> str:
    text = _LINE_BREAK.sub("\n", text.removeprefix("\ufeff"))
    if "\n" not in text.strip() and "\\n" in text:
        text = text.replace("\\r", "").replace("\\n", "\n")
    if _BREAK_TAG.search(text) or _OTHER_TAG.search(text) or "&lt;" in text or "&gt;" in text:
        text = html.unescape(_OTHER_TAG.sub("", _BREAK_TAG.sub("\n", text)))
    text = text.translate(_HYPHENS)
    return "".join(ch for ch in text if unicodedata.category(ch) != "Cf").replace("\xa0", " ")


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines without row numbers, signs of quotation and quotation marks, where all rows have them."""
    if lines and all(_QUOTATION.match(line) for line in lines):
        lines = [line[2:] for line in lines]
    quoted = [found[1] for line in lines if (found := _QUOTED_ROW.match(line))]
    if len(quoted) >= max(2, len(lines) - 2):
        lines = quoted
    numbers = [_NUMBER.match(line) for line in lines]
    values = [int(found[1]) for found in numbers if found]
    if len(values) > 1 and values == list(range(values[0], values[0] + len(values))):
        lines = [line[found.end() :] if found else line for line, found in zip(lines, numbers, strict=True)]
    return [line.rstrip() for line in lines]


def _tile_rows(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The longest run of lines that are rows of tiles; none of them if there is no such run."""
    if _is_sky_as_spaces(lines):
        width = max(map(len, lines))
        return [line.ljust(width).replace(" ", "-") for line in lines], ["spaces were read as sky"]
    best: list[str] = []
    run: list[str] = []
    for line in [*lines, ""]:
        row = "".join(line.split())
        if row and _looks_like_tiles(line, row):
            run.append(row)
            continue
        best, run = max(best, run, key=len), []
    return best, []


def _looks_like_tiles(line: str, row: str) -> bool:
    """Whether a line is a row. A wrong symbol in a row is for the check of the rows, which names its place."""
    tiles = sum(ch in _COMMON_TILES for ch in row)
    words = len(re.findall(r"[A-Za-z]{3,}", re.sub(r"[XSQoEBbx]+", "", line)))
    return tiles >= MIN_SHARE * len(row) and not words


def _is_sky_as_spaces(lines: Sequence[str]) -> bool:
    joined = "".join(lines)
    return len(lines) > 1 and "-" not in joined and " " in joined and set(joined) <= _COMMON_TILES | {" "}


def common_width(rows: Sequence[str]) -> int:
    """The number of tiles that most rows have."""
    return Counter(map(len, rows)).most_common(1)[0][0]
