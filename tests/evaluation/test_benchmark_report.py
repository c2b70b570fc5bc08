"""The table of a benchmark and its files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.benchmark import CacheFigures, LevelFigures, ServerFigures
from mariogpt_mcp.evaluation.benchmark_report import BenchmarkReport

REPORT = BenchmarkReport(
    "bundled-1", 1, ServerFigures([1.0], [3.0], False, 512.4), LevelFigures([0.5], [7], 0, {"pipes": 1}), None
)


def test_a_row_for_each_figure() -> None:
    lines = REPORT.markdown().splitlines()
    assert lines[0] == "| figure | measured |"
    assert len(lines) == 2 + 4 + 4
    with_caches = BenchmarkReport("bundled-1", 1, REPORT.server, REPORT.levels, CacheFigures(0.5, 25.0, 10.0))
    assert len(with_caches.markdown().splitlines()) == len(lines) + 3


def test_the_files_contain_the_table_and_all_that_was_measured(tmp_path: Path) -> None:
    text, data = REPORT.save(tmp_path)
    assert text.read_text() == REPORT.markdown() + "\n"
    saved = json.loads(data.read_text())
    assert saved["settings"]["model"] == "bundled-1"
    assert saved["settings"]["levels"] == saved["settings"]["starts"] == 1
    assert saved["server"]["first_level"] == [3.0]
    assert saved["levels"]["seconds"] == [0.5]
    assert saved["caches"] is None
    with pytest.raises(MarioGPTError, match="could not be written"):
        REPORT.save(tmp_path / "nowhere")
