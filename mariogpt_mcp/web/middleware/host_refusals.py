"""Explains why a request for another host, or from the page of another site, was refused."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SENTENCES = {
    421: b"This server does not answer under that host name; open it at the address it printed when it started, or add "
    b"the name to MARIOGPT_ALLOWED_HOSTS.\n",
    403: b"This server takes no requests from pages of other sites; open its own page instead, or add the other site "
    b"to MARIOGPT_ALLOWED_ORIGINS, for example https://chat.example.org.\n",
}
"""The body of a response by its status."""


class ExplainHostRefusals:
    """ASGI middleware: replaces the two-word bodies of FastMCP's host and origin check with `SENTENCES`."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application that has the check."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        sentence: bytes | None = None

        async def send_sentence(message: Message) -> None:
            nonlocal sentence
            if message["type"] == "http.response.start":
                sentence = SENTENCES.get(message["status"])
                if sentence is not None:
                    MutableHeaders(scope=message)["content-length"] = str(len(sentence))
            elif sentence is not None and message["type"] == "http.response.body":
                message = {**message, "body": sentence}
                sentence = b""
            await send(message)

        await self._app(scope, receive, send_sentence)
