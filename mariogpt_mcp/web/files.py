"""Routes of the HTTP server: a level's text and picture by id, and `/health`."""

from __future__ import annotations

from fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

import mariogpt_mcp
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generator import MarioGPT
from mariogpt_mcp.store import LevelStore


def add_routes(mcp: FastMCP, generator: MarioGPT, store: LevelStore) -> None:
    """Register the routes on a server; they are reached in HTTP mode only."""

    @mcp.custom_route("/health", methods=["GET"])
    async def health(request: Request) -> Response:
        return JSONResponse(
            {
                "status": "ok",
                "version": mariogpt_mcp.__version__,
                "model": generator.host.name,
                "loaded": generator.host.loaded,
            }
        )

    @mcp.custom_route("/levels/{name}", methods=["GET"])
    async def level_file(request: Request) -> Response:
        level_id, _, ending = request.path_params["name"].rpartition(".")
        if ending not in ("txt", "png"):
            return PlainTextResponse("A level is served as <id>.txt or <id>.png.\n", 404)
        try:
            made = store.get(level_id)
        except MarioGPTError as error:
            return PlainTextResponse(f"{error}\n", 404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        if ending == "png":
            return Response(made.png, media_type="image/png", headers=headers)
        return PlainTextResponse(made.text + "\n", headers=headers)
