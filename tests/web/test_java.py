"""The original Java game: its page against a stand-in for CheerpJ's loader, and the very same call on a real JVM."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from mariogpt_mcp.mario_gpt_package import java_file
from tests.game import pipe_pixels, window_with
from tests.servers import http_server
from tests.web.browsing import Watched, made_by, until

PIPE_PIXELS = 2 * 2 * 16
"""A pipe of two tiles; the window doubles its 16 pixels a tile."""

LOADER = """
window.calls = [];
const record = (name, answer) => (...given) => {
  window.calls.push([name, ...given.map((g) => (g instanceof Element ? g.className : g))]);
  return answer;
};
window.cheerpjInit = record("cheerpjInit", Promise.resolve());
window.cheerpOSAddStringFile = record("cheerpOSAddStringFile", Promise.resolve());
window.cheerpjCreateDisplay = record("cheerpjCreateDisplay");
window.cheerpjRunMain = record("cheerpjRunMain", new Promise(() => {}));
"""
"""The calls that CheerpJ 4's documentation describes; it writes down how they are called."""


@pytest.fixture(scope="module")
def loader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A separate site with the stand-in."""
    folder = tmp_path_factory.mktemp("loader")
    (folder / "loader.js").write_text(LOADER)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_address[1]}/loader.js"
        site.shutdown()


@pytest.fixture(scope="module")
def java_address(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory, loader: str) -> Iterator[str]:
    home = tmp_path_factory.mktemp("java")
    environment = {
        **os.environ,
        "MARIOGPT_MODEL": str(tiny_checkpoint),
        "MARIOGPT_CHEERPJ": loader,
        "HOME": str(home),
    }
    with http_server(environment, home / "stderr") as found:
        yield found


@pytest.mark.slow
def test_the_page_calls_cheerpj_as_it_is_documented(watched: Watched, java_address: str) -> None:
    made = made_by(java_address, prompt="2 pipes", level_size=419, seed=1)
    page = watched.page
    page.goto(f"{java_address}/levels/{made['id']}")
    page.get_by_text("Play with the original Java game").click()
    until(page, lambda: len(page.evaluate("window.calls ?? []")) == 4)
    calls: list[Any] = page.evaluate("window.calls")
    assert calls == [
        ["cheerpjInit", {"version": 8, "status": "default"}],
        ["cheerpOSAddStringFile", "/str/level.txt", made["level"] + "\n"],
        ["cheerpjCreateDisplay", 512, 480, "java"],
        ["cheerpjRunMain", "PlayLevel", "/app/java/PlayLevel.jar", "/str/level.txt", "/app/java/img/"],
    ]
    assert page.locator(".java-status").inner_text() == ""
    # What /app/ stands for: this server's files, in parts and uncompressed.
    part = httpx2.get(f"{java_address}/java/PlayLevel.jar", headers={"Range": "bytes=0-3", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.content) == (206, b"PK\x03\x04")
    assert "content-encoding" not in part.headers
    assert httpx2.get(f"{java_address}/java/img/mapsheet.png").content.startswith(b"\x89PNG")


@pytest.mark.slow
def test_without_the_loader_the_page_says_so(browser: Browser, address: str) -> None:
    """The real loader's address, refused as it is on a machine without a network."""
    made = made_by(address, level_size=280, seed=1)
    page = browser.new_page()
    page.route("https://cjrtnc.leaningtech.com/**", lambda route: route.abort())
    page.goto(f"{address}/levels/{made['id']}/java")
    expect(page.locator(".java-status")).to_contain_text("cannot be reached")
    page.get_by_role("link", name="Play with the built-in player").click()
    expect(page.locator(".mp-canvas")).to_be_visible()
    page.close()


@pytest.mark.slow
def test_the_same_jar_and_level_play_on_a_real_jvm(address: str, tmp_path: Path) -> None:
    """The window's picture holds what the level holds: a pipe's green where a pipe is, sky where there is none."""
    level = "\n".join(["-" * 40] * 10 + ["-" * 8 + "<>" + "-" * 30] + ["-" * 8 + "[]" + "-" * 30] * 2 + ["X" * 40])
    assert httpx2.get(f"{address}/java/PlayLevel.jar").content == java_file("PlayLevel.jar").read_bytes()
    window_with(level + "\n", tmp_path, shown)


def shown(picture: Image.Image) -> bool | None:
    """Whether the green pixels of a pipe stand together as wide as one."""
    is_pipe = pipe_pixels(picture)
    if is_pipe is None:
        return None
    columns = np.flatnonzero(is_pipe.any(0))
    return True if columns.max() - columns.min() <= PIPE_PIXELS else None
