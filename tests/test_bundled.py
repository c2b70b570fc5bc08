"""The weights that are shipped: slow, since real levels are made with them."""

from __future__ import annotations

import itertools
import json
from importlib.resources import files

import pytest

from mariogpt_mcp.features import CLASSES, ELEVATIONS
from mariogpt_mcp.generator import MarioGPT
from mariogpt_mcp.model.checkpoint import CONFIG_FILE
from mariogpt_mcp.model.host import CHECKPOINT, WEIGHTS_FILE, ModelHost
from mariogpt_mcp.structure import faults

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bundled() -> MarioGPT:
    return MarioGPT(ModelHost(device="cpu"))


def test_prompts_are_followed_and_levels_are_whole(bundled: MarioGPT) -> None:
    combinations = list(itertools.product(CLASSES["pipes"], CLASSES["enemies"], CLASSES["blocks"], ELEVATIONS))
    assert len(combinations) == 96
    met = dict.fromkeys(("pipes", "enemies", "blocks", "elevation"), 0)
    for seed, (pipes, enemies, blocks, elevation) in enumerate(combinations):
        prompt = f"{pipes} pipes, {enemies} enemies, {blocks} blocks, {elevation} elevation"
        made = bundled.generate(prompt, seed=seed)
        assert faults(made.level) == []
        for attribute in made.report.attributes:
            met[attribute.name] += attribute.met
    assert min(met.values()) >= 0.85 * 96, met


@pytest.mark.parametrize("temperature", [0.1, 1.0, 2.0])
@pytest.mark.parametrize("size", [100, 2799])
def test_all_sizes_and_temperatures(bundled: MarioGPT, size: int, temperature: float) -> None:
    made = bundled.generate("some pipes", level_size=size, temperature=temperature, seed=1)
    assert faults(made.level) == []
    assert len(made.png) < 80_000


def test_no_level_is_all_air_or_all_ground(bundled: MarioGPT) -> None:
    for seed in range(10):
        text = bundled.generate("", seed=seed).text.replace("\n", "")
        assert 0.6 < text.count("-") / len(text) < 0.97


def test_the_checkpoint_is_small_and_has_its_card() -> None:
    folder = files("mariogpt_mcp.resources").joinpath(CHECKPOINT)
    assert len(folder.joinpath(WEIGHTS_FILE).read_bytes()) <= 16_000_000
    assert json.loads(folder.joinpath(CONFIG_FILE).read_text())["model_type"] == "column-gpt2"
    card = folder.joinpath("README.md").read_text(encoding="utf-8")
    for part in ("mariogpt-mcp train", "seed", "held out", "VGLC", "MIT"):
        assert part in card
