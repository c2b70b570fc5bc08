"""The server card: tells who asks before connecting what this server is and where it speaks MCP.

It follows the draft SEP-2127, which names no tools: those are asked for over MCP. The draft has had two places for it,
so it is at both.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from fastapi import FastAPI
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS
from starlette.requests import Request
from starlette.responses import Response

from mariogpt_mcp.service.identity import NAME, SUMMARY, TITLE
from mariogpt_mcp.settings import settings
from mariogpt_mcp.version import __version__

WELL_KNOWN = "/.well-known/mcp/server-card.json"
BESIDE_MCP = "/server-card"
"""Behind the address of MCP."""

MEDIA_TYPE = "application/mcp-server-card+json"

HEADERS = {
    "Cache-Control": "public, max-age=3600",
    # The draft asks for these: a card holds nothing that is not public, and pages of other sites may read it.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Content-Type",
}


def server_card(base: str, mcp_path: str) -> dict[str, Any]:
    """The card of a server at the address `base`, without a slash at its end."""
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json",
        "name": NAME,
        "title": TITLE,
        "description": SUMMARY,
        "version": __version__,
        "icons": [{"src": f"{base}/static/icon.svg", "mimeType": "image/svg+xml", "sizes": ["any"]}],
        "remotes": [
            {
                "type": "streamable-http",
                "url": f"{base}{mcp_path}",
                "supportedProtocolVersions": list(KNOWN_PROTOCOL_VERSIONS),
            }
        ],
    }


def add_card(web: FastAPI, mcp_path: str) -> None:
    """Register the card of a server that speaks MCP at the path `mcp_path`."""

    @web.get(WELL_KNOWN, include_in_schema=False)
    @web.get(f"{mcp_path}{BESIDE_MCP}", include_in_schema=False)
    def card(request: Request) -> Response:
        base = settings().public_url or str(request.base_url).rstrip("/")
        body = json.dumps(server_card(base, mcp_path), indent=2).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {**HEADERS, "ETag": tag}
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=MEDIA_TYPE, headers=headers)


def _has(known: str, tag: str) -> bool:
    """Whether an If-None-Match header names the tag; proxies that compress mark it as weak."""
    tags = [entry.strip().removeprefix("W/") for entry in known.split(",")]
    return "*" in tags or tag in tags
