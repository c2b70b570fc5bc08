"""Level texts as people paste and send them, with the right answer to each.

The answers were written down before any of these texts was tried.
"""

from __future__ import annotations

import base64
import html
import json
import zlib
from typing import Any

from mariogpt_mcp.export.formats import export
from mariogpt_mcp.level.grid import Level

ROWS = (
    "------------------------",
    "------------------------",
    "------------------------",
    "------------------------",
    "------------------------",
    "------------------------",
    "---------o--------------",
    "---------S?Q------------",
    "------------------------",
    "------------------------",
    "----------------<>------",
    "------E---------[]--B---",
    "XXXXXXXXXXX--XXX[]XXbXXX",
    "XXXXXXXXXXX--XXX[]XXXXXX",
)
BARE = "\n".join(ROWS)
LEVEL = Level(ROWS)


def numbered(pattern: str) -> str:
    return "\n".join(pattern.format(n=n, row=row) for n, row in enumerate(ROWS, 1))


def tiled_map(encoding: str = "", compression: str = "") -> str:
    """Our own Tiled export with its layer stored as Tiled can store it too."""
    content: dict[str, Any] = json.loads(export(LEVEL, "tiled").content)
    layer = content["layers"][0]
    data = b"".join(gid.to_bytes(4, "little") for gid in layer["data"])
    if compression == "zlib":
        data = zlib.compress(data)
    if encoding:
        layer |= {"encoding": encoding, "compression": compression, "data": base64.b64encode(data).decode()}
    return json.dumps(content)


def flipped_map() -> str:
    content: dict[str, Any] = json.loads(export(LEVEL, "tiled").content)
    data = content["layers"][0]["data"]
    data[:] = [gid | 0x80000000 if gid else 0 for gid in data]
    return json.dumps(content)


def project_of_two_levels() -> str:
    content: dict[str, Any] = json.loads(export(LEVEL, "ldtk").content)
    content["levels"].append({**content["levels"][0], "identifier": "Second"})
    return json.dumps(content)


SAME: dict[str, str | bytes] = {
    "the bare rows": BARE,
    "a line break at the end": BARE + "\n\n",
    "a code fence": f"```\n{BARE}\n```",
    "a code fence with a language": f"```text\n{BARE}\n```\n",
    "a fence of tildes": f"~~~\n{BARE}\n~~~",
    "a byte order mark": "\ufeff" + BARE,
    "UTF-8 bytes with a byte order mark": BARE.encode("utf-8-sig"),
    "UTF-16 bytes": BARE.encode("utf-16"),
    "UTF-16 bytes without a byte order mark": BARE.encode("utf-16-be"),
    "spaces and tabs at the ends of lines": BARE.replace("\n", " \t\n") + "  ",
    "line breaks of Windows": BARE.replace("\n", "\r\n"),
    "line breaks of old Macs": BARE.replace("\n", "\r"),
    "line breaks written as backslash n": BARE.replace("\n", "\\n"),
    "line breaks of HTML": BARE.replace("\n", "<br>"),
    "line breaks of XHTML": BARE.replace("\n", "<BR />\n"),
    "preformatted HTML with entities": f"<pre>{html.escape(BARE)}</pre>",
    "row numbers with a colon": numbered("{n}: {row}"),
    "row numbers in a column": numbered("{n:2d} | {row}"),
    "row numbers with a full stop": numbered("{n:02d}. {row}"),
    "row numbers with the word": numbered("Row {n}: {row}"),
    "row numbers from zero": "\n".join(f"{n}\t{row}" for n, row in enumerate(ROWS)),
    "blank lines between rows": BARE.replace("\n", "\n\n"),
    "indented lines": BARE.replace("\n", "\n    "),
    "a quotation of Markdown": "> " + BARE.replace("\n", "\n> "),
    "a sentence before and after": f"Here is my level:\n\n{BARE}\n\nCan it be beaten?",
    "a sentence before a fence, and another fence": f"```sh\nmake run\n```\nMy level:\n```\n{BARE}\n```\n",
    "a JSON list of rows": json.dumps(ROWS),
    "a JSON object with the rows": json.dumps({"level": BARE, "seed": 7}),
    "a Python list": "rows = [\n" + "".join(f'    "{row}",\n' for row in ROWS) + "]",
    "quoted as a whole": json.dumps(BARE),
    "invisible characters": BARE.replace("XX", "X\u200bX").replace("---", "-\u00ad--"),
    "hyphens that a word processor replaced": BARE.replace("-", "\u2212"),
    "pairs of hyphens that a word processor replaced": BARE.replace("--", "\u2014"),
    "tiles with spaces between them": "\n".join(" ".join(row) for row in ROWS),
    "sky as spaces": "\n".join(row.replace("-", " ").rstrip() for row in ROWS),
    "sky on top left out": "\n".join(ROWS[4:]),
    "a row of sky on top": "-" * 24 + "\n" + BARE,
    "a row of sky below": BARE + "\n" + "-" * 24,
    "ground that goes on below": BARE + "\n" + ROWS[-1],
    "the export for the Mario AI Framework": export(LEVEL, "framework").content,
    "the export for Tiled": export(LEVEL, "tiled").content,
    "the export for LDtk": export(LEVEL, "ldtk").content,
    "a Tiled map in base64": tiled_map("base64"),
    "a Tiled map in base64 and zlib": tiled_map("base64", "zlib"),
    "a Tiled map with mirrored tiles": flipped_map(),
    "an LDtk project of two levels": project_of_two_levels(),
}
"""Texts that say the same as the bare rows."""

