"""Generation with a MarioGPT checkpoint; `tests/model/mariogpt` tests the model itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mariogpt_mcp.generation.candidate_search import draft_level, write_levels
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import MARIOGPT_TEMPERATURES, KeptColumns, Request
from mariogpt_mcp.generation.targets import draw_prompt
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.progress import Progress
from mariogpt_mcp.settings import ModelSettings, settings
from mariogpt_mcp.store.memory import MemoryStore
from tests.mariogpt_checkpoints import TINY, save_bart, save_mariogpt


@pytest.fixture(scope="module")
def loader(tmp_path_factory: pytest.TempPathFactory) -> ModelLoader:
    folder = tmp_path_factory.mktemp("original")
    bart = save_bart(folder / "bart", TINY["n_embd"])
    return ModelLoader(ModelSettings(str(save_mariogpt(folder / "gpt", TINY)), "cpu", bart=str(bart)))


def test_a_prompt_becomes_a_checked_level(loader: ModelLoader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARIOGPT_CANDIDATES", "2")
    monkeypatch.setenv("MARIOGPT_ROUNDS", "1")
    made = MarioGPT(loader).generate("2 pipes, 3 enemies, low elevation", level_size=280, seed=1)
    assert made.report.model == "gpt"
    assert made.report.columns == 20
    assert faults(made.level.ids) == []
    assert made.report.met == all(a.met for a in made.report.attributes)
    again = MarioGPT(loader).generate("2 pipes, 3 enemies, low elevation", level_size=280, seed=1)
    assert again.level == made.level


def test_its_x_tiles_are_the_path(loader: ModelLoader) -> None:
    request = Request.check("many enemies", 280, 1.0, 3)
    drafts = [draft_level(request, CorpusStatistics.of([]), 0, i) for i in range(3)]
    levels = write_levels(loader, request, drafts)
    assert any(level.path for level in levels)
    for level in levels:
        assert all(level.rows[row][column] == "-" for row, column in level.path)
        assert Level.parse(level.text()).rows == level.rows
    assert len({level.rows for level in levels}) > 1


def test_levels_do_not_depend_on_the_rest_of_their_batch(loader: ModelLoader) -> None:
    request = Request.check("", 140, 1.0, 3)
    drafts = [draft_level(request, CorpusStatistics.of([]), 0, i) for i in range(3)]
    together = write_levels(loader, request, drafts)
    assert [write_levels(loader, request, [draft])[0] for draft in drafts] == together


def test_part_of_a_level_is_rewritten(loader: ModelLoader) -> None:
    generator = MarioGPT(loader)
    request = Request.check("", 420, 1.0, 1)
    level = write_levels(loader, request, [draft_level(request, CorpusStatistics.of([]), 0, 0)])[0]
    part = replace(request, columns=10, kept=KeptColumns(level[:10], level[20:]))
    new = write_levels(loader, part, [draft_level(part, generator.loader.statistics, 0, 0)])[0]
    assert new.columns == 30
    assert np.array_equal(new.ids[:10], level.ids[:10])
    assert np.array_equal(new.ids[20:], level.ids[20:])
    assert level[:10].path, "a path that can be continued"
    assert new[:10].path == level[:10].path
    blind = replace(part, kept=KeptColumns(level[:10].with_path([]), level[20:]))
    assert write_levels(loader, blind, [draft_level(part, generator.loader.statistics, 0, 0)])[0] != new


@pytest.mark.parametrize(("temperature", "divisor"), [(0.1, 1.0), (1.0, 2.0), (2.0, 2.7)])
def test_its_temperatures_are_those_of_mariogpt(temperature: float, divisor: float) -> None:
    assert Request.check("", 700, temperature, 0).logit_divisor(MARIOGPT_TEMPERATURES) == pytest.approx(divisor)


def test_its_prompts_name_all_four_attributes() -> None:
    rng = np.random.default_rng(0)
    asked = PromptSpec(pipes="many", enemies=3, blocks="some", elevation="high", style="athletic")
    assert draw_prompt(asked, rng) == "many pipes, 3 enemies, some blocks, high elevation"
    drawn = [draw_prompt(PromptSpec(pipes="no"), rng) for _ in range(300)]
    assert all(text.startswith("no pipes, ") for text in drawn)
    enemies, blocks, elevations = ({text.split(", ")[i] for text in drawn} for i in (1, 2, 3))
    assert enemies == {f"{word} enemies" for word in ("no", "little", "some", "many")}
    assert blocks == {f"{word} blocks" for word in ("little", "some", "many")}
    assert elevations == {"low elevation", "high elevation"}


def test_the_settings_choose_it(loader: ModelLoader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARIOGPT_MODEL", loader.settings.source)
    monkeypatch.setenv("MARIOGPT_BART", str(Path(loader.settings.source).parent / "bart"))
    monkeypatch.setenv("MARIOGPT_WINDOW", "sliding")
    monkeypatch.setenv("MARIOGPT_PRECISION", "bfloat16")
    made = MarioGPT(ModelLoader(settings().for_model())).generate("", level_size=140, seed=1)
    assert made.report.model == "gpt"


async def test_a_download_is_reported_while_getting_ready(loader: ModelLoader) -> None:
    seen: list[str] = []

    async def tell(progress: Progress) -> None:
        seen.append(progress.message)

    loader.status = "downloading owner/name: 3 of 397 MB"
    try:
        await LevelService(MarioGPT(loader), MemoryStore(1, 1)).make(Request.check("", 100, 1.0, 5), tell, 0.001)
    finally:
        loader.status = ""
    assert seen[0] == "downloading owner/name: 3 of 397 MB"
    assert seen[-1] == "done"
