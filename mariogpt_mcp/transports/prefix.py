"""Serves an application under a path prefix, whether a proxy removes the prefix from the requests or not."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class UnderPrefix:
    """ASGI middleware: every request has the prefix as its root path, as routing, redirects and OpenAPI expect it."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        """Wrap an application; the prefix begins with a slash and does not end with one."""
        self._app, self._prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http":
            path: str = scope["path"]
            if path != self._prefix and not path.startswith(f"{self._prefix}/"):
                path = self._prefix + path
            scope = {**scope, "path": path, "raw_path": path.encode(), "root_path": self._prefix}
        await self._app(scope, receive, send)
