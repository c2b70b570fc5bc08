"""Pages in a real Chromium, and levels made for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx2
from playwright.sync_api import Page, Request

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Watched:
    """A page whose console errors and failed requests are collected."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("requestfailed", self._failed)
        page.on("response", lambda r: self.problems.append(f"{r.status} {r.url}") if r.status >= 400 else None)

    def _failed(self, request: Request) -> None:
        # Leaving a page aborts what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url}")


def until(page: Page, holds: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until a condition holds. The page's policy forbids evaluating strings in it, so it is polled from here."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "the condition never held"
        page.wait_for_timeout(50)


def made_by(address: str, **body: Any) -> dict[str, Any]:
    """A level made by the server at an address."""
    response = httpx2.post(f"{address}/api/levels", json=body, timeout=60)
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made
