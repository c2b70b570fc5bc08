"""What the tools, resources and completions of a server need, and how they get it."""

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
from mariogpt_mcp.service.progress import Progress, Tell
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE
from mariogpt_mcp.store.records import StoredLevel

LIFESPAN_KEY = "parts"
"""Key of the `ServerParts` in the server's lifespan context."""


@dataclass(frozen=True)
class ServerParts:
    """Everything one MCP server works with. Two servers in a process have two of these."""

    service: LevelService
    player_page: Callable[[], str]
    """Returns the HTML page that hosts of MCP Apps show; called when a host reads it."""
    links: Links = field(default_factory=Links)
    temperature: float = DEFAULT_TEMPERATURE
    """Used by calls that name no temperature."""
    spell_out_rows: bool = True
    """Whether the text of a result contains the level's 14 rows. Its structured content always does."""
    start_preview: Callable[[], Awaitable[Links]] | None = None
    """Starts a web server for the levels unless it runs already, and returns the links to it; `None` over HTTP."""

    def find(self, level_id: str) -> StoredLevel:
        """The level with this id.

        Raises:
            MarioGPTError: there is none.
        """
        return self.service.store.get(level_id.strip())

    async def links_to_levels(self) -> Links:
        """The links that results contain. Starts the preview if there is one and it does not run yet."""
        return self.links if self.start_preview is None else await self.start_preview()


@asynccontextmanager
async def current_parts(context: Context = CurrentContext()) -> AsyncIterator[ServerParts]:
    """The parts of the server that is being called: a dependency of tools and resources.

    It also turns a `MarioGPTError` of the tool or resource into an error whose text the client gets. FastMCP would
    log it as a failure and replace its text.
    """
    parts: ServerParts = context.lifespan_context[LIFESPAN_KEY]
    try:
        yield parts
    except MarioGPTError as error:
        raise RefusedRequest(str(error)) from None


def progress_notifier(context: Context = CurrentContext()) -> Tell:
    """Sends the progress of a call to its client: a dependency of tools that write levels."""

    async def notify(progress: Progress) -> None:
        await context.report_progress(progress.done, progress.total, progress.message)

    return notify
