"""One page that holds everything: for hosts that load nothing but the page itself.

The modules are written for this: each imports by single lines and exports in one statement at its end, and no two
of them use the same name at their top.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from posixpath import normpath

from markupsafe import Markup

from mariogpt_mcp.version import __version__
from mariogpt_mcp.web.templates import player_data, render

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.{1,2}/[\w/]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export \{[^}]*\};\n", re.MULTILINE)


def bundle(entry: str) -> str:
    """A module of `static/` and all that it imports as one script, what is imported first."""
    found: dict[str, str] = {}

    def add(name: str) -> None:
        text = files("mariogpt_mcp.resources").joinpath(f"web/static/{name}").read_text(encoding="utf-8")
        for relative in _IMPORT.findall(text):
            imported = normpath(f"{name}/../{relative}")
            if imported not in found:
                add(imported)
        found[name] = _EXPORT.sub("", _IMPORT.sub("", text))

    add(entry)
    return "(() => {\n" + "\n".join(found.values()) + "})();\n"


@cache
def app_page() -> str:
    """The view that shows and plays a level inside a chat."""
    styles = files("mariogpt_mcp.resources").joinpath("web/static/player/player.css").read_text(encoding="utf-8")
    data = {**player_data(), "version": __version__}
    return render("mcp_app.html", styles=Markup(styles), script=Markup(bundle("pages/mcp_app.js")), data=data)
