"""The server card: says what this server is, and where its MCP endpoint is, before a client connects.

It follows the draft SEP-2127. Tools are not part of a card; clients list them over MCP. The draft has named two
addresses for the card, so it is served at both: `WELL_KNOWN`, and `BESIDE_MCP` below the MCP endpoint.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from mcp_types.version import KNOWN_PROTOCOL_VERSIONS
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from mariogpt_mcp.service.identity import NAME, SUMMARY, TITLE
from mariogpt_mcp.version import __version__
from mariogpt_mcp.web.dependencies import Context

WELL_KNOWN = "/.well-known/mcp/server-card.json"
BESIDE_MCP = "/server-card"

MEDIA_TYPE = "application/mcp-server-card+json"

HEADERS = {
    "Cache-Control": "public, max-age=3600",
    # The draft of server cards requires these headers, because everything in a card is public.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "Content-Type",
}


def server_card(base_url: str, mcp_path: str) -> dict[str, Any]:
    """The card of the server at `base_url`, which has no slash at its end."""
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json",
        "name": NAME,
        "title": TITLE,
        "description": SUMMARY,
        "version": __version__,
        "icons": [{"src": f"{base_url}/static/icon.svg", "mimeType": "image/svg+xml", "sizes": ["any"]}],
        "remotes": [
            {
                "type": "streamable-http",
                "url": f"{base_url}{mcp_path}",
                "supportedProtocolVersions": list(KNOWN_PROTOCOL_VERSIONS),
            }
        ],
    }


def read_server_card(request: HttpRequest, context: Context) -> Response:
    """The server card, or status 304 if the client has this one."""
    body = json.dumps(server_card(context.base_url(request), context.mcp_path), indent=2).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {**HEADERS, "ETag": etag}
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


def _matches(if_none_match: str, etag: str) -> bool:
    """Whether the header lists the ETag; proxies that compress mark it as weak."""
    known = [entry.strip().removeprefix("W/") for entry in if_none_match.split(",")]
    return "*" in known or etag in known
