from __future__ import annotations

import json
from pathlib import Path

from tests.cli.commands import FLAT, PIT, Run


def test_check_reports_good_and_bad_levels(call: Run, tmp_path: Path) -> None:
    (tmp_path / "flat.txt").write_text("\n".join(FLAT))
    (tmp_path / "pit.txt").write_text("\n".join(PIT))
    good = call("check", "flat.txt")
    assert (good.returncode, good.stderr) == (0, "")
    assert "- beaten by the built-in player" in good.stdout
    bad = call("check", "flat.txt", "pit.txt", "--json")
    assert (bad.returncode, bad.stderr) == (1, "")
    reports = [json.loads(line) for line in bad.stdout.splitlines()]
    assert [report["report"]["beatable"]["beaten"] for report in reports] == [True, False]
    assert "15 columns have nothing to stand on" in reports[1]["report"]["beatable"]["reason"]


def test_check_repairs_a_level_and_writes_it(call: Run, tmp_path: Path) -> None:
    (tmp_path / "pit.txt").write_text("\n".join(PIT))
    done = call("check", "pit.txt", "--repair", "--out", "repaired")
    assert done.returncode == 0, done.stderr
    assert "- changed row" in done.stdout
    text = (tmp_path / "repaired" / "pit.txt").read_text()
    assert text.strip() in done.stdout
    assert (tmp_path / "repaired" / "pit.png").read_bytes().startswith(b"\x89PNG")
    assert call("check", "repaired/pit.txt").returncode == 0
