from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.servers import http_server

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Of a module: while it runs, its thread can have no other event loop."""
    chromium = shutil.which("chromium")
    assert chromium, "the tests of the pages need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield opened
        opened.close()


class Watched:
    """A page whose every console error and failed request is kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("requestfailed", self._failed)
        page.on("response", lambda r: self.problems.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def _failed(self, request: Request) -> None:
        # Whoever leaves a page ends what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url}")


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """A fresh page; what went wrong in it fails the test."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    found = Watched(context.new_page())
    yield found
    context.close()
    assert found.problems == []


@pytest.fixture(scope="module")
def address(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real server, with the tiny model."""
    import os

    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "MARIOGPT_MODEL": str(tiny_checkpoint), "MARIOGPT_DEVICE": "cpu", "HOME": str(home)}
    with http_server(environment, home / "stderr") as found:
        yield found
