"""The rooms of the package and their modules, each described by the first sentence of its docstring."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from mariogpt_mcp.evaluation.table import markdown_table
from mariogpt_mcp.release.documentation.sentences import first_sentence

_KNOWS = re.compile(r"^\| `(\w+)/` \| .* \| (.+) \|$", re.MULTILINE)
"""A row of the table of rooms: the room, and the rooms that it may import."""


def modules(document: Path) -> str:
    """The modules of the room whose README the document is."""
    room = document.parent
    files = sorted(room.rglob("*.py"), key=lambda file: (len(file.relative_to(room).parts), file))
    rows = [(f"`{file.relative_to(room).as_posix()}`", _purpose(file)) for file in files if file.stem != "__init__"]
    return markdown_table(["module", "purpose"], rows)


def rooms(document: Path) -> str:
    """The rooms of the package, in the order of the document's present table.

    What a room may import is a decision, so this column is kept as it is in the document.
    """
    package = document.parent
    knows = dict(_KNOWS.findall(document.read_text(encoding="utf-8")))
    found = {init.parent.name for init in package.glob("*/__init__.py")}
    order = [*(room for room in knows if room in found), *sorted(found - set(knows))]
    rows = [(f"`{room}/`", _purpose(package / room / "__init__.py"), knows.get(room, "-")) for room in order]
    return markdown_table(["room", "purpose", "knows"], rows)


def root_modules(document: Path) -> str:
    """The modules at the root of the package, outside all rooms (the subpackages)."""
    files = sorted(file for file in document.parent.glob("*.py") if not file.stem.startswith("__"))
    return markdown_table(["module", "purpose"], [(f"`{file.stem}`", _purpose(file)) for file in files])


def _purpose(file: Path) -> str:
    return first_sentence(ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "")
