"""The page of the MCP App: one HTML document with its scripts, styles and data, because hosts load nothing else.

The scripts are ES modules, which browsers load one by one. `inline_script` joins a module and all that it imports to
one classic script, so that no build tool is needed. It understands the two forms that the modules use, and raises
`ValueError` for every other: imports `import { A, B } from "./file.js";`, each in one line, at the top of a module, and
one `export { A, B };` at its end.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from posixpath import normpath
from typing import TYPE_CHECKING

from markupsafe import Markup

from mariogpt_mcp.version import __version__
from mariogpt_mcp.web.templates import player_data, render

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_NAMES = r"\{ ([\w$]+(?:, [\w$]+)*) \}"
_IMPORT = re.compile(rf'import {_NAMES} from "(\.{{1,2}}/[\w/.-]+\.js)";\n')
_EXPORT = re.compile(rf"^export {_NAMES};\n\Z", re.MULTILINE)
_UNSUPPORTED = re.compile(r"^\s*(?:import|export)\b.*|\bimport\s*[(.].*", re.MULTILINE)
_COMMENTS_AND_SPACE = re.compile(r"(?://[^\n]*\n|\s)*")


@cache
def app_page() -> str:
    """The page that shows and plays a level inside a chat."""
    static = files("mariogpt_mcp.resources").joinpath("web/static")
    styles = static.joinpath("player/player.css").read_text(encoding="utf-8")
    script = inline_script(static, "pages/mcp_app.js")
    data = {**player_data(), "version": __version__}
    return render("mcp_app.html", styles=Markup(styles), script=Markup(script), data=data)


def inline_script(folder: Traversable, entry: str) -> str:
    """A script that does what the module `entry` of a folder does, with all that it imports.

    Each module becomes a function that returns its exports, so names in different modules do not clash.

    Raises:
        ValueError: a module that cannot be joined: another form of import or export, a name that the imported module
            does not export, a circular import, or text that would end the `<script>` element.
    """
    exports: dict[str, set[str]] = {}
    parts: list[str] = []

    def add(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise ValueError(f"{name} imports itself: {' -> '.join((*importers, name))}")
        if name in exports:
            return
        imports, body, exported = _split(name, folder.joinpath(name).read_text(encoding="utf-8"))
        lines = []
        for names, path in imports:
            target = normpath(f"{name}/../{path}")
            add(target, (*importers, name))
            missing = set(names) - exports[target]
            if missing:
                raise ValueError(f"{name} imports {', '.join(sorted(missing))}, which {target} does not export")
            lines.append(f'const {{ {", ".join(names)} }} = __modules["{target}"];\n')
        returned = f"return {{ {', '.join(exported)} }};\n"
        parts.append(f'__modules["{name}"] = (() => {{\n{"".join(lines)}{body}{returned}}})();\n')
        exports[name] = set(exported)

    add(entry, ())
    return '(function () {\n"use strict";\nconst __modules = {};\n' + "".join(parts) + "})();\n"


def _split(name: str, text: str) -> tuple[list[tuple[list[str], str]], str, list[str]]:
    """A module's imports as (names, path), the text between them and the export, and the exported names."""
    imports = []
    start = _COMMENTS_AND_SPACE.match(text).end()  # type: ignore[union-attr]
    while found := _IMPORT.match(text, start):
        imports.append((found[1].split(", "), found[2]))
        start = _COMMENTS_AND_SPACE.match(text, found.end()).end()  # type: ignore[union-attr]
    last = _EXPORT.search(text, start)
    body = text[start : last.start()] if last else text[start:]
    if other := _UNSUPPORTED.search(body):
        raise ValueError(f"{name} has a form of import or export that cannot be joined: {other[0].strip()}")
    if "</script" in body.lower():
        raise ValueError(f"{name} contains </script, which would end the element that it is put into")
    return imports, body, last[1].split(", ") if last else []
