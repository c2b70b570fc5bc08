from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.model.files import WEIGHTS_FILE
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.play.replay import Replay
from mariogpt_mcp.settings import ModelSettings, settings
from tests.level.statistics_of import statistics_of


def test_the_same_seed_makes_the_same_level(generator: MarioGPT) -> None:
    first = generator.generate("some pipes", level_size=400, seed=3)
    assert generator.generate("some pipes", level_size=400, seed=3).level == first.level
    assert generator.generate("some pipes", level_size=400, seed=4).level != first.level
    assert first.id != generator.generate("some pipes", level_size=400, seed=3).id


def test_the_key_differs_for_other_models_and_settings(tiny_checkpoint: Path, tmp_path: Path) -> None:
    """Otherwise a store would return a level of another model."""

    def key(folder: Path, **settings: Any) -> str:
        return MarioGPT(loader=ModelLoader(ModelSettings(str(folder), **settings))).key(Request.check("", 200, 1.0, 1))

    places = [tmp_path / name / "same-name" for name in ("a", "b")]
    for place in places:
        shutil.copytree(tiny_checkpoint, place)
    first = key(places[0])
    assert key(places[0]) == first
    others = [
        key(places[1]),
        key(places[0], bart="owner/another-bart"),
        key(places[0], window="sliding"),
        key(places[0], precision="bfloat16"),
    ]
    weights = places[0] / WEIGHTS_FILE
    os.utime(weights, ns=(1, 1))
    others.append(key(places[0]))
    assert len({first, *others}) == 6


def test_the_key_is_that_of_the_loaded_weights(tiny_checkpoint: Path, tmp_path: Path) -> None:
    """A training run may write better weights to the folder in the meantime."""
    folder = shutil.copytree(tiny_checkpoint, tmp_path / "model")
    generator, request = MarioGPT(ModelLoader(ModelSettings(str(folder), "cpu"))), Request.check("", 100, 1.0, 1)
    made = generator.make(request)
    os.utime(folder / WEIGHTS_FILE, ns=(1, 1))
    assert generator.key(request) == made.key
    assert MarioGPT(ModelLoader(ModelSettings(str(folder), "cpu"))).key(request) != made.key


