from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.originals import TINY, save_bart, save_original


@pytest.mark.slow
@pytest.mark.parametrize("place", ["before the command", "after it"])
def test_a_model_is_named_on_the_command_line(tmp_path: Path, place: str) -> None:
    folder = save_original(tmp_path / "original", TINY)
    settings = {"MARIOGPT_BART": str(save_bart(tmp_path / "bart", TINY["n_embd"])), "MARIOGPT_MODEL": "nowhere"}
    model = ["--model", str(folder)]
    command = ["generate", "some pipes", "--level-size", "100", "--json", "--out", str(tmp_path / "levels")]
    arguments = [*model, *command] if place == "before the command" else [*command, *model]
    ran = subprocess.run(
        [sys.executable, "-m", "mariogpt_mcp", *arguments],
        env={**os.environ, **settings, "MARIOGPT_CANDIDATES": "1", "MARIOGPT_ROUNDS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"original"' in ran.stdout
    assert json.loads(ran.stdout.splitlines()[0])


@pytest.mark.slow
def test_the_original_is_evaluated_as_any_model(tmp_path: Path) -> None:
    folder = save_original(tmp_path / "original", TINY)
    (tmp_path / "corpus").mkdir()
    rows = ["-" * 60] * 12 + ["-<>---E" + "-" * 53, "X" * 60]
    for name in "ab":
        (tmp_path / "corpus" / f"{name}.txt").write_text("\n".join(rows))
    arguments = ["evaluate", "--model", str(folder), "--levels", "2", "--level-size", "700"]
    arguments += ["--corpus", str(tmp_path / "corpus"), "--out", str(tmp_path / "out")]
    ran = subprocess.run(
        [sys.executable, "-m", "mariogpt_mcp", *arguments],
        env={
            **os.environ,
            "MARIOGPT_BART": str(save_bart(tmp_path / "bart", TINY["n_embd"])),
            "MARIOGPT_CANDIDATES": "1",
            "MARIOGPT_ROUNDS": "1",
            "MARIOGPT_WINDOW": "sliding",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    for row_name in ("raw model", "with search", "originals"):
        assert row_name in ran.stdout
    settings = json.loads(next((tmp_path / "out").glob("*.json")).read_text())["settings"]
    assert settings["model"].startswith("original-")
