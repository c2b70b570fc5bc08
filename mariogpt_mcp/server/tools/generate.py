"""The MCP tools."""

from __future__ import annotations

from typing import Annotated

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.tools import ToolResult
from pydantic import BaseModel, Field

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.request import RANDOM_SEED, Request
from mariogpt_mcp.level.features import CLASSES, ELEVATIONS, THRESHOLDS, WINDOW
from mariogpt_mcp.level.style import ATHLETIC_BELOW, STYLES, UNDERGROUND_FROM
from mariogpt_mcp.level.tiles import LEGEND_NAME, PATH_SYMBOL, QUESTION_BLOCK_CLASH, TILES, legend_text
from mariogpt_mcp.server.mcp_app import SHOWN_IN_VIEW
from mariogpt_mcp.server.tools.results import LEVEL_SCHEMA, READ_ONLY, WRITES, hand_over, outline, write
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.service.suggestions import SUGGESTIONS, Suggestion
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, settings


class Suggestions(BaseModel):
    """Prompts for Super Mario levels, and the words they are made of."""

    suggestions: list[Suggestion]
    words: dict[str, list[str]] = Field(description="classes each attribute can be asked for")
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


def add_tools(mcp: FastMCP, service: LevelService, links: Links) -> None:
    """Register the tools on a server."""

    @mcp.tool(
        title="Generate a Super Mario level",
        annotations=WRITES,
        output_schema=LEVEL_SCHEMA,
        app=SHOWN_IN_VIEW,
    )
    async def generate_mario_level(
        ctx: Context,
        prompt: Annotated[
            str,
            Field(
                description="Pipes, enemies, blocks (no/little/some/many, or a number), elevation (low/high), style "
                '(overworld/underground/athletic): "many pipes, 3 enemies, high elevation". Parts may be missing; '
                'everyday English works too ("a few goombas", "easy", "hard").'
            ),
        ] = "",
        temperature: Annotated[
            float, Field(description="How freely tiles are chosen, 0.1 (calm, regular) to 2.0 (wild).")
        ] = settings().temperature,
        level_size: Annotated[
            int,
            Field(
                description="Size in tiles, 14 a column, 100 to 2799: 699 are 50 columns, 1399 are 100, 2799 are 200."
            ),
        ] = DEFAULT_LEVEL_SIZE,
        seed: Annotated[
            int,
            Field(description="0 to 4294967295; the same call with the same seed makes the same level. -1: random."),
        ] = RANDOM_SEED,
        show_path: Annotated[bool, Field(description="Draw the path of the run that beat the level.")] = False,
    ) -> ToolResult:
        """Make a new Super Mario level from a description, in about a second.

        Use it whenever someone wants a Mario level. A built-in player beats it before it is handed over. Returns a
        report (how it was beaten, what was asked, got, not met), the 14 rows, a picture, and links to play and see it.
        """
        return await write(
            ctx, service, links, lambda: Request.of_call(prompt, level_size, temperature, seed), path=show_path
        )

    @mcp.tool(
        title="Check a Super Mario level",
        annotations=WRITES,
        output_schema=LEVEL_SCHEMA,
        app=SHOWN_IN_VIEW,
    )
    async def check_level(
        level: Annotated[
            str,
            Field(
                description="14 rows of tiles of equal length, top row first, separated by line breaks (see "
                "get_tile_legend), or the id of a level from before."
            ),
        ],
        repair: Annotated[
            bool, Field(description="Mend what is broken or impossible with few tiles; every change is listed.")
        ] = False,
    ) -> ToolResult:
        """Check any Super Mario level, your own or an edited one: is it whole, and can it be beaten?

        Use it after writing or changing a level's text. Returns what is broken, the counts, whether it was beaten or
        where the player got stuck, and a picture with the run's path. With repair=true it comes back mended.
        """
        try:
            checked = await service.check(service.store.text_of(level), repair=repair)
        except MarioGPTError as error:
            raise ToolError(str(error)) from None
        return await hand_over(checked, links, path=True)

    @mcp.tool(title="Suggest Super Mario level prompts", annotations=READ_ONLY, output_schema=outline(Suggestions))
    def get_level_suggestions() -> Suggestions:
        """Prompts for Super Mario levels worth trying, and the words generate_mario_level counts by.

        Use it when someone has no idea what to ask for, or to learn which classes there are.
        """
        words: dict[str, list[str]] = {name: list(classes) for name, classes in CLASSES.items()}
        words["elevation"], words["style"] = list(ELEVATIONS), list(STYLES)
        return Suggestions(suggestions=SUGGESTIONS, words=words, counting_rule=counting_rule())

    @mcp.tool(
        title="Explain the tiles of a Super Mario level",
        annotations=READ_ONLY,
        output_schema=outline(Legend),
    )
    def get_tile_legend() -> ToolResult:
        """What each symbol in the text of a Super Mario level means.

        Use it before reading, describing or editing a level's 14 rows of text.
        """
        return ToolResult(content=legend_text(), structured_content=legend().model_dump(mode="json"))


def legend() -> Legend:
    """The tile table as a structured result."""
    return Legend(
        legend=LEGEND_NAME,
        tiles=[
            LegendEntry(
                symbol=t.symbol,
                name=t.name,
                meaning=t.meaning,
                tags=sorted(t.tags),
                colour=t.colour,
                framework=t.framework,
            )
            for t in TILES
        ],
        path=PATH_SYMBOL,
        note=QUESTION_BLOCK_CLASH,
    )
