"""How a request that fails is answered: one sentence, in JSON."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from mariogpt_mcp.service.argument_errors import sentence


class Failure(BaseModel):
    """What went wrong."""

    error: str = Field(description="one plain sentence")


NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Failure, "description": "there is no such level"}}
REFUSED: dict[int | str, dict[str, Any]] = {
    413: {"model": Failure, "description": "the request is too large"},
    422: {"model": Failure, "description": "a value cannot be used"},
}


NO_JSON = 'The body is no JSON; send for example {"prompt": "many pipes"}.'


def failure(error: str, status: int) -> Response:
    """The answer."""
    return JSONResponse(Failure(error=error).model_dump(), status)


async def refuse_arguments(request: Request, error: Exception) -> Response:
    """Answer a request whose body or query does not fit."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return failure(NO_JSON, 422)
    name = ".".join(str(part) for part in first["loc"][1:])
    return failure(sentence(f"{request.method} {request.url.path}", first, name), 422)


async def refuse(request: Request, error: Exception) -> Response:
    """Answer what there is no page for."""
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # only the body is parsed before anything else can fail
        return failure(NO_JSON, 422)
    if error.status_code == 405:
        answer = failure(f"{request.url.path} does not take {request.method}.", 405)
        answer.headers.update(error.headers or {})
        return answer
    if error.status_code == 404:
        return failure(f"There is nothing at {request.url.path[:80]}; the levels are made at /.", 404)
    return failure(str(error.detail), error.status_code)
