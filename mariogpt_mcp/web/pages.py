"""The pages: the start page with the form, a level's page, a shared level's page, and the original Java game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS
from mariogpt_mcp.generation.request import RANDOM_SEED, Request, columns_of, seed_of_call
from mariogpt_mcp.level.features import CLASSES, ELEVATIONS
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.mario_gpt_package import java_file
from mariogpt_mcp.report.reports import Report
from mariogpt_mcp.service.suggestions import SUGGESTIONS
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, LEVEL_SIZE_RANGE, MAX_SEED, TEMPERATURE_RANGE
from mariogpt_mcp.store.records import StoredLevel
from mariogpt_mcp.web.dependencies import Context, WebContext
from mariogpt_mcp.web.files import JAVA_GAME
from mariogpt_mcp.web.level_events import level_events
from mariogpt_mcp.web.middleware.security_headers import FRAME_ANCESTORS
from mariogpt_mcp.web.templates import examples, player_data, render

router = APIRouter(include_in_schema=False)

GALLERY = 12
"""Newest levels on the start page."""

COLUMNS_RANGE = tuple(columns_of(size) for size in LEVEL_SIZE_RANGE)
DEFAULT_COLUMNS = columns_of(DEFAULT_LEVEL_SIZE)

CHOICES: dict[str, Sequence[str]] = {**dict(CLASSES.items()), "elevation": ELEVATIONS, "style": STYLES}
"""The attributes that the form offers, and their classes; each is a field of `LevelForm`."""


class LevelForm(BaseModel):
    """The form of the start page."""

    prompt: str = ""
    pipes: str = ""
    enemies: str = ""
    blocks: str = ""
    elevation: str = ""
    style: str = ""
    columns: int = DEFAULT_COLUMNS
    temperature: float | None = None
    seed: int = RANDOM_SEED

    @property
    def full_prompt(self) -> str:
        """The typed prompt, or one of the chosen classes if nothing was typed: "many pipes, low elevation"."""
        chosen = [f"{word} {name}" for name in CHOICES if (word := getattr(self, name))]
        return self.prompt.strip() or ", ".join(chosen)

    def request(self, default_temperature: float) -> Request:
        """The checked and clamped request.

        Raises:
            MarioGPTError: a value cannot be used.
        """
        temperature = default_temperature if self.temperature is None else self.temperature
        # The smallest level has a few tiles more than its columns; without this, a note would say that it was clamped.
        is_smallest = self.columns == COLUMNS_RANGE[0]
        level_size = LEVEL_SIZE_RANGE[0] if is_smallest else self.columns * HEIGHT - 1
        return Request.check(self.full_prompt, level_size, temperature, seed_of_call(self.seed))


@router.get("/")
def start_page(context: Context) -> Response:
    """The start page."""
    return render_start_page(context)


@router.post("/levels")
async def make_from_form(form: Annotated[LevelForm, Form()], context: Context) -> Response:
    """Make a level and redirect to its page: what the form does in a browser without JavaScript."""
    try:
        made, _ = await context.service.make(form.request(context.temperature))
    except MarioGPTError as error:
        return await run_in_threadpool(render_start_page, context, error=str(error), prompt=form.full_prompt)
    return RedirectResponse(f"{context.root}/levels/{made.id}", 303)


@router.post("/levels/stream")
async def stream_from_form(form: Annotated[LevelForm, Form()], context: Context) -> Response:
    """Make a level and report on it as server-sent events: what the form does in a browser with JavaScript."""
    return level_events(context.service, form.request(context.temperature))


@router.get("/play")
def shared_level_page(context: Context) -> Response:
    """The page for a level that is in the fragment of the page's address, which the server does not get."""
    return _page(context, "play.html", data=player_data())


@router.get("/levels/{id}")
def level_page(request: HttpRequest, id: str, context: Context) -> Response:
    """The page of a stored level."""
    try:
        level = context.service.store.get(id)
    except MarioGPTError as error:
        return _missing_page(context, error)
    shown = {"rows": level.level.rows, "replay": level.report.beatable.replay, "title": title_of(level)}
    return _page(
        context,
        "level.html",
        level=level,
        title=title_of(level),
        made=isinstance(level.report, Report),
        formats=FORMATS.values(),
        address=f"{context.base_url(request)}/levels/{level.id}",
        data={**player_data(), "level": shown},
    )


@router.get("/levels/{id}/java")
def java_page(id: str, context: Context) -> Response:
    """The page that plays a stored level in the original Java game, run by CheerpJ."""
    try:
        level = context.service.store.get(id)
    except MarioGPTError as error:
        return _missing_page(context, error)
    try:
        java_file(JAVA_GAME)
        missing = ""
    except MarioGPTError as error:
        missing = str(error)
    loader = context.settings.cheerpj
    page = _page(
        context,
        "java.html",
        level=level,
        title=title_of(level),
        missing=missing,
        data={"loader": loader, "text": level.text + "\n"},
    )
    page.headers["Content-Security-Policy"] = _policy_for_cheerpj(loader)
    return page


def title_of(level: StoredLevel) -> str:
    """A level's title on the pages: its prompt, and the new columns of a level that was revised."""
    if not isinstance(level.report, Report):
        return "A checked level"
    report = level.report
    title = report.prompt or "A level without a prompt"
    if not report.source_id:
        return title
    return f"{title} (columns {report.first_new_column} to {report.last_new_column})"


def render_start_page(context: WebContext, *, error: str = "", prompt: str = "") -> Response:
    """The start page; with an error, its status is 422 and the form holds the prompt that was sent."""
    return _page(
        context,
        "home.html",
        status=422 if error else 200,
        error=error,
        prompt=prompt,
        choices=CHOICES,
        columns_range=COLUMNS_RANGE,
        default_columns=DEFAULT_COLUMNS,
        temperature_range=TEMPERATURE_RANGE,
        default_temperature=context.temperature,
        random_seed=RANDOM_SEED,
        max_seed=MAX_SEED,
        suggestions=SUGGESTIONS,
        examples=examples(),
        data={**player_data(), "examples": examples()},
        gallery=[(level, title_of(level)) for level in context.service.store.newest(GALLERY)],
    )


def _missing_page(context: WebContext, error: MarioGPTError) -> Response:
    return _page(context, "missing.html", status=404, error=str(error))


def _page(
    context: WebContext, template: str, *, status: int = 200, data: dict[str, Any] | None = None, **values: Any
) -> HTMLResponse:
    """A rendered template; `data` is for the scripts of the page."""
    root = context.root
    return HTMLResponse(render(template, root=root, data={"root": root, **(data or {})}, **values), status)


def _policy_for_cheerpj(loader: str) -> str:
    """The content security policy of the Java page: CheerpJ compiles to code that it evaluates, and uses workers."""
    parts = urlsplit(loader)
    origin = f"{parts.scheme}://{parts.netloc}"
    return (
        f"default-src 'none'; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob: {origin}; "
        f"style-src 'self' 'unsafe-inline' {origin}; img-src 'self' data: blob: {origin}; "
        f"connect-src 'self' blob: data: {origin}; worker-src 'self' blob: {origin}; frame-src 'self' {origin}; "
        f"font-src data: {origin}; media-src blob: data:; base-uri 'none'; frame-ancestors {FRAME_ANCESTORS}"
    )
