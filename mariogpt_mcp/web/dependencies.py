"""What the routes of one application share, and the FastAPI dependencies that give it to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import Request as HttpRequest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import WebSettings
from mariogpt_mcp.store.records import StoredLevel
from mariogpt_mcp.web.error_responses import NotFound


@dataclass(frozen=True, slots=True)
class WebContext:
    """What the routes of one application share; kept in its `state`.

    `temperature` is used where a request has none. `mcp_path` is the path of the MCP endpoint on the same server, empty
    if there is none.
    """

    service: LevelService
    links: Links
    settings: WebSettings
    temperature: float
    mcp_path: str

    @property
    def root(self) -> str:
        """The path under which the server is reached; empty if it is the root of its host."""
        return urlsplit(self.settings.public_url).path

    def base_url(self, request: HttpRequest) -> str:
        """The address of the server without a slash at its end: the public one, or the one that was requested."""
        return self.settings.public_url or str(request.base_url).rstrip("/")


async def web_context(request: HttpRequest) -> WebContext:
    """The context of the application that got the request."""
    context: WebContext = request.app.state.context
    return context


Context = Annotated[WebContext, Depends(web_context)]


def stored_level(id: str, context: Context) -> StoredLevel:
    """The stored level with the id in the path.

    Raises:
        NotFound: there is none.
    """
    try:
        return context.service.store.get(id.lower())
    except MarioGPTError as error:
        raise NotFound(str(error)) from None


StoredLevelById = Annotated[StoredLevel, Depends(stored_level)]
