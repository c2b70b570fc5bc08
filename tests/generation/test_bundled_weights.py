"""The bundled weights. These tests are slow because they make real levels."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from mariogpt_mcp.evaluation.prompts import COMBINATIONS, combination_prompts, number_prompts
from mariogpt_mcp.evaluation.tile_patterns import diversity
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.model.files import BUNDLED_FOLDER, CONFIG_FILE, WEIGHTS_FILE
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.play.replay import Replay
from mariogpt_mcp.settings import ModelSettings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bundled() -> MarioGPT:
    return MarioGPT(ModelLoader(ModelSettings(device="cpu")))


def test_prompts_are_followed_and_levels_are_valid(bundled: MarioGPT) -> None:
    missed = 0
    for seed, prompt in enumerate(combination_prompts(COMBINATIONS)):
        made = bundled.generate(prompt, seed=seed)
        assert faults(made.level.ids) == []
        assert Features.of(made.level).widest_gap <= 9
        missed += not made.report.met
        assert made.report.beatable.safe_start
        assert Replay.parse(made.report.beatable.replay).wins(made.level)
    assert missed <= 1


def test_numbers_are_exact(bundled: MarioGPT) -> None:
    missed = [p for seed, p in enumerate(number_prompts(20, 0)) if not bundled.generate(p, seed=seed).report.met]
    assert missed == []


@pytest.mark.parametrize("style", STYLES)
def test_styles_are_reached_from_the_prompt(bundled: MarioGPT, style: str) -> None:
    levels = [bundled.generate(f"{style} level", seed=seed).level for seed in range(4)]
    assert [Features.of(level).style for level in levels] == [style] * 4


def test_diversity_rises_with_the_temperature(bundled: MarioGPT) -> None:
    def spread(temperature: float) -> float:
        made = [bundled.generate("some pipes", temperature=temperature, seed=seed).level.ids for seed in range(6)]
        return diversity(made, 100, 60, np.random.default_rng(0))

    calm, default, wild = (spread(temperature) for temperature in (0.1, 1.0, 2.0))
    assert calm < default < wild


@pytest.mark.parametrize("temperature", [0.1, 1.0, 2.0])
@pytest.mark.parametrize("size", [100, 2799])
def test_all_sizes_and_temperatures(bundled: MarioGPT, size: int, temperature: float) -> None:
    made = bundled.generate("some pipes", level_size=size, temperature=temperature, seed=1)
    assert faults(made.level.ids) == []
    assert len(made.png) < 80_000


def test_no_level_is_all_air_or_all_ground(bundled: MarioGPT) -> None:
    for seed in range(10):
        text = bundled.generate("", seed=seed).text.replace("\n", "")
        assert 0.5 < text.count("-") / len(text) < 0.97  # 100 columns of the corpus: 0.53 and more


def test_the_checkpoint_is_small_and_has_its_card() -> None:
    folder = files("mariogpt_mcp.resources").joinpath(BUNDLED_FOLDER)
    assert len(folder.joinpath(WEIGHTS_FILE).read_bytes()) <= 16_000_000
    assert json.loads(folder.joinpath(CONFIG_FILE).read_text())["model_type"] == "column-gpt2"
    card = folder.joinpath("README.md").read_text(encoding="utf-8")
    for part in ("mariogpt-mcp train", "seed", "held out", "VGLC", "MIT"):
        assert part in card
