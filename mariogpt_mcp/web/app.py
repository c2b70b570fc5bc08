"""The web application: pages, files and the JSON API."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from mariogpt_mcp.service.identity import SUMMARY
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE, WebSettings
from mariogpt_mcp.version import __version__
from mariogpt_mcp.web import api, pages
from mariogpt_mcp.web import files as level_files
from mariogpt_mcp.web.dependencies import Context, WebContext
from mariogpt_mcp.web.error_responses import EXCEPTION_HANDLERS
from mariogpt_mcp.web.middleware.body_limit import LimitBody
from mariogpt_mcp.web.middleware.head_requests import AnswerHead
from mariogpt_mcp.web.middleware.request_log import LogRequests
from mariogpt_mcp.web.middleware.security_headers import AddSecurityHeaders
from mariogpt_mcp.web.server_card import BESIDE_MCP, WELL_KNOWN, read_server_card


class WebApp(FastAPI):
    """The application; `state.context` is the `WebContext` of its routes."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with the default temperature of this application."""
        document = super().openapi()
        temperature = document["components"]["schemas"]["NewLevel"]["properties"]["temperature"]
        temperature["default"] = self.state.context.temperature
        return document


def create_web(
    service: LevelService,
    links: Links,
    web: WebSettings = WebSettings(),
    *,
    temperature: float = DEFAULT_TEMPERATURE,
    mcp_path: str = "",
) -> WebApp:
    """Create the application. Its OpenAPI document is at `/api/openapi.json`.

    Args:
        service: makes, checks and stores the levels.
        links: makes the links in results.
        web: the public address, and the loader of the Java game.
        temperature: used where a request has none.
        mcp_path: path of the MCP endpoint on the same server; if it is empty, there is no server card.
    """
    app = WebApp(
        title="mariogpt-mcp",
        summary=SUMMARY,
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,  # its pages load scripts from other sites
        redoc_url=None,
        exception_handlers=EXCEPTION_HANDLERS,
    )
    app.state.context = WebContext(service, links, web, temperature, mcp_path)
    # The last one added is the outermost.
    for middleware in (LimitBody, AddSecurityHeaders, AnswerHead, LogRequests):
        app.add_middleware(middleware)
    app.mount("/static", StaticFiles(directory=str(files("mariogpt_mcp.resources").joinpath("web/static"))))
    app.add_api_route("/health", health, include_in_schema=False)
    # `/levels/{id}.png` must come before `/levels/{id}`, which matches it as well.
    for router in (level_files.router, api.router, pages.router):
        app.include_router(router)
    if mcp_path:
        for path in (WELL_KNOWN, f"{mcp_path}{BESIDE_MCP}"):
            app.add_api_route(path, read_server_card, include_in_schema=False)
    return app


def health(context: Context) -> dict[str, object]:
    """Whether the server is up, and whether its model is loaded."""
    loader = context.service.generator.loader
    return {"status": "ok", "version": __version__, "model": loader.name, "loaded": loader.loaded}
