"""The model card: its pictures are what it says."""

from __future__ import annotations

import re

import pytest
from PIL import Image, ImageChops

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.rendering import render
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings
from tests.conftest import ROOT

CARD = (ROOT / "resources" / "checkpoint" / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("temperature", ["0.1", "1.0", "2.0"])
def test_the_pictures_of_temperatures_are_what_they_say(temperature: str) -> None:
    [(prompt, seed)] = re.findall(r'mariogpt-mcp generate "([^"]+)" --seed (\d+)` at temperatures', CARD)
    made = MarioGPT(ModelLoader(ModelSettings(device="cpu"))).generate(
        prompt, seed=int(seed), temperature=float(temperature)
    )
    shown = Image.open(ROOT / "resources" / f"temperature-{temperature}.png").convert("RGB")
    assert ImageChops.difference(shown, render(made.level, path=False).convert("RGB")).getbbox() is None
