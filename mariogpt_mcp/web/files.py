"""Routes of the HTTP server: a level's text and pictures by id, and `/health`."""

from __future__ import annotations

from collections.abc import Callable

from fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

import mariogpt_mcp
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generator import MarioGPT
from mariogpt_mcp.store import LevelStore, StoredLevel


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
        if ending == "png":
            return _served(store, level_id, lambda level: Response(level.png, media_type="image/png"))
        if ending == "txt":
            return _served(store, level_id, lambda level: PlainTextResponse(level.text + "\n"))
        return PlainTextResponse("A level is served as <id>.txt, <id>.png or <id>/path.png.\n", 404)

    @mcp.custom_route("/levels/{id}/path.png", methods=["GET"])
    async def level_path(request: Request) -> Response:
        return _served(store, request.path_params["id"], lambda level: Response(level.path_png, media_type="image/png"))


def _served(store: LevelStore, level_id: str, answer: Callable[[StoredLevel], Response]) -> Response:
    try:
        response = answer(store.get(level_id))
    except MarioGPTError as error:
        return PlainTextResponse(f"{error}\n", 404)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
