from __future__ import annotations

import json
from pathlib import Path

import pytest

from mariogpt_mcp.export.formats import FORMATS
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


def test_check_reads_the_standard_input(run: Run) -> None:
    done = run("check", "-", stdin="```\n" + "\n".join(FLAT) + "\n```\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("standard input\n- beaten by the built-in player")
    refused = run("check", "-", stdin="no level")
    assert refused.returncode == 1
    assert refused.stderr.startswith("mariogpt-mcp: standard input: there is no level in this text")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_check_reads_files_of_other_encodings(call: Run, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "flat.txt").write_bytes("\r\n".join(FLAT).encode(encoding))
    done = call("check", "flat.txt")
    assert done.returncode == 0, done.stderr


def test_check_reads_what_was_exported(call: Run, tmp_path: Path) -> None:
    (tmp_path / "flat.txt").write_text("\n".join(FLAT))
    formats = [option for name in FORMATS for option in ("--format", name)]
    assert call("check", "flat.txt", "--out", "out", *formats).returncode == 0
    files = [f"out/flat{one.ending}" for one in FORMATS.values()]
    done = call("check", *files, "--json")
    assert done.returncode == 0, done.stderr
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert [level["level"] for level in read] == ["\n".join(FLAT)] * len(FORMATS)
    assert [level["file"] for level in read] == files


def test_check_reads_the_symbols_of_the_framework(call: Run, tmp_path: Path) -> None:
    level = [*FLAT[:11], "M" + "-" * 10 + "g" + "-" * 17 + "F", *FLAT[11:]]
    (tmp_path / "level.txt").write_text("\n".join(level[1:]))
    done = call("check", "level.txt")
    assert done.returncode == 0, done.stderr
    assert "- note: read as symbols of the Mario AI Framework: g" in done.stdout
    refused = call("check", "level.txt", "--legend", "vglc")
    assert refused.stderr.startswith("mariogpt-mcp: level.txt: row 11, column 1 has 'M', which is not a tile")


def test_saved_levels_keep_the_names_of_their_files(call: Run, tmp_path: Path) -> None:
    for name in ("world.1.txt", "world.2.txt", "third.framework.txt"):
        (tmp_path / name).write_text("\n".join(FLAT))
    done = call("check", "world.1.txt", "world.2.txt", "third.framework.txt", "--out", "out")
    assert done.returncode == 0, done.stderr
    names = {file.name for file in (tmp_path / "out").glob("*.txt")}
    assert names == {"world.1.txt", "world.2.txt", "third.txt"}
