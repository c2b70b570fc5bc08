"""Our HTTP server with the tools, resources and prompts of the conformance suite added.

`python -m tests.conformance.everything` serves it on a free port of this machine, with the function behind
`mariogpt-mcp http`, so that our middleware and settings are tested too.
"""

from __future__ import annotations

from fastmcp import FastMCP

from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.settings import settings
from mariogpt_mcp.transports.http import serve_http
from tests.conformance.content import add_content
from tests.conformance.questions import add_questions


def create_everything(parts: ServerParts) -> FastMCP:
    """Our server with the suite's fixtures."""
    mcp = create_server(parts)
    add_content(mcp)
    add_questions(mcp)
    return mcp


if __name__ == "__main__":
    serve_http(settings(), "127.0.0.1", 0, create_everything)
