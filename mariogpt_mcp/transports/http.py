"""Serves MCP over Streamable HTTP, together with the pages, the files and the JSON API."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from fastmcp import FastMCP
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.server.middleware.cancellation import AssignSessionIds
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.service.log_format import announce, set_up_logging
from mariogpt_mcp.settings import Settings
from mariogpt_mcp.store.factory import open_store
from mariogpt_mcp.telemetry import flush_spans
from mariogpt_mcp.transports.browsers import AllowBrowsers
from mariogpt_mcp.transports.negotiation import AnswerAsAccepted
from mariogpt_mcp.transports.prefix import UnderPrefix
from mariogpt_mcp.web.app import create_web
from mariogpt_mcp.web.inline_page import app_page
from mariogpt_mcp.web.middleware.host_refusals import ExplainHostRefusals

log = logging.getLogger(__name__)

MCP_PATH = "/mcp"
ALL_INTERFACES = ("0.0.0.0", "::")


def serve_http(
    settings: Settings, host: str, port: int, create: Callable[[ServerParts], FastMCP] = create_server
) -> None:
    """Serve until interrupted.

    MCP is stateless, so that any process can respond to any request. Responses are server-sent events, because progress
    and cancellation need the event stream. If the server listens on a loopback address or has a public address,
    requests for other hosts and from other origins are refused, as protection against DNS rebinding.

    Args:
        settings: the settings of this process.
        host: address to listen on.
        port: 0 takes a free one.
        create: makes the MCP server.

    Raises:
        MarioGPTError: the address or the folder of the store cannot be used.
    """
    logs, public_url = settings.for_logs(), settings.public_url
    set_up_logging(logs)
    listener = _bind(host, port)
    address = f"http://{_in_url(host)}:{listener.getsockname()[1]}"
    # On all interfaces, clients may use any address of this machine, so links are MCP resources.
    links = Links(public_url or ("" if host in ALL_INTERFACES else address))
    generator = MarioGPT.from_settings(settings)
    service = LevelService(generator, open_store(settings.for_store()))
    parts = ServerParts(
        service, app_page, links, settings.temperature, settings.grid == "on", settings.pictures == "on"
    )
    server = create(parts)
    web = create_web(service, links, settings.for_web(), temperature=settings.temperature, mcp_path=MCP_PATH)
    hosts, origins = _listed(settings.allowed_hosts), _listed(settings.allowed_origins)
    guarded = is_loopback(host) or bool(public_url) or bool(hosts)
    app = create_app(server, web, public_url, guarded=guarded, hosts=hosts, origins=origins)
    announce(f"serving MCP at {public_url or address}{MCP_PATH}, and the pages at {public_url or address}/", logs)
    if not links.base:
        log.warning(
            "results have no links to pages, because the address of this server for clients is not set; "
            "set MARIOGPT_PUBLIC_URL, for example to https://mario.example.org"
        )
    config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=2)
    _Server(config).run(sockets=[listener])


class _Server(uvicorn.Server):
    """A uvicorn server that sends the buffered spans before a signal ends the process."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        flush_spans()


def create_app(
    server: FastMCP,
    web: FastAPI,
    public_url: str = "",
    *,
    guarded: bool,
    hosts: Sequence[str] = (),
    origins: Sequence[str] = (),
) -> ASGIApp:
    """The application: MCP at `MCP_PATH`, and the pages at all other paths, both under the path of the public address.

    If `guarded`, only requests for loopback addresses of this machine, for the public address and for `hosts` are
    accepted. Pages from loopback addresses and from `origins` may call MCP.
    """
    public = urlsplit(public_url)
    app = server.http_app(
        path=MCP_PATH,
        stateless_http=True,
        json_response=False,
        middleware=[
            Middleware(AnswerAsAccepted, path=MCP_PATH),
            Middleware(AssignSessionIds, path=MCP_PATH),
        ],
        host_origin_protection=guarded,
        allowed_hosts=[*hosts, *([public.netloc] if public.netloc else [])],
        allowed_origins=[*origins, *([f"{public.scheme}://{public.netloc}"] if public.netloc else [])],
    )
    endpoint = next(route.endpoint for route in app.routes if isinstance(route, Route) and route.path == MCP_PATH)
    for path in (MCP_PATH, f"{MCP_PATH}/"):
        # Not a redirect: behind a proxy it would change https to http, and some clients do not follow redirects.
        app.router.routes.append(Route(path, endpoint, methods=["POST", "DELETE"]))
        # Without this route the pages would respond with 404, which means to clients that there is no MCP here.
        app.router.routes.append(Route(path, _only_post, methods=["GET", "OPTIONS", "PATCH", "PUT"]))
    # Not a mount, because a mount does not match paths with a line break.
    app.router.default = web
    outer = ExplainHostRefusals(AllowBrowsers(app, MCP_PATH, origins))
    prefix = public.path.rstrip("/")
    return UnderPrefix(outer, prefix) if prefix else outer


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _only_post(request: Request) -> Response:
    error = f"{MCP_PATH} is for MCP clients, which send POST requests; the pages are at /."
    return JSONResponse({"error": error}, 405, {"Allow": "POST"})


def _bind(host: str, port: int) -> socket.socket:
    if not host:
        raise MarioGPTError("--host must be an address, for example 127.0.0.1, or 0.0.0.0 for all addresses.")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        known = isinstance(error, OSError) and error.errno in errno.errorcode
        reason = os.strerror(error.errno).lower() if known else "no such address"  # type: ignore[union-attr,arg-type]
        raise MarioGPTError(
            f"{host} port {port} cannot be used ({reason}); try another address or port, for example --port 8766."
        ) from None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _in_url(host: str) -> str:
    if host in ALL_INTERFACES:
        return "localhost"
    return f"[{host}]" if ":" in host else host
