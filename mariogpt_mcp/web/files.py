"""Files over HTTP: a stored level in each of its formats, and what the Java game loads."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.mario_gpt_package import java_file
from mariogpt_mcp.service.schema import CheckResult, LevelResult, result_of
from mariogpt_mcp.web.dependencies import Context, StoredLevelById
from mariogpt_mcp.web.error_responses import NOT_FOUND, NotFound

router = APIRouter()

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
"""Headers of responses that never change: a stored level is never written again."""

JAVA_GAME = "PlayLevel.jar"
JAVA_PICTURES = (
    *("mapsheet", "itemsheet", "enemysheet", "particlesheet", "favicon"),
    *("mariosheet", "smallmariosheet", "firemariosheet"),
)
"""The pictures that the Java game loads."""

JAVA_MEDIA_TYPES = {
    JAVA_GAME: "application/java-archive",
    **{f"img/{name}.png": "image/png" for name in JAVA_PICTURES},
}
"""Files of the Java game, and their media types."""


def _documented(media_type: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": schema}}}, **NOT_FOUND}


_BINARY = {"type": "string", "format": "binary"}
_TEXT = {"type": "string"}
_RESULT = {"anyOf": [{"$ref": f"#/components/schemas/{model.__name__}"} for model in (LevelResult, CheckResult)]}


@router.get("/levels/{id}.png", include_in_schema=False)
@router.get(
    "/api/levels/{id}.png",
    operation_id="level_png",
    response_class=Response,
    responses=_documented("image/png", _BINARY),
)
def level_png(level: StoredLevelById) -> Response:
    """The picture of a stored level."""
    return Response(level.png, media_type="image/png", headers=IMMUTABLE)


@router.get("/levels/{id}.txt", include_in_schema=False)
@router.get(
    "/api/levels/{id}.txt",
    operation_id="level_txt",
    response_class=Response,
    responses=_documented("text/plain", _TEXT),
)
def level_txt(level: StoredLevelById) -> Response:
    """The 14 rows of a stored level."""
    return PlainTextResponse(level.text + "\n", headers=IMMUTABLE)


@router.get("/levels/{id}.json", include_in_schema=False)
@router.get(
    "/api/levels/{id}.json",
    operation_id="level_json",
    response_class=Response,
    responses=_documented("application/json", _RESULT),
)
def level_json(level: StoredLevelById, context: Context) -> Response:
    """A stored level with its report, as the JSON API returns it."""
    return JSONResponse(result_of(level, context.links.of(level.id)).model_dump(mode="json"), headers=IMMUTABLE)


@router.get("/levels/{id}/path.png", include_in_schema=False)
def level_path_png(level: StoredLevelById) -> Response:
    """The picture of a stored level with the path of the run that beat it."""
    return Response(level.path_png, media_type="image/png", headers=IMMUTABLE)


@router.get("/levels/{id}/export/{format}", include_in_schema=False)
@router.get(
    "/api/levels/{id}/export/{format}",
    operation_id="export_level",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": _TEXT}, "application/zip": {"schema": _BINARY}}},
        **NOT_FOUND,
    },
)
def export_level(
    level: StoredLevelById, format: Annotated[str, InPath(json_schema_extra={"enum": list(FORMATS)})]
) -> Response:
    """A stored level in the format of another editor or game; a .zip if the format needs a tileset picture as well."""
    try:
        packed = export(level.level, format, f"mario-{level.id[:8]}").packed()
    except MarioGPTError as error:  # no such format
        raise NotFound(str(error)) from None
    headers = {"Content-Disposition": f'attachment; filename="{packed.main}"', **IMMUTABLE}
    return Response(packed.content, media_type=packed.media_type, headers=headers)


@router.get("/java/{name:path}", include_in_schema=False)
def java_game_file(name: str) -> Response:
    """A file that the Java game is made of.

    CheerpJ reads the .jar in parts: `FileResponse` supports Range requests, and no middleware compresses responses.
    """
    if name not in JAVA_MEDIA_TYPES:
        raise NotFound("The Java game has no such file.")
    try:
        return FileResponse(java_file(name), media_type=JAVA_MEDIA_TYPES[name])
    except MarioGPTError as error:
        raise NotFound(str(error)) from None
