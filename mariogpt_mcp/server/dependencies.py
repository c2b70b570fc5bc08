"""The objects that tools, resources and completions use, and the functions that provide them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastmcp import Context
from fastmcp.dependencies import CurrentContext

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.server.middleware.plain_errors import RefusedRequest
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.service.progress import Notify, Progress
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE
from mariogpt_mcp.store.records import StoredLevel, level_id_in

LIFESPAN_KEY = "parts"
"""Key of the `ServerParts` in the server's lifespan context."""


@dataclass(frozen=True)
class ServerParts:
    """The objects that one MCP server uses. Two servers in one process have separate parts."""

    service: LevelService
    player_page: Callable[[], str]
    """Returns the HTML page that hosts of MCP Apps show. It is called when a host reads the page."""
    links: Links = field(default_factory=Links)
    temperature: float = DEFAULT_TEMPERATURE
    """Temperature of calls that do not set one."""
    spell_out_rows: bool = True
    """Whether the text of a result contains the 14 rows of the level. The structured content always does."""
    pictures: bool = True
    """Whether results include a picture, unless a call leaves it out."""
    start_preview: Callable[[], Awaitable[Links]] | None = None
    """Starts the preview if it is not running, and returns the links to it. `None` if the server has no preview."""

    def find(self, level_id: str) -> StoredLevel:
        """The level with this id, as `level_id_in` reads it.

        Raises:
            MarioGPTError: there is none.
        """
        return self.service.store.get(level_id_in(level_id))

    async def links_to_levels(self) -> Links:
        """The links that results contain. Starts the preview if the server has one and it is not running."""
        return self.links if self.start_preview is None else await self.start_preview()


@asynccontextmanager
async def current_parts(context: Context = CurrentContext()) -> AsyncIterator[ServerParts]:
    """Dependency of tools and resources: the parts of the server that was called.

    A `MarioGPTError` of the tool or resource is raised again as a `RefusedRequest`, whose text the client receives.
    FastMCP would log a `MarioGPTError` as a failure and replace its text.
    """
    parts: ServerParts = context.lifespan_context[LIFESPAN_KEY]
    try:
        yield parts
    except MarioGPTError as error:
        raise RefusedRequest(str(error)) from None


def progress_notifier(context: Context = CurrentContext()) -> Notify:
    """Dependency of tools that write levels: a function that sends the progress of a call to its client."""

    async def notify(progress: Progress) -> None:
        await context.report_progress(progress.done, progress.total, progress.message)

    return notify
