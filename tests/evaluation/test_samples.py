from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.prompts import combination_prompts
from mariogpt_mcp.evaluation.samples import SamplePlan, SampleWriter, read_folder, read_systems
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.model.loader import ModelLoader


def ignore(done: int) -> None:
    pass


@pytest.mark.slow
@pytest.mark.parametrize("raw", [False, True])
def test_an_interrupted_run_continues_and_writes_the_same_levels(
    loader: ModelLoader, tmp_path: Path, raw: bool
) -> None:
    plan, reported = SamplePlan("plan", tuple(combination_prompts(6)), raw), list[int]()
    complete = SampleWriter(MarioGPT(loader), 300, 5, tmp_path / "a")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    samples = complete.write(plan, reported.append)
    assert reported == [0, 1, 2, 3, 4, 5, 6]
    lines = (tmp_path / "a" / "plan.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "b" / "plan.jsonl").write_text("".join(lines[:3]) + lines[3][:50])
    again = SampleWriter(MarioGPT(loader), 300, 5, tmp_path / "b").write(plan, ignore)
    assert [s.level for s in again] == [s.level for s in samples]
    assert [s.seconds for s in again[:3]] == [s.seconds for s in samples[:3]]
    assert [s.met for s in again] == [s.met for s in samples]
    assert all(not faults(s.level.ids) for s in samples)


@pytest.mark.slow
def test_levels_of_other_settings_are_not_read(loader: ModelLoader, tmp_path: Path) -> None:
    plan = SamplePlan("plan", tuple(combination_prompts(2)))
    first = SampleWriter(MarioGPT(loader), 300, 5, tmp_path).write(plan, ignore)
    for seed, other_plan in ((6, plan), (6, replace(plan, temperature=1.7)), (6, replace(plan, prompts=("", "")))):
        other = SampleWriter(MarioGPT(loader), 300, seed, tmp_path).write(other_plan, ignore)
        assert [s.level for s in first] != [s.level for s in other]
        assert [s.prompt for s in other] == list(other_plan.prompts)
        assert len((tmp_path / "plan.jsonl").read_text().splitlines()) == 2
        first = other


@pytest.mark.slow
def test_fewer_levels_are_read_from_more_and_more_are_added(loader: ModelLoader, tmp_path: Path) -> None:
    prompts, writer = tuple(combination_prompts(3)), SampleWriter(MarioGPT(loader), 100, 5, tmp_path)
    two = writer.write(SamplePlan("plan", prompts[:2]), ignore)
    three = writer.write(SamplePlan("plan", prompts), ignore)
    assert three[:2] == two
    assert writer.write(SamplePlan("plan", prompts[:1]), ignore) == two[:1]


@pytest.mark.slow
def test_a_temperature_means_what_it_means_to_users(loader: ModelLoader, tmp_path: Path) -> None:
    writer = SampleWriter(MarioGPT(loader), 300, 5, tmp_path)
    calm = writer.write(SamplePlan("calm", ("2 pipes",), temperature=0.1), ignore)[0]
    made = MarioGPT(loader).generate("2 pipes", level_size=300, seed=5, temperature=0.1)
    assert calm.level.text() == made.text
    raw = [writer.write(SamplePlan(f"raw-{t}", ("",), True, t), ignore)[0].level for t in (0.1, 2.0)]
    assert raw[0] != raw[1]


@pytest.mark.slow
def test_levels_with_search_are_those_of_the_generator(loader: ModelLoader, tmp_path: Path) -> None:
    for plan in (SamplePlan("few", ("2 pipes",)), SamplePlan("far too many", ("300 pipes",))):
        sample = SampleWriter(MarioGPT(loader), 300, 5, tmp_path).write(plan, ignore)[0]
        made = MarioGPT(loader).generate(plan.prompts[0], level_size=300, seed=5)
        assert (sample.level.text(), sample.met) == (made.text, made.report.met)
        assert sample.seconds
    assert sample.met is False


def test_raw_levels_are_written_without_guidance(loader: ModelLoader, tmp_path: Path) -> None:
    raw = SampleWriter(MarioGPT(loader), 1399, 5, tmp_path).write(
        SamplePlan("plan", ("no pipes, no enemies",) * 2, True), ignore
    )
    assert all(sample.met is None for sample in raw)
    assert all(Features.of(sample.level).enemies > 0 for sample in raw)


def test_levels_of_another_system_are_read_and_their_unknown_tiles_counted(tmp_path: Path) -> None:
    rows = ["-" * 5] * 2 + ["-xYD-"] + ["-" * 5] * 12 + ["XXXXX"]
    (tmp_path / "level_1.txt").write_text("\n".join(rows))
    sample = read_folder(tmp_path)[0]
    assert sample.unknown_tiles == 2
    assert len(sample.level.rows) == HEIGHT
    assert sample.level.rows[0] == "-----"
    assert sample.level.rows[-1] == "XXXXX"
    assert sample.prompt == ""


def test_a_bad_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MarioGPTError, match=r"contains no \.txt file"):
        read_folder(tmp_path)
    (tmp_path / "a.txt").write_text("--\n-")
    with pytest.raises(MarioGPTError, match=r"a\.txt is not a level"):
        read_folder(tmp_path)
    shutil.copy(tmp_path / "a.txt", tmp_path / "b.txt")
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(MarioGPTError, match=r"a\.txt cannot be read as text"):
        read_folder(tmp_path)


@pytest.mark.slow
def test_raw_levels_are_as_wide_as_levels_with_search(loader: ModelLoader, tmp_path: Path) -> None:
    writer = SampleWriter(MarioGPT(loader), 5000, 5, tmp_path)
    widths = [writer.write(SamplePlan(f"raw-{raw}", ("",), raw), ignore)[0].level.columns for raw in (False, True)]
    assert widths == [200, 200]


def test_other_systems_are_read_by_their_folders(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "level.txt").write_text("XX")
    (tmp_path / "readme.txt").write_text("not a system")
    assert {name: len(samples) for name, samples in read_systems(tmp_path).items()} == {"a": 1, "b": 1}
    for nothing in (tmp_path / "a", tmp_path / "nowhere"):
        with pytest.raises(
            MarioGPTError, match="is not a folder that contains a folder of level text files for each system"
        ):
            read_systems(nothing)
