"""The tools that suggest prompts and explain the tiles."""

from __future__ import annotations

from fastmcp.tools import ToolResult
from pydantic import BaseModel, Field

from mariogpt_mcp.level.features import CLASSES, ELEVATIONS, THRESHOLDS, WINDOW
from mariogpt_mcp.level.style import ATHLETIC_BELOW, STYLES, UNDERGROUND_FROM
from mariogpt_mcp.level.tiles import LEGEND_NAME, PATH_SYMBOL, QUESTION_BLOCK_CLASH, TILES, legend_text
from mariogpt_mcp.service.suggestions import SUGGESTIONS, Suggestion


class Suggestions(BaseModel):
    """Example prompts, and the classes of each attribute."""

    suggestions: list[Suggestion]
    words: dict[str, list[str]] = Field(description="the classes of each attribute")
    counting_rule: str


class LegendEntry(BaseModel):
    """One tile."""

    symbol: str
    name: str
    meaning: str
    tags: list[str]
    colour: str = Field(description="#rrggbb, for drawing it")
    framework: str = Field(description="its symbol in the Mario AI Framework")


class Legend(BaseModel):
    """The tiles of a Super Mario level."""

    legend: str
    tiles: list[LegendEntry]
    path: str = Field(description="symbol of the path overlay")
    note: str


def get_level_suggestions() -> Suggestions:
    """Get example prompts for a Super Mario level, the classes of each attribute, and how they are counted.

    Use it when someone does not know what to request.
    """
    words: dict[str, list[str]] = {name: list(classes) for name, classes in CLASSES.items()}
    words["elevation"], words["style"] = list(ELEVATIONS), list(STYLES)
    return Suggestions(suggestions=SUGGESTIONS, words=words, counting_rule=counting_rule())


def get_tile_legend() -> ToolResult:
    """Explain each symbol in the text of a Super Mario level.

    Use it before reading, describing or editing a level's 14 rows of text.
    """
    return ToolResult(content=legend_text(), structured_content=legend().model_dump(mode="json"))


def counting_rule() -> str:
    """How MarioGPT's classes are counted, in words that are made from the thresholds."""
    parts = [
        f"{name}: " + ", ".join(f"{word} up to {most}" for word, most in bounds) + ", many above"
        for name, bounds in THRESHOLDS.items()
    ]
    return (
        f"The limits are for {WINDOW} columns and scale with the width; {'; '.join(parts)}. Enemies are E and B. "
        "Blocks are X, S, ? and Q, including the ground. Elevation is high with X, < or > in the top 6 rows, else low. "
        f"Style is underground with {UNDERGROUND_FROM:g} or more bricks a column, else athletic with ground in less "
        f"than {100 * ATHLETIC_BELOW:.0f} % of the columns, else overworld."
    )


def legend() -> Legend:
    """The tile table as a structured result."""
    tiles = [
        LegendEntry(
            symbol=tile.symbol,
            name=tile.name,
            meaning=tile.meaning,
            tags=sorted(tile.tags),
            colour=tile.colour,
            framework=tile.framework,
        )
        for tile in TILES
    ]
    return Legend(legend=LEGEND_NAME, tiles=tiles, path=PATH_SYMBOL, note=QUESTION_BLOCK_CLASH)
