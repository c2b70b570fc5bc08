from __future__ import annotations

import re

import pytest

from mariogpt_mcp.settings import PREFIX, Settings
from tests.cli.commands import Run


@pytest.mark.slow
def test_doctor_prints_packages_and_settings(run: Run) -> None:
    done = run("doctor")
    assert done.returncode == 0, done.stderr
    for name in Settings.model_fields:
        assert f"{PREFIX}{name.upper()} = " in done.stdout
    assert "Everything works" in done.stdout
    assert re.search(r"^torch \d", done.stdout, re.MULTILINE)


@pytest.mark.slow
def test_doctor_prints_what_is_wrong(run: Run) -> None:
    done = run("doctor", MARIOGPT_MODEL="nowhere")
    assert done.returncode == 1
    assert "There is no checkpoint in the folder 'nowhere'" in done.stdout
    assert done.stderr == "mariogpt-mcp: 1 problem found; the lines above that begin with WRONG say how to fix it.\n"
