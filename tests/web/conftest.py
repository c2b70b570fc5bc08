from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.servers import http_server
from tests.web.browsing import CHROMIUM_OPTIONS, Watched


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Of a module: while it runs, its thread can have no other event loop."""
    chromium = shutil.which("chromium")
    assert chromium, "the tests of the pages need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield opened
        opened.close()


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
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "MARIOGPT_MODEL": str(tiny_checkpoint), "MARIOGPT_DEVICE": "cpu", "HOME": str(home)}
    with http_server(environment, home / "stderr") as found:
        yield found
