"""The player in the browser and the simulator in Python agree in every frame."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.play.replay import Replay
from mariogpt_mcp.play.simulator import State, Status, advance, start
from mariogpt_mcp.play.solver import QUICK, Beaten, solve
from mariogpt_mcp.play.world import World
from mariogpt_mcp.settings import BUNDLED, ModelSettings
from tests.conftest import rule_written

FAVOURED = ["", "<[Bb", "E-", "E-X", "-", "-B", "-X"]

Case = tuple[Level, list[int]]

RUNS = """
async ([data, cases]) => {
  const { World } = await import("/static/player/world.js");
  const { advance, start } = await import("/static/player/simulator.js");
  const solid = data.tiles.filter((t) => t.tags.includes("solid")).map((t) => t.symbol).join("");
  const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const found = [];
  for (const [rows, keys] of cases) {
    const world = new World(rows, data.physics, solid);
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
    runs = [(level, solve(level, QUICK)) for level in levels]
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
