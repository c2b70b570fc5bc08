"""The words that users write: settings, export formats, and the classes of a prompt's attributes."""

from __future__ import annotations

from typing import get_args

from mariogpt_mcp.evaluation.table import markdown_table
from mariogpt_mcp.export.formats import FORMATS
from mariogpt_mcp.level.features import ELEVATIONS, THRESHOLDS, WINDOW
from mariogpt_mcp.level.style import ATHLETIC_BELOW, UNDERGROUND_FROM
from mariogpt_mcp.settings import PREFIX, RANGES, Settings

MAIN_SETTINGS = ("model", "device", "temperature", "store", "preview", "public_url")
"""The settings that most people need."""


def settings_table() -> str:
    """Every setting with its default and its meaning."""
    rows = ((*_setting(name), _allowed(name)) for name in Settings.model_fields)
    return markdown_table(["variable", "default", "meaning", "allowed"], rows)


def main_settings() -> str:
    """The settings that most people need."""
    return markdown_table(["variable", "default", "meaning"], map(_setting, MAIN_SETTINGS))


def _setting(name: str) -> tuple[str, str, str]:
    field = Settings.model_fields[name]
    default = "" if field.default == "" else f"`{field.default}`"
    return f"`{PREFIX}{name.upper()}`", default, str(field.description)


def _allowed(name: str) -> str:
    if name in RANGES:
        low, high = RANGES[name]
        return f"{low} to {high}"
    return ", ".join(f"`{choice}`" for choice in get_args(Settings.model_fields[name].annotation))


def formats() -> str:
    """The formats that a level can be exported to."""
    return markdown_table(
        ["format", "file name extension", "content"],
        [(f"`{one.name}`", f"`{one.ending}`", one.about) for one in FORMATS.values()],
    )


def classes() -> str:
    """The classes of each attribute, and what they mean in a window of columns."""
    counted = [(name, _bounds(bounds)) for name, bounds in THRESHOLDS.items()]
    elevation = (
        f"`{ELEVATIONS[0]}`, or `{ELEVATIONS[1]}` if ground or the top of a pipe reaches the top six rows of the level"
    )
    style = (
        f"`underground` from {UNDERGROUND_FROM:g} brick a column, `athletic` if less than {ATHLETIC_BELOW:.0%} of the "
        "columns have ground, else `overworld`"
    )
    rows = [*counted, ("elevation", elevation), ("style", style)]
    return markdown_table(["attribute", f"classes in {WINDOW} columns"], rows)


def _bounds(bounds: tuple[tuple[str, int], ...]) -> str:
    low, words = 0, []
    for word, most in bounds:
        words.append(f"`{word}` {low} to {most}" if low < most else f"`{word}` {most}")
        low = most + 1
    return ", ".join([*words, f"`many` {low} or more"])
