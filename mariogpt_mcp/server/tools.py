"""The MCP tools."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.tools import ToolResult
from fastmcp.utilities.types import Image
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.features import CLASSES, ELEVATIONS, THRESHOLDS, WINDOW
from mariogpt_mcp.generator import DEFAULT_LEVEL_SIZE, DEFAULT_TEMPERATURE, RANDOM_SEED, Request
from mariogpt_mcp.links import Links
from mariogpt_mcp.results import CheckResult, LevelResult, result_of
from mariogpt_mcp.server.view import SHOWN_IN_VIEW
from mariogpt_mcp.store import CheckedLevel, MadeLevel, StoredLevel
from mariogpt_mcp.style import ATHLETIC_BELOW, STYLES, UNDERGROUND_FROM
from mariogpt_mcp.suggestions import SUGGESTIONS, Suggestion
from mariogpt_mcp.tiles import LEGEND_NAME, PATH_SYMBOL, QUESTION_BLOCK_CLASH, TILES, legend_text
from mariogpt_mcp.workshop import Progress, Workshop


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


_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


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


def made_text(made: MadeLevel, links: dict[str, str], *, cached: bool = False) -> str:
    """The text of a made level: first whether it can be beaten and is as asked."""
    beaten = "beaten" if made.report.beatable.beaten else "NOT shown to be beatable"
    asked = "as asked" if made.report.met else "NOT everything is as asked"
    again = " Made before, of the same prompt, settings and seed." if cached else ""
    return _text(f"Super Mario level, {beaten}, {asked}.{again}", made, made.report.text(), links)


def checked_text(checked: CheckedLevel, links: dict[str, str]) -> str:
    """The text of a checked level: first whether all is well."""
    head = "Super Mario level: whole, and beaten." if checked.report.good else "Super Mario level; NOT all is well."
    return _text(head, checked, checked.report.text(), links)


def _text(head: str, level: StoredLevel, report: str, links: dict[str, str]) -> str:
    where = "\n".join(f"{name}: {link}" for name, link in links.items())
    return f"{head} id {level.id}\n{report}\n\n```\n{level.text}\n```\n{where}"


def add_tools(mcp: FastMCP, workshop: Workshop, links: Links) -> None:
    """Register the tools on a server."""

    @mcp.tool(
        title="Generate a Super Mario level",
        annotations=ToolAnnotations(
            read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
        ),
        output_schema=LevelResult.model_json_schema(),
        app=SHOWN_IN_VIEW,
    )
    async def generate_mario_level(
        ctx: Context,
        prompt: Annotated[
            str,
            Field(
                description="What the level shall have: pipes, enemies, blocks (no/little/some/many, or a number) and "
                "elevation (low/high), style (overworld/underground/athletic), in any order, parts may be missing; "
                'everyday English works too, up to 500 characters. Example: "many pipes, 3 enemies, high elevation".'
            ),
        ] = "",
        temperature: Annotated[
            float, Field(description="How freely tiles are chosen, 0.1 (calm, regular) to 2.0 (wild).")
        ] = DEFAULT_TEMPERATURE,
        level_size: Annotated[
            int,
            Field(description="Size in tiles, 14 a column, 100 to 2799; 1399 are 100 columns, 2799 are 200."),
        ] = DEFAULT_LEVEL_SIZE,
        seed: Annotated[
            int,
            Field(description="0 to 4294967295; the same call with the same seed makes the same level. -1: random."),
        ] = RANDOM_SEED,
        show_path: Annotated[bool, Field(description="Draw the path of the run that beat the level.")] = False,
    ) -> ToolResult:
        """Make a new Super Mario level from a description, in about a second.

        Use it whenever someone wants a Mario level. Each level is beaten by a built-in player before it is handed over.
        Returns a report (how it was beaten, what was asked, what the level has, what could not be met), the level as 14
        rows of tiles, a picture, and where both can be read again.
        """

        async def tell(progress: Progress) -> None:
            await ctx.report_progress(progress.done, progress.total, progress.message)

        try:
            request = Request.of_call(prompt, level_size, temperature, seed)
            made, cached = await workshop.make(request, tell)
        except MarioGPTError as error:
            raise ToolError(str(error)) from None
        found = await anyio.to_thread.run_sync(links.of, made.id)
        result = result_of(made, found, cached=cached)
        picture = Image(data=made.path_png if show_path else made.png, format="png")
        text = made_text(made, found, cached=cached)
        return ToolResult(content=[text, picture], structured_content=result.model_dump(mode="json"))

    @mcp.tool(
        title="Check a Super Mario level",
        annotations=ToolAnnotations(
            read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
        ),
        output_schema=CheckResult.model_json_schema(),
        app=SHOWN_IN_VIEW,
    )
    async def check_level(
        level: Annotated[
            str,
            Field(
                description="14 rows of tiles of equal length, top row first, separated by line breaks; see "
                "get_tile_legend. Lower levels get sky on top."
            ),
        ],
        repair: Annotated[
            bool, Field(description="Mend what is broken or impossible with few tiles; every change is listed.")
        ] = False,
    ) -> ToolResult:
        """Check any Super Mario level, your own or an edited one: is it whole, and can it be beaten?

        Use it after writing or changing a level's text. Returns what is broken, the counts, whether a run to the goal
        was found or at which column the player got stuck, and a picture with the path of the run. With repair=true the
        level comes back mended.
        """
        try:
            checked = await workshop.check(level, repair=repair)
        except MarioGPTError as error:
            raise ToolError(str(error)) from None
        found = await anyio.to_thread.run_sync(links.of, checked.id)
        result = result_of(checked, found)
        return ToolResult(
            content=[checked_text(checked, found), Image(data=checked.path_png, format="png")],
            structured_content=result.model_dump(mode="json"),
        )

    @mcp.tool(title="Suggest Super Mario level prompts", annotations=_READ_ONLY)
    def get_level_suggestions() -> Suggestions:
        """Prompts for Super Mario levels worth trying, and the words generate_mario_level counts by.

        Use it when someone has no idea what to ask for, or to learn which classes there are.
        """
        words: dict[str, list[str]] = {name: list(classes) for name, classes in CLASSES.items()}
        words["elevation"], words["style"] = list(ELEVATIONS), list(STYLES)
        return Suggestions(suggestions=SUGGESTIONS, words=words, counting_rule=counting_rule())

    @mcp.tool(
        title="Explain the tiles of a Super Mario level",
        annotations=_READ_ONLY,
        output_schema=Legend.model_json_schema(),
    )
    def get_tile_legend() -> ToolResult:
        """What each symbol in the text of a Super Mario level means.

        Use it before reading, describing or editing a level's 14 rows of text.
        """
        return ToolResult(content=[legend_text()], structured_content=legend().model_dump(mode="json"))


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