def test_the_temperature_of_the_settings_is_used_if_a_call_gives_none(
    generator: MarioGPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARIOGPT_TEMPERATURE", "0.5")
    settings.cache_clear()
    generator = MarioGPT(generator.loader)
    assert generator.generate("", level_size=100, seed=1).report.temperature == 0.5
    assert generator.generate("", level_size=100, seed=1, temperature=1.5).report.temperature == 1.5


def test_a_random_seed_is_reported_and_makes_the_level_again(generator: MarioGPT) -> None:
    made = generator.generate("", level_size=200)
    assert generator.generate("", level_size=200, seed=made.report.seed).level == made.level


def test_the_report_describes_the_level(generator: MarioGPT) -> None:
    made = generator.generate("many pipes, 3 enemies, spooky", level_size=700, seed=1, temperature=1.5)
    report, features = made.report, Features.of(made.level)
    assert [a.count for a in report.attributes[:3]] == [features.pipes, features.enemies, features.blocks]
    assert report.attributes[0].got == features.class_of("pipes")
    assert report.met == all(a.met for a in report.attributes)
    assert report.structure_faults == len(faults(made.level.ids)) == 0
    assert report.columns == made.level.columns == 50
    assert report.not_understood == ["spooky"]
    assert (report.seed, report.temperature, report.level_size) == (1, 1.5, 700)
    assert report.widest_gap == features.widest_gap
    assert (report.attributes[-1].name, report.attributes[-1].got) == ("style", features.style)
    text = report.text()
    assert "asked many, got" in text
    assert f", {features.elevation} elevation, {features.style} style" in text
    assert "not understood, no effect: 'spooky'" in text
    assert "seed 1" in text


def test_missed_attributes_are_reported(generator: MarioGPT) -> None:
    """Noise cannot have 300 pipes: the report must say so."""
    report = generator.generate("300 pipes", level_size=700, seed=1).report
    assert not report.met
    assert "(NOT MET)" in report.text()
    assert report.candidates == 21


def test_small_levels_can_have_enemies(generator: MarioGPT) -> None:
    assert generator.generate("3 enemies", level_size=100, seed=1).report.met


def test_out_of_range_values_are_clamped_and_noted(generator: MarioGPT) -> None:
    report = generator.generate("", level_size=7, temperature=9, seed=0).report
    assert (report.level_size, report.temperature, report.columns) == (100, 2.0, 7)
    assert len(report.notes) == 2
    assert "level_size 7 was clamped to 100" in report.notes[1]
    assert Request.check("", 10**9, -1, 0).level_size == 2799


def test_the_statistics_of_a_checkpoint_fill_in_open_attributes(
    tiny_checkpoint: Path, tmp_path: Path, generator: MarioGPT
) -> None:
    """If the windows of the corpus have no pipes and enemies, an empty prompt makes a level without them."""
    shutil.copytree(tiny_checkpoint, tmp_path / "known")
    statistics_of(np.array([[0, 0, 60, 0, 0, 0]] * 9)).save(tmp_path / "known" / STATISTICS_FILE)
    known = MarioGPT(ModelLoader(ModelSettings(str(tmp_path / "known"), "cpu"))).generate("", level_size=700, seed=1)
    assert (Features.of(known.level).pipes, Features.of(known.level).enemies) == (0, 0)
    assert known.report.attributes[0].asked == ""
    unknown = Features.of(generator.generate("", level_size=700, seed=1).level)
    assert unknown.pipes + unknown.enemies > 0


@pytest.mark.slow
def test_several_threads_make_the_same_levels_as_one(loader: ModelLoader) -> None:
    generator = MarioGPT(loader)
    singly = [generator.generate("some pipes", level_size=300, seed=i).level for i in range(4)]
    together: dict[int, object] = {}

    def work(i: int) -> None:
        together[i] = generator.generate("some pipes", level_size=300, seed=i).level

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[i] for i in range(4)] == singly


def test_importing_the_package_imports_neither_torch_nor_the_server() -> None:
    code = "import mariogpt_mcp, sys; print([m for m in ('torch', 'transformers', 'fastmcp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_note_names_missed_attributes_and_says_what_to_do(generator: MarioGPT) -> None:
    report = generator.generate("1000 pipes", level_size=140, seed=1).report
    assert not report.met
    assert any("pipes missed" in note and "another seed" in note for note in report.notes)
    assert report.candidates == 21


def test_a_beaten_level_comes_with_the_run_that_beats_it(generator: MarioGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    flat = np.zeros((7, 50, HEIGHT), dtype=np.int64)
    flat[:, :, 0] = tile("X").id
    monkeypatch.setattr("mariogpt_mcp.generation.candidate_search.sample", lambda *arguments, **options: flat)
    made = generator.generate("", level_size=700, seed=1)
    beatable = made.report.beatable
    assert (beatable.beaten, beatable.safe_start, beatable.stopped_at, beatable.reason) == (True, True, None, "")
    assert Replay.parse(beatable.replay).wins(made.level)
    assert {column for _, column in made.level.path} == set(range(50))
    assert made.report.text().startswith("- beaten by the built-in player")


def test_a_level_that_is_not_beaten_is_returned_and_the_report_says_so_first(
    generator: MarioGPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    pit = np.zeros((7, 50, HEIGHT), dtype=np.int64)
    pit[:, :20, 0] = pit[:, 36:, 0] = tile("X").id
    monkeypatch.setattr("mariogpt_mcp.generation.candidate_search.sample", lambda *arguments, **options: pit)
    made = generator.generate("", level_size=700, seed=1)
    assert made.report.beatable.stopped_at == 20
    assert made.report.text().startswith(
        "- NOT SHOWN TO BE BEATABLE: no run found past column 20, where 16 columns have nothing to stand on"
    )
    assert made.level.path == frozenset()
