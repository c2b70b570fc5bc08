"""Recognises requests for the MCP endpoint, for the ASGI middleware around it."""

from __future__ import annotations

from starlette.types import Scope


def is_for(scope: Scope, path: str) -> bool:
    """Whether a request is for the endpoint at a path: below any prefix, with or without a slash at the end."""
    if scope["type"] != "http":
        return False
    requested: str = scope["path"]
    return requested.removeprefix(scope.get("root_path", "")).rstrip("/") == path
