from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Run


@pytest.mark.slow
def test_demo_makes_a_level_over_mcp(run: Run, tmp_path: Path, tiny_checkpoint: Path) -> None:
    done = run("demo", "2 pipes", "--out", "shown")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "shown" / "demo-7.png").read_bytes().startswith(b"\x89PNG")
    assert str(tmp_path / "shown" / "demo-7.png") in done.stdout
    assert '"mcpServers"' in done.stdout
    assert f"model {tiny_checkpoint.name}" in done.stdout
    assert "mariogpt-mcp http" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "setting", "sentence"),
    [
        (["--seed", "-5"], {}, "seed must be a whole number from 0 to 4294967295, for example 42."),
        (["[/x]"], {"MARIOGPT_MODEL": "nowhere"}, "There is no checkpoint in the folder 'nowhere'"),
        ([], {"MARIOGPT_DEVICE": "tpu"}, "The server did not start; mariogpt-mcp doctor says what is wrong."),
    ],
)
def test_demo_fails_in_one_sentence(run: Run, arguments: list[str], setting: dict[str, str], sentence: str) -> None:
    done = run("demo", *arguments, **setting)
    assert done.returncode == 1
    assert f"mariogpt-mcp: {sentence}" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
