"""JSON responses to requests that fail: each holds one sentence."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.service.argument_errors import sentence

MAX_PATH = 80
"""Characters of a requested path that a response or a log line repeats."""

MAX_KIND = 60
"""Characters of a Content-Type that a response repeats."""

JSON_HEADER = "Content-Type: application/json"
INVALID_JSON = 'The request body is not valid JSON; send, for example, {"prompt": "many pipes"}.'


class NotFound(MarioGPTError):
    """There is no level with the requested id, or no such file."""


class Failure(BaseModel):
    """What went wrong."""

    error: str = Field(description="one plain sentence")


NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"model": Failure, "description": "there is no such level"}}
REFUSED: dict[int | str, dict[str, Any]] = {
    413: {"model": Failure, "description": "the request is too large"},
    415: {"model": Failure, "description": "the body is not marked as JSON"},
    422: {"model": Failure, "description": "a value cannot be used"},
}


def failure(error: str, status: int) -> Response:
    """The response for an error."""
    return JSONResponse(Failure(error=error).model_dump(), status)


async def not_found(request: Request, error: Exception) -> Response:
    """Respond to a request for a level or a file that does not exist."""
    return failure(str(error), 404)


async def request_refused(request: Request, error: Exception) -> Response:
    """Respond to a request whose values cannot be used."""
    return failure(str(error), 422)


async def invalid_arguments(request: Request, error: Exception) -> Response:
    """Respond to a request whose body or query does not match its schema."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return failure(INVALID_JSON, 422)
    kind = request.headers.get("content-type", "")
    if first["loc"] == ("body",) and "json" not in kind:
        sent = f"not {kind[:MAX_KIND]}" if kind else "which this request does not have"
        return failure(f"{request.method} {request.url.path} needs the header {JSON_HEADER}, {sent}.", 415)
    name = ".".join(str(part) for part in first["loc"][1:])
    return failure(sentence(f"{request.method} {request.url.path}", first, name), 422)


async def http_error(request: Request, error: Exception) -> Response:
    """Respond to a request for which there is no route."""
    assert isinstance(error, HTTPException)
    path = request.url.path[:MAX_PATH]
    if error.status_code == 400:  # FastAPI raises it for a body that it cannot parse, and for nothing else here
        return failure(INVALID_JSON, 422)
    if error.status_code == 405:
        response = failure(f"{path} does not accept {request.method}.", 405)
        response.headers.update(error.headers or {})
        return response
    if error.status_code == 404:
        return failure(f"There is nothing at {path}; the start page is at /.", 404)
    return failure(str(error.detail), error.status_code)


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    NotFound: not_found,
    MarioGPTError: request_refused,
    RequestValidationError: invalid_arguments,
    HTTPException: http_error,
}
