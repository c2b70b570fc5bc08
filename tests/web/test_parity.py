"""The JavaScript of the pages and its twins in Python agree: simulator, replays, pictures, and the levels in links."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from mariogpt_mcp.check.check import MAX_CHECKED
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import TILE_SIZE, render
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.replay import Replay, ReplayError
from mariogpt_mcp.play.simulator import State, Status, advance, start
from mariogpt_mcp.play.solver import QUICK, solve
from mariogpt_mcp.play.world import World
from mariogpt_mcp.settings import BUNDLED, ModelSettings
from tests.conftest import rule_written

FAVOURED = ["", "<[Bb", "E-", "E-X", "-", "-B", "-X"]

Case = tuple[Level, list[int]]

RUNS = """
async ([data, cases]) => {
  const { World } = await import("/static/player/world.js");
  const { advance, start } = await import("/static/player/simulator.js");
  const { Tiles } = await import("/static/player/tiles.js");
  const tiles = new Tiles(data.tiles);
  const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const found = [];
  for (const [rows, keys] of cases) {
    const world = new World(rows, data.physics, tiles);
    let s = start(world);
    const lines = [];
    const put = () => lines.push(JSON.stringify([
      s.x, s.y, s.vx, s.vy, s.jump, s.onGround, s.ready, s.frame,
      s.actors.map((a) => a.path.at(s.frame - a.since)), s.asleep, s.stomps, s.bumped, s.status]));
    put();
    for (const key of keys) {
      if (s.status) break;
      s = advance(world, s, key);
      put();
    }
    const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\\n")));
    found.push([hex(sum), lines.length, s.status]);
  }
  return found;
}
"""

REPLAYS = """
async (texts) => {
  const { Replay } = await import("/static/player/replay.js");
  return texts.map((text) => {
    const replay = Replay.parse(text);
    return replay && [replay.physics, replay.level, replay.holds, replay.keys, replay.frames];
  });
}
"""

PICTURES = """
async ([data, levels]) => {
  const { Brush, paintLevel } = await import("/static/player/paint.js");
  const { Tiles } = await import("/static/player/tiles.js");
  const brush = new Brush(data.art, new Tiles(data.tiles));
  const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const found = [];
  for (const rows of levels) {
    const canvas = document.createElement("canvas");
    paintLevel(canvas, rows, brush);
    const { data: pixels } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    found.push([canvas.width, canvas.height, hex(await crypto.subtle.digest("SHA-256", pixels))]);
  }
  return found;
}
"""

LINKS = """
async ([data, levels]) => {
  const { decodeLevel, encodeLevel } = await import("/static/pages/share.js");
  const found = [];
  for (const [rows, replay] of levels) {
    const text = await encodeLevel({ rows, replay });
    found.push([text, await decodeLevel(text, data).catch((error) => error.message)]);
  }
  return found;
}
"""

DATA = "JSON.parse(document.getElementById('mario-data').textContent)"


def line(state: State) -> str:
    places = [path.at(state.frame - since) for path, since in state.actors]
    parts = [*state[:8], places, *state[9:12], int(state.status)]
    return json.dumps(parts, separators=(",", ":"))


def here(level: Level, keys: Sequence[int]) -> list[Any]:
    world = World(level.ids)
    states = [start(world)]
    for key in keys:
        if states[-1].status != Status.PLAYING:
            break
        states.append(advance(world, states[-1], key))
    text = "\n".join(line(state) for state in states)
    return [hashlib.sha256(text.encode()).hexdigest(), len(states), int(states[-1].status)]


def assert_same(page: Page, cases: list[Case]) -> list[int]:
    """Both play every case alike; returns how each ended."""
    data = page.evaluate(DATA)
    ends = []
    for i in range(0, len(cases), 200):
        part = cases[i : i + 200]
        there = page.evaluate(RUNS, [data, [[level.rows, keys] for level, keys in part]])
        for case, found in zip(part, there, strict=True):
            assert found == here(*case), f"{case[0]}\n{case[1]}"
            ends.append(found[2])
    return ends


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(f"{address}/play#nothing")
    yield opened
    opened.close()


def random_cases(count: int, seed: int) -> list[Case]:
    rng = random.Random(seed)
    levels = [
        rule_written(rng.randint(1, 80), rng.randrange(2**32), rng.choice(["", "<[Bb", "E-", "E-X", "-", "-B", "-X"]))[
            0
        ]
        for _ in range(max(20, count // 20))
    ]
    cases = []
    for _ in range(count):
        keys: list[int] = []
        while len(keys) < 600:
            keys += [rng.choice([2, 6, 10, 14, 10, 14, rng.randrange(16)])] * rng.randint(1, 25)
        cases.append((rng.choice(levels), keys))
    return cases


def test_random_runs(page: Page) -> None:
    ends = assert_same(page, random_cases(300, 1))
    assert set(ends) >= {Status.WON, Status.FELL, Status.HIT}


def certificates(levels: Sequence[Level]) -> list[Case]:
    runs = [(level, solve(level.ids, QUICK)) for level in levels]
    return [(level, run.replay.keys) for level, run in runs if isinstance(run, Beaten)]


def test_certificates(page: Page, package_level: Level) -> None:
    windows = [package_level[c : c + 40] for c in range(0, package_level.columns - 40, 300)]
    cases = certificates(windows)
    assert len(cases) > 5
    assert set(assert_same(page, cases)) == {Status.WON}


@pytest.mark.slow
def test_ten_thousand_random_runs(page: Page) -> None:
    assert_same(page, random_cases(10_000, 2))


@pytest.mark.slow
def test_five_hundred_certificates(page: Page, package_level: Level) -> None:
    windows = [package_level[c : c + 60] for c in range(0, package_level.columns - 60, 10)]
    cases = certificates(windows)[:500]
    assert len(cases) >= 300
    generator = MarioGPT(ModelLoader(ModelSettings(BUNDLED, "cpu")))
    for seed in range(500 - len(cases)):
        made = generator.generate("", level_size=559, seed=seed)
        cases.append((made.level, Replay.parse(made.report.beatable.replay).keys))
    assert set(assert_same(page, cases)) == {Status.WON}
    assert sum(Features.of(level).enemies > 0 for level, _ in cases) > 100


def replay_texts(count: int, seed: int) -> list[str]:
    """Replays, and texts that differ from one in a few characters."""
    rng = random.Random(seed)
    texts = [
        "",
        "m1--",
        "m1-0123456789ab-",
        " m1-0123456789ab-k30 ",
        "m1-0123456789ab-k30\n",
        "m1-0123456789AB-k30",
        "m\u0661-0123456789ab-k30",
    ]
    for _ in range(count):
        holds = tuple((rng.randrange(16), rng.choice([1, 9, 10, 999])) for _ in range(rng.randrange(8)))
        text = Replay(f"{rng.randrange(16**12):012x}", holds, rng.choice([0, 1, 999_999])).text
        texts.append(text)
        for _ in range(3):
            at = rng.randrange(len(text))
            texts.append(text[:at] + rng.choice(["", *"abpqk019-m. g"]) + text[at + rng.randrange(2) :])
    return texts


def parsed(text: str) -> list[Any] | None:
    try:
        replay = Replay.parse(text)
    except ReplayError:
        return None
    holds = [list(hold) for hold in replay.holds]
    return [replay.physics, replay.level, holds, replay.keys, len(replay.keys)]


def test_replays_are_read_alike(page: Page) -> None:
    texts = [text for text in replay_texts(40, 1) if len(text) < 40]
    found = page.evaluate(REPLAYS, texts)
    for text, replay in zip(texts, found, strict=True):
        assert replay == parsed(text), text
    assert 20 < sum(replay is None for replay in found) < len(found) - 20


def wild_level(rng: random.Random, columns: int) -> Level:
    """Any tile in any place."""
    return Level(tuple("".join(rng.choices(SYMBOLS, k=columns)) for _ in range(HEIGHT)))


def test_levels_are_painted_alike(page: Page, package_level: Level) -> None:
    rng = random.Random(3)
    levels = [wild_level(rng, columns) for columns in (1, 2, 6, 7, 30, 90)]
    levels += [package_level[c : c + 60] for c in range(0, 600, 60)]
    found = page.evaluate(PICTURES, [page.evaluate(DATA), [level.rows for level in levels]])
    for level, picture in zip(levels, found, strict=True):
        size = (level.columns * TILE_SIZE, HEIGHT * TILE_SIZE)
        # Below the level, Python's picture has column numbers.
        painted = render(level, path=False, wrap=False).convert("RGBA").crop((0, 0, *size))
        assert picture == [*size, hashlib.sha256(painted.tobytes()).hexdigest()], level


def test_a_level_in_a_link_stays_the_same(page: Page) -> None:
    rng = random.Random(4)
    shared = [(wild_level(rng, columns).rows, replay) for columns, replay in ((1, ""), (40, "m1-0123456789ab-k30o8"))]
    shared.append((wild_level(rng, MAX_CHECKED).rows, "m1-0123456789ab-" + "".join(f"{k}1" for k in "ko") * 1000))
    for (text, level), (rows, replay) in zip(page.evaluate(LINKS, [page.evaluate(DATA), shared]), shared, strict=True):
        assert re.fullmatch(r"[\w-]+", text)
        assert level == {"rows": list(rows), "replay": replay}


@pytest.mark.parametrize(
    ("rows", "replay", "error"),
    [
        (["-"] * 13, "", "does not have 14 rows"),
        (["-"] * 15, "", "does not have 14 rows"),
        ([""] * 14, "", "does not have 1 to 1000 columns"),
        (["-" * (MAX_CHECKED + 1)] * 14, "", "does not have 1 to 1000 columns"),
        (["-"] * 13 + ["--"], "", "differ in length"),
        (["-"] * 13 + ["x"], "", "has an unknown tile"),
        (["-"] * 14, "k30", "The replay in this link cannot be read"),
        (["-"] * 14, "m1-0123456789ab-k9999k2", "The replay in this link cannot be read"),
        (["-" * 100_000] * 14, "", "does not contain a complete level"),
    ],
)
def test_a_link_that_holds_no_level_is_refused(page: Page, rows: list[str], replay: str, error: str) -> None:
    [[_, message]] = page.evaluate(LINKS, [page.evaluate(DATA), [[rows, replay]]])
    assert error in message
