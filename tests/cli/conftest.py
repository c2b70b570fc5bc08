from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mariogpt_mcp.cli import main
from tests.cli.commands import Run


@pytest.fixture
def run(tiny_checkpoint: Path, tmp_path: Path) -> Run:
    """The real command in a new folder, with a tiny model."""
    environment = {**os.environ, "MARIOGPT_MODEL": str(tiny_checkpoint), "MARIOGPT_DEVICE": "cpu"}

    def command(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mariogpt_mcp", *arguments],
            env={**environment, **more},
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            encoding=more.get("PYTHONIOENCODING"),
            check=False,
        )

    return command


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, in a new folder: cheaper, for commands that start nothing."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        for name, value in more.items():
            monkeypatch.setenv(name, value)
        code: object = 0
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        assert isinstance(code, int)
        return subprocess.CompletedProcess(arguments, code, out, err)

    return command
