from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.samples import (
    Kind,
    Maker,
    combination_prompts,
    natural_prompts,
    number_prompts,
    read_folder,
    style_prompts,
)
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.prompt_parser.spec import PromptSpec


def test_prompts_are_those_promised(package_level: Level) -> None:
    assert len(set(combination_prompts(96))) == 96
    assert combination_prompts(97)[96] == combination_prompts(1)[0]
    styles = [parse_prompt(text).spec for text in style_prompts(4)]
    assert [spec.style for spec in styles] == [*STYLES, STYLES[0]]
    assert all(spec == PromptSpec(style=spec.style) for spec in styles)
    numbers = [parse_prompt(text).spec for text in number_prompts(200, 0)]
    assert {spec.pipes for spec in numbers} == set(range(9))
    assert {spec.enemies for spec in numbers} == set(range(13))
    natural = natural_prompts(50, [package_level], 0)
    assert natural == natural_prompts(50, [package_level], 0) != natural_prompts(50, [package_level], 1)
    assert all(len(parse_prompt(text).spec.text.split(", ")) == 4 for text in natural)


@pytest.mark.parametrize("count", [7, 96, 300])
def test_natural_prompts_come_as_often_as_their_windows_whatever_the_count(package_level: Level, count: int) -> None:
    level = package_level[:3000]
    windows = Counter(Features.of(level[start : start + 50]).caption for start in range(0, 2951, 25))
    for seed in range(5):
        drawn = Counter(natural_prompts(count, [level], seed))
        assert set(drawn) <= set(windows)
        for caption, n in windows.items():
            # Random draws would be further off.
            assert abs(drawn[caption] - count * n / windows.total()) < 2.5


@pytest.mark.slow
@pytest.mark.parametrize("raw", [False, True])
def test_a_broken_run_goes_on_and_makes_the_same(loader: ModelLoader, tmp_path: Path, raw: bool) -> None:
    kind, told = Kind("kind", tuple(combination_prompts(6)), raw), []
    whole = Maker(loader, 300, 5, tmp_path / "a").levels
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    samples = whole(kind, lambda: told.append(1))
    assert len(told) == 6
    broken = (tmp_path / "a" / "kind.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "b" / "kind.jsonl").write_text("".join(broken[:3]) + broken[3][:50])
    again = Maker(loader, 300, 5, tmp_path / "b").levels(kind, lambda: None)
    assert [s.level for s in again] == [s.level for s in samples]
    assert [s.seconds for s in again[:3]] == [s.seconds for s in samples[:3]]
    assert [s.met for s in again] == [s.met for s in samples]
    assert all(not faults(s.level) for s in samples)


@pytest.mark.slow
def test_other_settings_begin_anew(loader: ModelLoader, tmp_path: Path) -> None:
    kind = Kind("kind", tuple(combination_prompts(2)))
    first = Maker(loader, 300, 5, tmp_path).levels(kind, lambda: None)
    for seed, other_kind in ((6, kind), (6, replace(kind, temperature=1.7)), (6, replace(kind, prompts=("", "")))):
        other = Maker(loader, 300, seed, tmp_path).levels(other_kind, lambda: None)
        assert [s.level for s in first] != [s.level for s in other]
        assert [s.prompt for s in other] == list(other_kind.prompts)
        assert len((tmp_path / "kind.jsonl").read_text().splitlines()) == 2
        first = other


@pytest.mark.slow
def test_fewer_levels_are_read_from_more_and_more_are_added(loader: ModelLoader, tmp_path: Path) -> None:
    prompts, maker = tuple(combination_prompts(3)), Maker(loader, 100, 5, tmp_path)
    two = maker.levels(Kind("kind", prompts[:2]), lambda: None)
    three = maker.levels(Kind("kind", prompts), lambda: None)
    assert three[:2] == two
    assert maker.levels(Kind("kind", prompts[:1]), lambda: None) == two[:1]


@pytest.mark.slow
def test_temperatures_are_those_of_users(loader: ModelLoader, tmp_path: Path) -> None:
    maker = Maker(loader, 300, 5, tmp_path)
    calm = maker.levels(Kind("calm", ("2 pipes",), temperature=0.1), lambda: None)[0]
    made = MarioGPT(loader).generate("2 pipes", level_size=300, seed=5, temperature=0.1)
    assert calm.level.text() == made.text
    raw = [maker.levels(Kind(f"raw-{t}", ("",), True, t), lambda: None)[0].level for t in (0.1, 2.0)]
    assert raw[0] != raw[1]


@pytest.mark.slow
def test_levels_with_search_are_the_generators(loader: ModelLoader, tmp_path: Path) -> None:
    for kind in (Kind("few", ("2 pipes",)), Kind("far too many", ("300 pipes",))):
        sample = Maker(loader, 300, 5, tmp_path).levels(kind, lambda: None)[0]
        made = MarioGPT(loader).generate(kind.prompts[0], level_size=300, seed=5)
        assert (sample.level.text(), sample.met) == (made.text, made.report.met)
        assert sample.seconds
    assert sample.met is False


def test_raw_levels_know_no_guidance(loader: ModelLoader, tmp_path: Path) -> None:
    raw = Maker(loader, 1399, 5, tmp_path).levels(Kind("kind", ("no pipes, no enemies",) * 2, True), lambda: None)
    assert all(sample.met is None for sample in raw)
    assert all(Features.of(sample.level).enemies > 0 for sample in raw)


def test_a_peers_levels_are_read_and_their_strange_tiles_counted(tmp_path: Path) -> None:
    rows = ["-" * 5] * 2 + ["-xYD-"] + ["-" * 5] * 12 + ["XXXXX"]
    (tmp_path / "level_1.txt").write_text("\n".join(rows))
    sample = read_folder(tmp_path)[0]
    assert sample.unknown_tiles == 2
    assert len(sample.level.rows) == HEIGHT
    assert sample.level.rows[0] == "-----"
    assert sample.level.rows[-1] == "XXXXX"
    assert sample.prompt == ""


def test_bad_folders_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MarioGPTError, match=r"holds no \.txt file"):
        read_folder(tmp_path)
    (tmp_path / "a.txt").write_text("--\n-")
    with pytest.raises(MarioGPTError, match=r"a\.txt is not a level"):
        read_folder(tmp_path)
    shutil.copy(tmp_path / "a.txt", tmp_path / "b.txt")
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(MarioGPTError, match=r"a\.txt cannot be read as text"):
        read_folder(tmp_path)


@pytest.mark.slow
def test_raw_levels_are_as_wide_as_those_with_search(loader: ModelLoader, tmp_path: Path) -> None:
    maker = Maker(loader, 5000, 5, tmp_path)
    widths = [maker.levels(Kind(f"raw-{raw}", ("",), raw), lambda: None)[0].level.columns for raw in (False, True)]
    assert widths == [200, 200]


def test_prompts_need_an_original_that_is_wide_enough(package_level: Level) -> None:
    with pytest.raises(MarioGPTError, match="no level of 50 columns"):
        natural_prompts(3, [package_level[:49]], 0)
