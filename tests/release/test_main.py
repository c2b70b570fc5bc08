from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_an_error_is_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mariogpt_mcp.release", "space", str(tmp_path), str(tmp_path / "space")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.endswith("has no Dockerfile; give a checkout of this project, for example .\n")
    assert run.stderr.count("\n") == 1
