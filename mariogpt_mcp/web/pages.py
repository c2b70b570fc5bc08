"""The pages: compose a level, see and play one, play one that a link carries, play with the original Java game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Form
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS
from mariogpt_mcp.generation.request import RANDOM_SEED, Request
from mariogpt_mcp.level.features import CLASSES, ELEVATIONS
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.mario_gpt_package import java_file
from mariogpt_mcp.report.reports import Report
from mariogpt_mcp.service.level_service import LevelService, Progress
from mariogpt_mcp.service.suggestions import SUGGESTIONS
from mariogpt_mcp.settings import settings
from mariogpt_mcp.store.records import StoredLevel
from mariogpt_mcp.web.middleware.guard import FRAMED_BY
from mariogpt_mcp.web.templates import examples, player_data, render

GALLERY = 12
"""Newest levels shown on the first page."""

COLUMNS = (7, 200)
DEFAULT_COLUMNS = 100

CHOICES: dict[str, Sequence[str]] = {**dict(CLASSES.items()), "elevation": ELEVATIONS, "style": STYLES}
"""What can be composed: attributes and their classes."""


def title_of(level: StoredLevel) -> str:
    """A level's name on the pages: its prompt."""
    if isinstance(level.report, Report):
        report = level.report
        named = report.prompt or "A level without a wish"
        if not report.source_id:
            return named
        return f"{named} (columns {report.first_new_column} to {report.last_new_column})"
    return "A level that was checked"


def played(level: StoredLevel) -> dict[str, Any]:
    """A level as the player takes it."""
    return {"rows": level.level.rows, "replay": level.report.beatable.replay, "title": title_of(level)}


class Pages:
    """Renders the templates; `root` is the path under which the server is reached."""

    def __init__(self, service: LevelService) -> None:
        """Use the settings of this process."""
        self._service = service
        self.root = urlsplit(settings().public_url).path

    def render(
        self, name: str, status: int = 200, *, data: dict[str, Any] | None = None, **values: Any
    ) -> HTMLResponse:
        """A page, with `data` for its scripts."""
        return HTMLResponse(render(name, root=self.root, data={"root": self.root, **(data or {})}, **values), status)

    def home(self, status: int = 200, error: str = "", prompt: str = "") -> Response:
        """The first page."""
        return self.render(
            "home.html",
            status,
            error=error,
            prompt=prompt,
            choices=CHOICES,
            columns=COLUMNS,
            default_columns=DEFAULT_COLUMNS,
            default_temperature=settings().temperature,
            suggestions=SUGGESTIONS,
            examples=examples(),
            data={**player_data(), "examples": examples()},
            gallery=[(level, title_of(level)) for level in self._service.store.newest(GALLERY)],
        )

    def level(self, request: HttpRequest, level: StoredLevel) -> Response:
        """A level's page."""
        base = settings().public_url or str(request.base_url).rstrip("/")
        return self.render(
            "level.html",
            level=level,
            title=title_of(level),
            made=isinstance(level.report, Report),
            formats=FORMATS.values(),
            address=f"{base}/levels/{level.id}",
            data={**player_data(), "level": played(level)},
        )

    def java(self, level: StoredLevel) -> Response:
        """The page that runs the Java game; it may load and run what CheerpJ needs, and nothing else."""
        try:
            java_file("PlayLevel.jar")
            missing = ""
        except MarioGPTError as error:
            missing = str(error)
        loader = urlsplit(settings().cheerpj)
        origin = f"{loader.scheme}://{loader.netloc}"
        page = self.render(
            "java.html",
            level=level,
            title=title_of(level),
            missing=missing,
            data={"loader": settings().cheerpj, "text": level.text + "\n"},
        )
        page.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob: {origin}; "
            f"style-src 'self' 'unsafe-inline' {origin}; img-src 'self' data: blob: {origin}; "
            f"connect-src 'self' blob: data: {origin}; worker-src 'self' blob: {origin}; frame-src 'self' {origin}; "
            f"font-src data: {origin}; media-src blob: data:; base-uri 'none'; frame-ancestors {FRAMED_BY}"
        )
        return page


def composed(prompt: str, chosen: dict[str, str]) -> str:
    """The prompt typed, or else the one that was composed."""
    words = [f"{word} {name}" for name, word in chosen.items() if word]
    return prompt.strip() or ", ".join(words)


async def _silent(progress: Progress) -> None:
    return


def add_pages(web: FastAPI, service: LevelService) -> None:
    """Register the pages."""
    pages, default_temperature = Pages(service), settings().temperature

    def missing(error: MarioGPTError) -> Response:
        return pages.render("missing.html", 404, error=str(error))

    @web.get("/", include_in_schema=False)
    def home() -> Response:
        return pages.home()

    @web.get("/play", include_in_schema=False)
    def play() -> Response:
        return pages.render("play.html", data=player_data())

    @web.post("/levels", include_in_schema=False)
    async def make(
        prompt: Annotated[str, Form()] = "",
        pipes: Annotated[str, Form()] = "",
        enemies: Annotated[str, Form()] = "",
        blocks: Annotated[str, Form()] = "",
        elevation: Annotated[str, Form()] = "",
        style: Annotated[str, Form()] = "",
        columns: Annotated[int, Form()] = DEFAULT_COLUMNS,
        temperature: Annotated[float, Form()] = default_temperature,
        seed: Annotated[int | None, Form()] = None,
    ) -> Response:
        chosen = {"pipes": pipes, "enemies": enemies, "blocks": blocks, "elevation": elevation, "style": style}
        wish = composed(prompt, chosen)
        try:
            request = Request.of_call(wish, columns * HEIGHT - 1, temperature, RANDOM_SEED if seed is None else seed)
            made, _ = await service.make(request, _silent)
        except MarioGPTError as error:
            return pages.home(422, str(error), wish)
        return RedirectResponse(f"{pages.root}/levels/{made.id}", 303)

    @web.get("/levels/{id}", include_in_schema=False)
    def level(request: HttpRequest, id: str) -> Response:
        try:
            return pages.level(request, service.store.get(id))
        except MarioGPTError as error:
            return missing(error)

    @web.get("/levels/{id}/java", include_in_schema=False)
    def java(id: str) -> Response:
        try:
            return pages.java(service.store.get(id))
        except MarioGPTError as error:
            return missing(error)