NOTED = {
    "sky on top left out": "4 rows of sky were added on top",
    "a row of sky on top": "1 row of sky was left out on top",
    "a row of sky below": "1 row of sky was left out at the bottom",
    "ground that goes on below": "1 row was left out at the bottom, which continues the row above it",
    "an LDtk project of two levels": "the first of 2 levels was read",
    "sky as spaces": "spaces were read as sky",
}
"""What the report says of those that were changed."""

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "There is no level in this text"),
    "nothing but blank lines": (" \n\n\t", "There is no level in this text"),
    "a sentence": ("please check my level", "There is no level in this text"),
    "ground in row 16 and a coin in row 1": (
        "\n".join(["o" + "-" * 23, *["-" * 24] * 14, "X" * 24]),
        "The level has 16 rows and a level has 14; rows 1 and 16 both have tiles, so no row can be left out",
    ),
    "a wrong tile in row 3 of 12": (
        "\n".join(["-" * 24, "-" * 24, "--w" + "-" * 21, *ROWS[5:]]),
        "Row 3, column 3 has 'w', which is not a tile",
    ),
    "one tile too few": (
        "\n".join([*ROWS[:12], ROWS[12][:-1], ROWS[13]]),
        "Row 13 has 23 columns and the others have 24",
    ),
    "rows of many lengths": ("\n".join("X" * n for n in range(10, 24)), "The rows have different lengths"),
    "a map of Tiled in XML": (
        '<?xml version="1.0" encoding="UTF-8"?>\n<map version="1.10" width="24" height="14"></map>',
        "This is a Tiled map in XML; save it as .tmj",
    ),
    "a Tiled map with the tiles of another tileset": (
        export(LEVEL, "tiled").content.replace(b'"symbol"', b'"colour"'),
        "The tiles of this Tiled map have no property 'symbol'",
    ),
    "JSON of something else": ('{"name": "mario"}', "This JSON is neither a Tiled map nor an LDtk project nor rows"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This is not text"),
}
"""Texts that cannot be read, with the beginning of the sentence that says so."""

ROWS_OF_OTHER_LENGTHS: dict[str, tuple[str, tuple[str, ...]]] = {
    "one tile too few": (
        "\n".join([*ROWS[:12], ROWS[12][:-1], ROWS[13]]),
        ("row 13 had 23 tiles and got 1 at its end",),
    ),
    "one tile too many": (
        "\n".join([ROWS[0] + "-", *ROWS[1:]]),
        ("row 1 had 25 tiles and lost 1 at its end",),
    ),
}
"""Texts that are read if a repair is requested, as the bare rows, and what is said then."""

FRAMEWORK: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # rows of the framework: (columns of it, what they become, words of the notes)
    "the start and the flag": ("M-F", "---", ()),
    "enemies": ("EgGkKrRyY", "EEEEEEEEE", ()),
    "blocks": ("?@!QDSCUL#", "??QQQSSSSX", ()),
    "hidden blocks and platforms": ("12%|", "--X-", ("hidden", "platform")),
    "coins": ("o", "o", ()),
}
"""Symbols of the Mario AI Framework that stand alone, the tiles they become, and what is said."""

LAUNCHER = (("*", "*", "*"), ("B", "b", "b"))
"""A bullet bill launcher of the framework from top to bottom, and its tiles."""

TUBES = (("tt", "tt", "TT"), ("<>", "[]", "[]"))
"""Pipes of the framework's `t` and `T`, whose top is where none is above, and their tiles."""
