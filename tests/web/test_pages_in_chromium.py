"""The pages in a real browser, walked through as a visitor would."""

from __future__ import annotations

import re

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from mariogpt_mcp.web.templates import examples
from tests.web.browsing import Watched, made_by, until

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
MOST_BYTES = 150_000


def column(page: Page) -> int:
    """Where the player's figures say that the hero is."""
    found = re.search(r"Column\s*(\d+) of", page.inner_text(".mp-figures"))
    assert found
    return int(found.group(1))


@pytest.mark.slow
def test_a_visit_from_form_to_game(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(address)
    expect(page.locator("canvas.mp-canvas")).to_be_visible()

    page.get_by_text("underground", exact=True).click()
    page.locator("summary", has_text="Advanced").click()
    page.locator("#columns").fill("30")
    page.locator("#seed").fill("5")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/levels/[0-9a-f-]{36}$"))
    made = page.url
    assert page.locator("h1").inner_text() == "underground style"
    assert page.locator(".badge", has_text="seed 5").is_visible()
    assert page.locator(".badge", has_text="30 columns").is_visible()

    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.down("ArrowRight")
    until(page, lambda: column(page) > 1)
    page.keyboard.up("ArrowRight")
    page.keyboard.press("r")
    until(page, lambda: column(page) == 1)

    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".shared")).not_to_be_empty()

    shared = page.locator(".shared input")
    link = shared.input_value() if shared.count() else page.evaluate("navigator.clipboard.readText()")
    assert "/play#" in link
    page.goto(link)
    page.reload()
    expect(page.locator("canvas.mp-canvas")).to_be_visible()
    assert "1 of 30" in page.inner_text(".mp-figures")

    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(made)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto(address)
    assert page.locator(".gallery a").count() >= 1
    page.go_back()
    assert page.url == made


@pytest.mark.slow
def test_a_level_is_watched_being_beaten_to_the_flag(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(address)
    page.get_by_role("button", name=examples()[1]["title"]).click()
    page.get_by_role("button", name="Watch it being beaten").click()
    until(page, lambda: "Beaten in" in page.inner_text(".mp-screen"))


@pytest.mark.slow
def test_a_level_is_won_by_hand(watched: Watched, address: str) -> None:
    flat = "\n".join(["-" * 20] * 12 + ["X" * 20] * 2)
    level = httpx2.post(f"{address}/api/levels/check", json={"level": flat}).json()
    page = watched.page
    page.goto(f"{address}/levels/{level['id']}")
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.down("ArrowRight")
    until(page, lambda: "made it" in page.inner_text(".mp-screen").lower())


@pytest.mark.slow
def test_the_form_works_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.locator("#prompt").fill("3 pipes")
    page.locator("summary", has_text="Advanced").click()
    page.locator("#columns").fill("20")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url(re.compile(r"/levels/[0-9a-f-]{36}$"))
    assert page.locator("h1").inner_text() == "3 pipes"
    assert page.locator("img.plain").evaluate("i => i.naturalWidth") == 20 * 16
    context.close()


@pytest.mark.slow
def test_the_path_is_shown_and_hidden(watched: Watched, address: str) -> None:
    flat = "\n".join(["-" * 20] * 12 + ["X" * 20] * 2)
    level = httpx2.post(f"{address}/api/levels/check", json={"level": flat}).json()
    page = watched.page
    page.goto(f"{address}/levels/{level['id']}")
    plain, path = page.locator("img.plain"), page.locator("img.path")
    expect(plain).to_be_visible()
    expect(path).to_be_hidden()
    page.locator("#show-path").check()
    expect(plain).to_be_hidden()
    expect(path).to_be_visible()


@pytest.mark.slow
def test_what_cannot_be_used_is_said_above_the_form(address: str) -> None:
    answer = httpx2.post(f"{address}/levels", data={"seed": "99999999999", "prompt": "<script>alert(1)</script>"})
    assert answer.status_code == 422
    assert "seed must be a whole number from 0 to 4294967295" in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/play"])
def test_pages_are_small_and_fast(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < MOST_BYTES
    context.close()


NASTY = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


@pytest.mark.slow
def test_markup_in_a_prompt_stays_text(watched: Watched, address: str) -> None:
    page = watched.page
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    made = made_by(address, prompt=NASTY + " 2 pipes", level_size=280, seed=1)
    for place in (f"/levels/{made['id']}", "/", f"/levels/{made['id']}/java"):
        answer = httpx2.get(address + place)
        assert "<img src=x" not in answer.text
        assert "<script>alert" not in answer.text
    page.goto(f"{address}/levels/{made['id']}")
    assert "<script>" in page.locator("h1").inner_text()


@pytest.mark.slow
def test_an_unknown_level_has_a_page_that_says_so(address: str) -> None:
    answer = httpx2.get(f"{address}/levels/{'%3Cb%3E'}")
    assert answer.status_code == 404
    assert "There is no level" in answer.text
    assert "<b>" not in answer.text


@pytest.mark.slow
def test_a_broken_link_is_one_sentence(watched: Watched, address: str) -> None:
    watched.page.goto(f"{address}/play#garbage")
    expect(watched.page.locator(".error")).to_be_visible()
    assert watched.page.locator(".card").is_hidden()


@pytest.mark.slow
def test_links_to_a_level_have_a_title_and_a_picture(address: str) -> None:
    made = made_by(address, prompt="many pipes", level_size=280, seed=2)
    page = httpx2.get(f"{address}/levels/{made['id']}").text
    assert "<title>many pipes · a Super Mario level</title>" in page
    assert f'<meta property="og:image" content="{address}/levels/{made["id"]}.png">' in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "status", "sentence"),
    [
        ({"Host": "evil.example"}, 421, "does not answer under that host name"),
        ({"Origin": "https://evil.example"}, 403, "takes no requests from pages of other sites"),
    ],
)
def test_other_hosts_and_origins_are_refused(address: str, headers: dict[str, str], status: int, sentence: str) -> None:
    answer = httpx2.post(f"{address}/api/levels", json={}, headers=headers)
    assert answer.status_code == status
    assert sentence in answer.text


@pytest.mark.slow
def test_a_level_whose_tiles_look_like_markup_stays_text(watched: Watched, address: str) -> None:
    """`<b>` and `<S>` are tiles."""
    rows = ["-" * 10] * 12 + ["<b>-<S>-<>"] + ["X" * 10]
    level = httpx2.post(f"{address}/api/levels/check", json={"level": "\n".join(rows)}).json()
    page = watched.page
    page.goto(f"{address}/levels/{level['id']}")
    page.locator("summary", has_text="The level as text").click()
    assert page.locator("pre").last.inner_text().split("\n") == rows
    assert page.locator("main b, main s").count() == 0
