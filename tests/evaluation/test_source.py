from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.source import (
    Maker,
    combination_prompts,
    natural_prompts,
    number_prompts,
    read_folder,
)
from mariogpt_mcp.features import Features
from mariogpt_mcp.generator import MarioGPT
from mariogpt_mcp.level import HEIGHT, Level
from mariogpt_mcp.model.host import ModelHost
from mariogpt_mcp.prompt import parse_prompt
from mariogpt_mcp.structure import faults


def test_prompts_are_those_promised(package_level: Level) -> None:
    assert len(set(combination_prompts(96))) == 96
    assert combination_prompts(97)[96] == combination_prompts(1)[0]
    numbers = [parse_prompt(text).spec for text in number_prompts(200, 0)]
    assert {spec.pipes for spec in numbers} == set(range(9))
    assert {spec.enemies for spec in numbers} == set(range(13))
    natural = natural_prompts(50, [package_level], 0)
    assert natural == natural_prompts(50, [package_level], 0) != natural_prompts(50, [package_level], 1)
    assert all(len(parse_prompt(text).spec.text.split(", ")) == 4 for text in natural)


@pytest.mark.parametrize("raw", [False, True])
def test_a_broken_run_goes_on_and_makes_the_same(host: ModelHost, tmp_path: Path, raw: bool) -> None:
    prompts, told = combination_prompts(6), []
    whole = Maker(host, 300, 5, tmp_path / "a").levels
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    samples = whole("kind", prompts, raw, lambda: told.append(1))
    assert len(told) == 6
    broken = (tmp_path / "a" / "kind.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "b" / "kind.jsonl").write_text("".join(broken[:3]) + broken[3][:50])
    again = Maker(host, 300, 5, tmp_path / "b").levels("kind", prompts, raw, lambda: None)
    assert [s.level for s in again] == [s.level for s in samples]
    assert [s.seconds for s in again[:3]] == [s.seconds for s in samples[:3]]
    assert all(not faults(s.level) for s in samples)


def test_other_settings_begin_anew(host: ModelHost, tmp_path: Path) -> None:
    prompts = combination_prompts(2)
    first = Maker(host, 300, 5, tmp_path).levels("kind", prompts, False, lambda: None)
    other = Maker(host, 300, 6, tmp_path).levels("kind", prompts, False, lambda: None)
    assert [s.level for s in first] != [s.level for s in other]
    assert len((tmp_path / "kind.jsonl").read_text().splitlines()) == 2


def test_levels_with_search_are_the_generators(host: ModelHost, tmp_path: Path) -> None:
    sample = Maker(host, 300, 5, tmp_path).levels("kind", ["2 pipes"], False, lambda: None)[0]
    assert sample.level == MarioGPT(host).generate("2 pipes", level_size=300, seed=5).level
    assert sample.seconds


def test_raw_levels_know_no_guidance(host: ModelHost, tmp_path: Path) -> None:
    raw = Maker(host, 1399, 5, tmp_path).levels("kind", ["no pipes, no enemies"] * 2, True, lambda: None)
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


def test_raw_levels_are_as_wide_as_those_with_search(host: ModelHost, tmp_path: Path) -> None:
    maker = Maker(host, 5000, 5, tmp_path)
    widths = [maker.levels(f"raw-{raw}", [""], raw, lambda: None)[0].level.columns for raw in (False, True)]
    assert widths == [200, 200]
