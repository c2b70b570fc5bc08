"""The MCP resources: the tile legend, and every level by id as text and picture."""

from __future__ import annotations

from fastmcp import FastMCP
from fastmcp.exceptions import ResourceError
from fastmcp.resources import ResourceContent, ResourceResult
from mcp.types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.level.tiles import legend_text
from mariogpt_mcp.prompt_parser.prompt import clean_prompt
from mariogpt_mcp.service.links import EXPORT_URI, LEGEND_URI, PATH_URI, PICTURE_URI, TEXT_URI
from mariogpt_mcp.service.suggestions import SUGGESTIONS
from mariogpt_mcp.store.records import LevelStore, StoredLevel

MAX_COMPLETIONS = 100
"""Most values one completion may hold (MCP specification, completion)."""


def add_resources(mcp: FastMCP, store: LevelStore) -> None:
    """Register resources, templates and completion on a server."""

    def find(level_id: str) -> StoredLevel:
        try:
            return store.get(level_id)
        except MarioGPTError as error:
            raise ResourceError(str(error)) from None

    @mcp.resource(LEGEND_URI, name="tile_legend", title="Tiles of a Super Mario level", mime_type="text/plain")
    def tile_legend() -> str:
        """What each symbol in the text of a Super Mario level means."""
        return legend_text()

    @mcp.resource(TEXT_URI, name="level_text", title="A Super Mario level as text", mime_type="text/plain")
    def level_text(id: str) -> str:
        """A generated Super Mario level by id: 14 rows of tiles, top row first."""
        return find(id).text

    @mcp.resource(PICTURE_URI, name="level_picture", title="A Super Mario level as a picture", mime_type="image/png")
    def level_picture(id: str) -> ResourceResult:
        """A generated Super Mario level by id: a PNG, 16 pixels a tile, wrapped into strips."""
        return ResourceResult([ResourceContent(find(id).png, mime_type="image/png")])

    @mcp.resource(PATH_URI, name="level_path", title="A beaten Super Mario level's path", mime_type="image/png")
    def level_path(id: str) -> ResourceResult:
        """The picture of a Super Mario level by id, with the path of the run that beat it."""
        return ResourceResult([ResourceContent(find(id).path_png, mime_type="image/png")])

    @mcp.resource(EXPORT_URI, name="level_export", title="A Super Mario level for another program")
    def level_export(id: str, format: str) -> ResourceResult:
        """A Super Mario level by id as vglc, framework, tiled or ldtk: the file, and its tileset's picture if any."""
        try:
            exported = export(find(id).level, format, f"mario-{id[:8]}")
        except MarioGPTError as error:
            raise ResourceError(str(error)) from None
        pictures = [data for name, data in exported.files.items() if name != exported.main]
        text = ResourceContent(exported.files[exported.main].decode(), mime_type=exported.media_type)
        return ResourceResult([text, *(ResourceContent(data, mime_type="image/png") for data in pictures)])

    @mcp.completion
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        if isinstance(ref, ResourceTemplateReference) and argument.name == "id":
            values = [level_id for level_id in store.ids() if level_id.startswith(argument.value)]
        elif isinstance(ref, ResourceTemplateReference) and argument.name == "format":
            values = [name for name in FORMATS if name.startswith(argument.value)]
        elif isinstance(ref, PromptReference) and argument.name == "wish":
            begun = clean_prompt(argument.value).lower()
            values = [s.prompt for s in SUGGESTIONS if begun in s.prompt]
        else:
            return None
        return Completion(values=values[:MAX_COMPLETIONS], total=len(values), has_more=len(values) > MAX_COMPLETIONS)
