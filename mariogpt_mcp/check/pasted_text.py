"""Finds the rows of a level in text as people paste it: in a code fence, numbered, quoted, indented or in HTML."""

from __future__ import annotations

import codecs
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from mariogpt_mcp.level.grid import LevelError
from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 comes before UTF-16, whose mark its own begins with."""

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})([^`~]*)$")
_BREAK_TAG = re.compile(r"<br\s*/?>[ \t]*\n?", re.IGNORECASE)
_OTHER_TAG = re.compile(r"</?(?:pre|code|p|div|span)\b[^<>\n]*>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_NUMBER = re.compile(r"^\s*(?:row\s*)?(\d{1,3})\s*[:.)|\t]\s?", re.IGNORECASE)
_QUOTATION = re.compile(r"^>[ \t]")
_QUOTED_ROW = re.compile(r"""^\s*["'](.*)["'],?\s*$""")
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u2014": "--"})
"""What word processors write in place of `-`; an em dash replaces two."""

_NOT_TEXT = "This is not text; send the rows of a level, or a map of Tiled or LDtk."

MIN_SHARE = 0.8
"""Share of a line's characters that are the symbols of tiles, from which the line is a row and not a sentence."""

MOST_ROWS = 32
"""Most rows of a level whose sky is written as spaces: they are padded to one width."""

MAX_ODD = 2
"""Most tiles by which a row may be longer or shorter than the others."""

MIN_ROWS = 4
"""Fewest rows that are a level among other lines. A text of fewer lines may have only rows."""

_TILES = frozenset(SYMBOLS) | {PATH_SYMBOL}
_SKY = SYMBOLS[0]


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
        raise LevelError(_NOT_TEXT)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if data[:1] in b"\x89\x1f\xff" or data[:2] == b"PK":
            raise LevelError(_NOT_TEXT) from None
        return data.decode("latin-1")


def rows_in(text: str) -> tuple[list[str], list[str]]:
    """The rows of the level in a text, the top row first, and notes on how unusual text was read.

    Raises:
        LevelError: there is no level in it.
    """
    text = _one_kind_of_line_break(text)
    whole = text.removesuffix("\n").split("\n")
    for lines in [*_fenced(whole), whole]:
        if _is_sky_as_spaces(lines):
            width = max(map(len, lines))
            return [line.ljust(width).replace(" ", _SKY) for line in lines], ["spaces were read as sky"]
        rows = _tile_rows(_unwrapped([line for line in lines if line.strip()]))
        if rows:
            return rows, []
    raise LevelError(
        "There is no level in this text; send 14 rows of tiles of equal length, top row first, such as '--?--SSS--'."
    )


def _fenced(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each code fence, also of one that is not closed."""
    opened, block = "", list[str]()
    for line in [*lines, ""]:
        fence = _FENCE.match(line)
        if fence is None:
            block.append(line)
        elif not opened:
            opened, block = fence[1], []
        elif fence[1] == opened and not fence[2].strip():
            yield block
            opened, block = "", []
    if opened:
        yield block[:-1]


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


def _tile_rows(lines: Sequence[str]) -> list[str]:
    """The longest run of lines that are rows of tiles; empty if there is none."""
    certain = [_looks_like_tiles(line) for line in lines]
    widths = Counter(len("".join(line.split())) for line, is_row in zip(lines, certain, strict=True) if is_row)
    if not widths:
        return []
    width = widths.most_common(1)[0][0]
    odd = MAX_ODD if width > 2 * MAX_ODD else 0
    best: list[str] = []
    run: list[str] = []
    for line, is_row in [*zip(lines, certain, strict=True), ("", False)]:
        # A row of unknown symbols must not be lost: the ground may be written in another symbol.
        if is_row or (" " not in line and line and abs(len(line) - width) <= odd):
            run.append("".join(line.split()))
        else:
            best, run = max(best, run, key=len), []
    return best if len(best) >= min(len(lines), MIN_ROWS) else []


def _looks_like_tiles(line: str) -> bool:
    """Whether a line is a row. A wrong symbol in a row is for the check of the rows, which names its place."""
    row = "".join(line.split())
    if not row:
        return False
    tiles = sum(ch in _TILES for ch in row)
    words = re.search(r"[A-Za-z]{3,}", re.sub(r"[XSQoEBbx]+", "", line))
    return tiles >= MIN_SHARE * len(row) and words is None


def _is_sky_as_spaces(lines: Sequence[str]) -> bool:
    joined = "".join(lines)
    return 1 < len(lines) <= MOST_ROWS and " " in joined.strip() and set(joined) <= (_TILES | {" "}) - {_SKY}
