from __future__ import annotations

import pytest

from tests.cli.commands import Run


@pytest.mark.slow
def test_benchmark_prints_its_figures(run: Run) -> None:
    done = run("benchmark", "--levels", "2", "--starts", "1", "--no-loops")
    assert done.returncode == 0, done.stderr
    for words in (
        "start to tools/list over stdio",
        "torch imported by tools/list: no",
        "peak memory",
        "structural faults",
    ):
        assert words in done.stdout
