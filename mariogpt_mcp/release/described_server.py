"""The MCP server as its descriptions are read from: what it offers is listed, and no model is loaded."""

from __future__ import annotations

from fastmcp import FastMCP

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.server.app import create_server
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.web.inline_page import app_page


def described_server() -> FastMCP:
    """A server with all tools, resources and prompts, and an empty store."""
    return create_server(ServerParts(LevelService(MarioGPT(), MemoryStore(1, 1)), app_page))
