"""The page templates, and what the player in the pages needs besides a level."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    loader = PackageLoader("mariogpt_mcp.resources", "web/templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def render(name: str, **values: Any) -> str:
    """A template with its values, which are escaped unless they say that they are markup."""
    return _environment().get_template(name).render(**values)


@cache
def player_data() -> dict[str, Any]:
    """What the player needs besides a level: the movement figures, the pictures, the tiles."""
    read = {
        name: json.loads(files("mariogpt_mcp.resources").joinpath(f"{name}.json").read_text(encoding="utf-8"))
        for name in ("physics", "art", "tiles")
    }
    return {"physics": read["physics"], "art": read["art"], "tiles": read["tiles"]["tiles"]}


@cache
def examples() -> list[dict[str, Any]]:
    """Levels made beforehand, each with title, rows and replay, to be played before any is made."""
    text = files("mariogpt_mcp.resources").joinpath("web/examples.json").read_text(encoding="utf-8")
    read: list[dict[str, Any]] = json.loads(text)
    return read
