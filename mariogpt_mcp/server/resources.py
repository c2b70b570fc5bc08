"""The MCP resources and completions: the tile legend, and every level by id as text, pictures and files."""

from __future__ import annotations

from fastmcp import FastMCP
from fastmcp.dependencies import Depends
from fastmcp.resources import ResourceContent, ResourceResult
from mcp.types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.level.tiles import legend_text
from mariogpt_mcp.prompt_parser.prompt import clean_prompt
from mariogpt_mcp.server.dependencies import ServerParts, current_parts
from mariogpt_mcp.service.links import EXPORT_URI, LEGEND_URI, PATH_URI, PICTURE_URI, TEXT_URI
from mariogpt_mcp.service.suggestions import SUGGESTIONS
from mariogpt_mcp.store.records import LevelStore

MAX_COMPLETIONS = 100
"""Largest number of values in one completion (MCP specification, Completion)."""


def add_resources(mcp: FastMCP) -> None:
    """Register the resources and templates. They are not async, so FastMCP runs them in worker threads."""
    text, png = "text/plain", "image/png"
    mcp.resource(LEGEND_URI, title="Tiles of a Super Mario level", mime_type=text)(tile_legend)
    mcp.resource(TEXT_URI, title="A Super Mario level as text", mime_type=text)(level_text)
    mcp.resource(PICTURE_URI, title="A Super Mario level as a picture", mime_type=png)(level_picture)
    mcp.resource(PATH_URI, title="A Super Mario level as a picture with the path", mime_type=png)(level_path)
    mcp.resource(EXPORT_URI, title="A Super Mario level for another program")(level_export)


def tile_legend() -> str:
    """What each symbol in the text of a Super Mario level means."""
    return legend_text()


def level_text(id: str, parts: ServerParts = Depends(current_parts)) -> str:
    """The text of the Super Mario level with this id: 14 rows of tiles, top row first."""
    return parts.find(id).text


def level_picture(id: str, parts: ServerParts = Depends(current_parts)) -> ResourceResult:
    """The picture of the Super Mario level with this id: a PNG with 16 pixels a tile, wrapped into strips."""
    return ResourceResult([ResourceContent(parts.find(id).png, mime_type="image/png")])


def level_path(id: str, parts: ServerParts = Depends(current_parts)) -> ResourceResult:
    """The picture of the Super Mario level with this id, with the path of the run that beat it."""
    return ResourceResult([ResourceContent(parts.find(id).path_png, mime_type="image/png")])


def level_export(id: str, format: str, parts: ServerParts = Depends(current_parts)) -> ResourceResult:
    """The Super Mario level with this id as a vglc, framework, tiled or ldtk file, and the tileset picture if any."""
    exported = export(parts.find(id).level, format, f"mario-{id[:8]}")
    pictures = [data for name, data in exported.files.items() if name != exported.main]
    text = ResourceContent(exported.files[exported.main].decode(), mime_type=exported.media_type)
    return ResourceResult([text, *(ResourceContent(data, mime_type="image/png") for data in pictures)])


def complete(
    ref: PromptReference | ResourceTemplateReference,
    argument: CompletionArgument,
    context: CompletionContext | None,
    *,
    store: LevelStore,
) -> Completion | None:
    """Complete a level's id, the name of a format, or the `request` of a prompt; `None` for other arguments."""
    typed = argument.value
    if isinstance(ref, ResourceTemplateReference) and argument.name == "id":
        values = [level_id for level_id in store.ids() if level_id.startswith(typed)]
    elif isinstance(ref, ResourceTemplateReference) and argument.name == "format":
        values = [name for name in FORMATS if name.startswith(typed)]
    elif isinstance(ref, PromptReference) and argument.name == "request":
        values = [s.prompt for s in SUGGESTIONS if clean_prompt(typed).lower() in s.prompt]
    else:
        return None
    return Completion(values=values[:MAX_COMPLETIONS], total=len(values), has_more=len(values) > MAX_COMPLETIONS)
