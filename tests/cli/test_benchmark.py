from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.commands import Run


@pytest.mark.slow
def test_benchmark_prints_its_table_and_writes_it(run: Run, tmp_path: Path) -> None:
    done = run("benchmark", "--levels", "2", "--starts", "1", "--no-loops", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    for row in (
        r"\| start to tools/list over stdio, median of 1 \| \d+\.\d\d s \|",
        r"\| torch imported by tools/list \| no \|",
        r"\| peak memory of the server \| \d+ MB \|",
        r"\| structural faults in 2 levels \| 0 \|",
    ):
        assert re.search(row, done.stdout), row
    table = (tmp_path / "benchmark.md").read_text(encoding="utf-8")
    assert done.stdout.startswith(table)
    assert len(json.loads((tmp_path / "benchmark.json").read_text(encoding="utf-8"))["levels"]["seconds"]) == 2
