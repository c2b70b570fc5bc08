"""The tools that explain: prompts to try, and what the tiles mean."""

from __future__ import annotations

from fastmcp.tools import ToolResult
from pydantic import BaseModel, Field

from mariogpt_mcp.level.features import CLASSES, ELEVATIONS, THRESHOLDS, WINDOW
from mariogpt_mcp.level.style import ATHLETIC_BELOW, STYLES, UNDERGROUND_FROM
from mariogpt_mcp.level.tiles import LEGEND_NAME, PATH_SYMBOL, QUESTION_BLOCK_CLASH, TILES, legend_text
from mariogpt_mcp.service.suggestions import SUGGESTIONS, Suggestion


class Suggestions(BaseModel):
    """Prompts for Super Mario levels, and the words they consist of."""

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
    """Prompts for Super Mario levels worth trying, and the words generate_mario_level counts by.

    Use it when someone has no idea what to ask for, or to learn which classes there are.
    """
    words: dict[str, list[str]] = {name: list(classes) for name, classes in CLASSES.items()}
    words["elevation"], words["style"] = list(ELEVATIONS), list(STYLES)
    return Suggestions(suggestions=SUGGESTIONS, words=words, counting_rule=counting_rule())


def get_tile_legend() -> ToolResult:
    """What each symbol in the text of a Super Mario level means.

    Use it before reading, describing or editing a level's 14 rows of text.
    """
    return ToolResult(content=legend_text(), structured_content=legend().model_dump(mode="json"))


def counting_rule() -> str:
    """MarioGPT's classes in words, made from the thresholds."""
    parts = [
        f"{name}: " + ", ".join(f"{word} up to {most}" for word, most in bounds) + ", many above"
        for name, bounds in THRESHOLDS.items()
    ]
    return (
        f"Counted in {WINDOW} columns and in proportion for other widths; {'; '.join(parts)}. Enemies are E and B; "
        "blocks are X, S, ? and Q, the ground included; elevation is high if X, < or > stands in the top 6 rows. "
        f"Style: underground with {UNDERGROUND_FROM:g} bricks a column or more, else athletic with ground under less "
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
