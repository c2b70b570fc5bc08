"""`mariogpt-mcp http`: serves MCP and the pages over HTTP."""

from __future__ import annotations

import click

from mariogpt_mcp.cli.options.model import chosen_settings


@click.command("http")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 means all addresses."
)
@click.option(
    "--port",
    default=8765,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 means any free port.",
)
def http(host: str, port: int) -> None:
    """Serve MCP over Streamable HTTP at /mcp, pages at /, levels at /levels/ID.png, and /health."""
    from mariogpt_mcp.transports.http import serve_http

    serve_http(chosen_settings(), host, port)
