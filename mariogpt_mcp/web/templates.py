"""The page templates, and the data that Python gives to the scripts of the pages."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mariogpt_mcp.level.grid import HEIGHT

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_SHARED_COLUMNS = 1000
"""Columns of the longest level that a link can hold: the same as in the longest level that is checked."""


@cache
def _environment() -> Environment:
    # Imported here, so that a server over stdio answers `initialize` without it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("mariogpt_mcp.resources", "web/templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def render(name: str, **values: Any) -> str:
    """A rendered template; values are escaped unless they are `Markup`."""
    return _environment().get_template(name).render(**values)


@cache
def player_data() -> dict[str, Any]:
    """What the scripts of a page need in addition to a level: movement figures, pictures, tiles, level sizes."""
    read = {
        name: json.loads(files("mariogpt_mcp.resources").joinpath(f"{name}.json").read_text(encoding="utf-8"))
        for name in ("physics", "art", "tiles")
    }
    return {
        "physics": read["physics"],
        "art": read["art"],
        "tiles": read["tiles"]["tiles"],
        "grid": {"height": HEIGHT, "max_columns": MAX_SHARED_COLUMNS},
    }


@cache
def examples() -> list[dict[str, Any]]:
    """The example levels of the start page, each with title, rows and replay."""
    text = files("mariogpt_mcp.resources").joinpath("web/examples.json").read_text(encoding="utf-8")
    read: list[dict[str, Any]] = json.loads(text)
    return read
