from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mariogpt_mcp.level.grid import Level
from tests.cli.commands import Run, hear_interrupts


@pytest.mark.slow
def test_generate_writes_files_and_prints_levels(run: Run, tmp_path: Path) -> None:
    done = run("generate", "some pipes, spooky", "--level-size", "200", "--seed", "5", "--count", "2", "--out", "made")
    assert done.returncode == 0, done.stderr
    files = sorted(path.name for path in (tmp_path / "made").iterdir())
    assert [re.sub(r"-[0-9a-f]{8}\.", ".", name) for name in files] == [
        "mario-5.png",
        "mario-5.txt",
        "mario-6.png",
        "mario-6.txt",
    ]
    texts = [Level.parse(path.read_text()).text() for path in sorted((tmp_path / "made").glob("*.txt"))]
    assert all(text in done.stdout for text in texts)
    assert "not understood, no effect: 'spooky'" in done.stdout


@pytest.mark.slow
def test_generate_prints_one_json_object_per_line(run: Run, tmp_path: Path) -> None:
    arguments = ("generate", "2 pipes", "--level-size", "200", "--seed", "5", "--count", "3", "--json")
    lines = [json.loads(line) for line in run(*arguments).stdout.splitlines()]
    assert [line["seed"] for line in lines] == [5, 6, 7]
    for line in lines:
        assert list(line) == ["id", "seed", "prompt", "text_path", "png_path", "report"]
        assert (tmp_path / line["text_path"]).exists()
        assert (tmp_path / line["png_path"]).exists()
        assert line["report"]["columns"] == 14
    again = [json.loads(line) for line in run(*arguments).stdout.splitlines()]
    for one, other in zip(lines, again, strict=True):
        assert (tmp_path / one["text_path"]).read_text() == (tmp_path / other["text_path"]).read_text()


@pytest.mark.slow
def test_an_interrupt_keeps_the_finished_levels(tiny_checkpoint: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mariogpt_mcp", "generate", "x", "--count", "10000", "--level-size", "100"]
    environment = {**os.environ, "MARIOGPT_MODEL": str(tiny_checkpoint)}

    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=-1, stderr=-1, text=True, preexec_fn=hear_interrupts
    ) as process:
        folder = tmp_path / "levels"
        while not (folder.is_dir() and len(list(folder.glob("*.png"))) >= 2):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert re.fullmatch(r"mariogpt-mcp: Stopped; \d+ of 10000 levels are in levels\.\n", errors)
    for path in folder.glob("*.txt"):
        Level.parse(path.read_text())
