"""The game inside the chat, in the MCP Inspector's own page: a host as its authors made it."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.servers import free_port

NODE = Path(sys.prefix) / "node" / "node_modules"
TOKEN = "token"


@pytest.fixture(scope="module")
def inspector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Inspector's web server."""
    home, port = tmp_path_factory.mktemp("inspector"), free_port()
    environment = {
        **os.environ,
        "HOME": str(home),
        "HOST": "127.0.0.1",
        "CLIENT_PORT": str(port),
        "MCP_SANDBOX_PORT": str(free_port()),
        "MCP_AUTO_OPEN_ENABLED": "false",
        "MCP_INSPECTOR_API_TOKEN": TOKEN,
    }
    command = [str(NODE / "node" / "bin" / "node"), str(NODE / ".bin" / "mcp-inspector"), "--web"]
    with (home / "log").open("w") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
        try:
            end = time.monotonic() + 60
            while True:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert time.monotonic() < end, (home / "log").read_text()
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def opened(browser: Browser, inspector: str, address: str, tool: str, arguments: dict[str, object]) -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    link = base64.urlsafe_b64encode(json.dumps(arguments).encode()).decode().rstrip("=")
    server = quote(f"{address}/mcp", safe="")
    page.goto(
        f"{inspector}/?MCP_INSPECTOR_API_TOKEN={TOKEN}&serverUrl={server}&transport=http&autoConnect={TOKEN}"
        f"&openApp={tool}&appArgs={link}&autoOpen={TOKEN}"
    )
    expect(page.locator('[data-testid="connection-status"]')).to_have_attribute(
        "data-status", "connected", timeout=30_000
    )
    expect(page.locator("[data-app-status]").first).to_have_attribute("data-app-status", "ready", timeout=60_000)
    return page


def view_of(page: Page) -> Frame:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        for frame in page.frames:
            if frame.url.startswith("about:srcdoc") and frame.locator(".mp-canvas").count():
                return frame
        page.wait_for_timeout(100)
    raise AssertionError(f"no view among {[frame.url for frame in page.frames]}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("generate_mario_level", {"prompt": "2 pipes", "level_size": 419, "seed": 3}),
        ("check_level", {"level": "\n".join(["-" * 30] * 13 + ["X" * 30])}),
    ],
)
def test_the_level_is_played_in_the_inspector(
    browser: Browser, inspector: str, address: str, tool: str, arguments: dict[str, object], tmp_path: Path
) -> None:
    page = opened(browser, inspector, address, tool, arguments)
    view = view_of(page)
    expect(view.locator('[data-part="status"]')).to_contain_text("30 columns", timeout=30_000)
    page.screenshot(path=str(tmp_path / "app.png"))

    view.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.down("ArrowRight")
    end = time.monotonic() + 20
    while not re.search(r"Column\s*([2-9]|\d\d) of 30", view.locator(".mp-figures").inner_text()):
        assert time.monotonic() < end, "the arrow key did not move Mario"
        page.wait_for_timeout(50)
    page.keyboard.up("ArrowRight")

    status = view.locator('[data-part="status"]')
    another = view.get_by_role("button", name="Another one like it")
    if tool == "check_level":
        assert another.is_hidden()
    else:
        expect(status).to_contain_text("seed 3")
        another.click()
        expect(view.locator('[data-part="status"]')).to_have_text(
            re.compile(r"30 columns, seed \d{2,}"), timeout=60_000
        )
    page.close()


@pytest.mark.slow
def test_another_one_of_new_columns_is_these_columns_again(browser: Browser, inspector: str, address: str) -> None:
    flat = "\n".join(["-" * 30] * 13 + ["X" * 30])
    kept = httpx2.post(f"{address}/api/levels/check", json={"level": flat}).json()
    page = opened(browser, inspector, address, "vary_level", {"id": kept["id"], "columns": "12-13", "seed": 3})
    status = view_of(page).locator('[data-part="status"]')
    expect(status).to_contain_text("30 columns, columns 12 to 13 new, seed 3", timeout=60_000)
    # With a random seed, two columns between kept ones may get no candidate that can be beaten.
    written, refused = (
        r"30 columns, columns 12 to 13 new, seed \d{2,}",
        r"No candidate for columns 12 to 13 gives a level that can be beaten",
    )
    for _ in range(5):
        view_of(page).get_by_role("button", name="Another one like it").click()
        expect(status).to_have_text(re.compile(f"{written}|{refused}"), timeout=60_000)
        if re.search(written, status.inner_text()):
            break
    expect(status).to_have_text(re.compile(written))
    page.close()
