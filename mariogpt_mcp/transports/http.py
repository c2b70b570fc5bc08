"""Runs the MCP server over stdio or Streamable HTTP."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from fastmcp import FastMCP
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.middleware.cancellation import NameSessions
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.service.log_format import announce, set_up_logging
from mariogpt_mcp.settings import settings
from mariogpt_mcp.store.factory import open_store
from mariogpt_mcp.telemetry import flush_spans
from mariogpt_mcp.transports.preview import Preview
from mariogpt_mcp.web.middleware.guard import PlainRefusals

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

MCP_PATH = "/mcp"
EVERY_ADDRESS = ("0.0.0.0", "::")


def serve_stdio() -> None:
    """Serve over stdin and stdout until the client goes."""
    set_up_logging()
    generator, store = MarioGPT(), open_store(settings().for_store())
    links = Links()
    if settings().preview == "on":

        def create() -> FastAPI:
            # Not before a level is made: who starts a server waits for what it imports.
            from mariogpt_mcp.web.app import create_web

            # It runs in a thread, and so an event loop, of its own.
            return create_web(LevelService(generator, store), links)

        links = Links(Preview(create).address)
    try:
        create_server(LevelService(generator, store), links).run(transport="stdio", show_banner=False)
    finally:
        # The protocol has ended: what is printed at exit, such as spans to the console, is not for the client.
        with suppress(OSError):
            os.dup2(2, 1)


def serve_http(host: str, port: int, create: Callable[[LevelService, Links], FastMCP] = create_server) -> None:
    """Serve Streamable HTTP until interrupted; port 0 takes a free one, `create` makes the MCP server.

    Stateless with server-sent events: progress and cancellation need the event stream, and no client then
    depends on which process answers. On a loopback address, or with a public address set, requests for other
    hosts and from other origins are refused (DNS rebinding).

    Raises:
        MarioGPTError: the address cannot be bound.
    """
    from mariogpt_mcp.web.app import create_web

    set_up_logging()
    listener = _bind(host, port)
    address = f"http://{_in_url(host)}:{listener.getsockname()[1]}"
    public = settings().public_url
    # Bound to every address, which of them a client sees is not known: then the links are MCP resources.
    base = public or ("" if host in EVERY_ADDRESS else address)
    service, links = LevelService(MarioGPT(), open_store(settings().for_store())), Links(base)
    app = create_app(
        create(service, links), create_web(service, links, MCP_PATH), guarded=is_loopback(host) or bool(public)
    )
    config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=2)
    announce(f"serving MCP at {public or address}{MCP_PATH}, and the pages at {public or address}/")
    if not base:
        log.warning("set MARIOGPT_PUBLIC_URL to the address clients use, so that results hold links they can open")
    _Server(config).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Sends the spans that are kept back before the signal that stopped it ends the process."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        flush_spans()


def create_app(server: FastMCP, web: FastAPI, *, guarded: bool) -> ASGIApp:
    """MCP at `MCP_PATH` and the pages beside it; where it is guarded, for this machine and the public address alone."""
    at = urlsplit(settings().public_url)
    app = server.http_app(
        path=MCP_PATH,
        stateless_http=True,
        json_response=False,
        middleware=[Middleware(NameSessions, path=MCP_PATH)],
        host_origin_protection=guarded,
        allowed_hosts=[at.netloc] if at.netloc else [],
        allowed_origins=[f"{at.scheme}://{at.netloc}"] if at.netloc else [],
    )
    endpoint = next(route.endpoint for route in app.routes if isinstance(route, Route) and route.path == MCP_PATH)
    for path in (MCP_PATH, f"{MCP_PATH}/"):
        # Not a redirect, which loses the https of a proxy in front, and which some clients do not follow.
        app.router.routes.append(Route(path, endpoint, methods=["POST", "DELETE"]))
        # Without it the mount below would answer 404, which tells clients that there is no MCP here.
        app.router.routes.append(Route(path, _posts_alone, methods=["GET", "OPTIONS", "PATCH", "PUT"]))
    app.mount("/", web)
    return PlainRefusals(app)


def _posts_alone(request: Request) -> Response:
    error = f"{MCP_PATH} is for MCP clients, which post to it; the pages are at /."
    return JSONResponse({"error": error}, 405, {"Allow": "POST"})


def _bind(host: str, port: int) -> socket.socket:
    if not host:
        raise MarioGPTError("--host must be an address, for example 127.0.0.1, or 0.0.0.0 for all.")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        known = isinstance(error, OSError) and error.errno in errno.errorcode
        reason = os.strerror(error.errno).lower() if known else "no such address"  # type: ignore[union-attr,arg-type]
        raise MarioGPTError(
            f"{host} port {port} cannot be used ({reason}); try another, for example --port 8766."
        ) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_url(host: str) -> str:
    if host in EVERY_ADDRESS:
        return "localhost"
    return f"[{host}]" if ":" in host else host
