"""Puts the web application together: pages, files and the JSON API."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from mariogpt_mcp.service.identity import SUMMARY
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.version import __version__
from mariogpt_mcp.web.api import add_api
from mariogpt_mcp.web.error_responses import refuse, refuse_arguments
from mariogpt_mcp.web.files import add_files
from mariogpt_mcp.web.middleware.guard import Guard
from mariogpt_mcp.web.middleware.request_log import LogRequests
from mariogpt_mcp.web.pages import add_pages
from mariogpt_mcp.web.server_card import add_card


def create_web(service: LevelService, links: Links, mcp_path: str = "") -> FastAPI:
    """The application; nothing is loaded yet. Its OpenAPI document is at `/api/openapi.json`.

    `mcp_path` is where MCP is spoken beside it, empty where it is not; then there is no server card.
    """
    web = FastAPI(
        title="mariogpt-mcp",
        summary=SUMMARY,
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        exception_handlers={RequestValidationError: refuse_arguments, HTTPException: refuse},
    )
    web.add_middleware(Guard)
    web.add_middleware(LogRequests)

    @web.get("/health", include_in_schema=False)
    def health() -> dict[str, object]:
        loader = service.generator.loader
        return {"status": "ok", "version": __version__, "model": loader.name, "loaded": loader.loaded}

    add_files(web, service.store, links)
    add_api(web, service, links)
    add_pages(web, service)
    if mcp_path:
        add_card(web, mcp_path)
    return web
