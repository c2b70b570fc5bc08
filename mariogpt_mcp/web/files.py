"""Files over HTTP: a level by id in all its formats, the pages' own files, and those of the Java game."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Annotated, Any

from fastapi import FastAPI
from fastapi import Path as InPath
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.mario_gpt_package import java_file
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.service.schema import CheckResult, LevelResult, result_of
from mariogpt_mcp.store.records import LevelStore, StoredLevel
from mariogpt_mcp.web.error_responses import NOT_FOUND, failure

JAVA_PICTURES = (
    *("mapsheet", "itemsheet", "enemysheet", "particlesheet", "favicon"),
    *("mariosheet", "smallmariosheet", "firemariosheet"),
)
"""What `PlayLevel.jar` draws with."""


UNCHANGING = "public, max-age=31536000, immutable"
"""How what is kept under an id may be cached."""


def add_files(web: FastAPI, store: LevelStore, links: Links) -> None:
    """Register the files."""
    web.mount("/static", StaticFiles(directory=str(files("mariogpt_mcp.resources").joinpath("web/static"))))

    def add(ending: str, content: dict[str, Any], write: Callable[[StoredLevel], Response]) -> None:
        def endpoint(id: str) -> Response:
            try:
                response = write(store.get(id))
            except MarioGPTError as error:
                return failure(str(error), 404)
            response.headers["Cache-Control"] = UNCHANGING
            return response

        endpoint.__doc__ = f"A kept level as .{ending}."
        documented: dict[int | str, dict[str, Any]] = {200: {"content": content}, **NOT_FOUND}
        web.get(f"/levels/{{id}}.{ending}", include_in_schema=False)(endpoint)
        web.get(
            f"/api/levels/{{id}}.{ending}",
            operation_id=f"level_{ending.replace('/path', '_path')}",
            response_class=Response,
            responses=documented,
        )(endpoint)

    either = [{"$ref": f"#/components/schemas/{model.__name__}"} for model in (LevelResult, CheckResult)]
    picture = {"image/png": {"schema": {"type": "string", "format": "binary"}}}
    add("png", picture, lambda level: Response(level.png, media_type="image/png"))
    add("txt", {"text/plain": {"schema": {"type": "string"}}}, lambda level: PlainTextResponse(level.text + "\n"))
    add(
        "json",
        {"application/json": {"schema": {"anyOf": either}}},
        lambda level: JSONResponse(result_of(level, links.of(level.id)).model_dump(mode="json")),
    )

    @web.get("/levels/{id}/path.png", include_in_schema=False)
    def level_path(id: str) -> Response:
        try:
            return Response(store.get(id).path_png, media_type="image/png")
        except MarioGPTError as error:
            return failure(str(error), 404)

    _add_exports(web, store)

    # FileResponse answers Range requests, which CheerpJ needs, and nothing here compresses.
    @web.get("/java/{name:path}", include_in_schema=False)
    def java(name: str) -> Response:
        try:
            if name == "PlayLevel.jar":
                return FileResponse(java_file(name), media_type="application/java-archive")
            if name in (f"img/{picture}.png" for picture in JAVA_PICTURES):
                return FileResponse(java_file(name), media_type="image/png")
        except MarioGPTError as error:
            return failure(str(error), 404)
        return failure("The Java game has no such file.", 404)


def _add_exports(web: FastAPI, store: LevelStore) -> None:
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = {"text/plain": {"schema": {"type": "string"}}, "application/zip": binary}
    documented: dict[int | str, dict[str, Any]] = {200: {"content": content}, **NOT_FOUND}

    @web.get("/levels/{id}/export/{format}", include_in_schema=False)
    @web.get(
        "/api/levels/{id}/export/{format}",
        operation_id="export_level",
        response_class=Response,
        responses=documented,
    )
    def export_level(id: str, format: Annotated[str, InPath(json_schema_extra={"enum": list(FORMATS)})]) -> Response:
        """A kept level in a format of other editors and games; a .zip where a tileset's picture belongs to it."""
        try:
            packed = export(store.get(id).level, format, f"mario-{id[:8]}").packed()
        except MarioGPTError as error:
            return failure(str(error), 404)
        headers = {"Content-Disposition": f'attachment; filename="{packed.main}"', "Cache-Control": UNCHANGING}
        return Response(packed.content, media_type=packed.media_type, headers=headers)
