"""The option `--format`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mariogpt_mcp.cli import main
from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.export.tileset import TILESET_FILE
from mariogpt_mcp.level.grid import Level

FLAT = "\n".join(["-" * 30] * 12 + ["X" * 30] * 2)
ALL = [word for name in FORMATS for word in ("--format", name)]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("flat.txt").write_text(FLAT)


def test_check_writes_every_format_beside_text_and_picture() -> None:
    main(["check", "flat.txt", "--out", "made", *ALL])
    names = {f"flat{one.ending}" for one in FORMATS.values()} | {"flat.png", TILESET_FILE}
    assert {file.name for file in Path("made").iterdir()} == names
    # The map contains the path of the run that beat the level.
    assert b'"name":"path"' in Path("made/flat.tmj").read_bytes()
    assert Path("made/flat.txt").read_text() == FLAT + "\n"


def test_generate_writes_formats_and_prints_their_files(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MARIOGPT_MODEL", str(tiny_checkpoint))
    monkeypatch.setenv("MARIOGPT_DEVICE", "cpu")
    arguments = ["generate", "", "--level-size", "200", "--seed", "5", "--out", "made"]
    main([*arguments, "--format", "ldtk", "--format", "framework", "--json"])
    line = json.loads(capsys.readouterr().out)
    assert list(line["export_paths"]) == ["ldtk", "framework"]
    level = Level.parse(Path(line["text_path"]).read_text())
    project = Path(line["export_paths"]["ldtk"])
    assert project.read_bytes() == export(level, "ldtk", project.stem).content
    main([*arguments, "--format", "vglc", "--format", "tiled"])
    named = [row.removeprefix("- ") for row in capsys.readouterr().out.splitlines() if row.startswith("- made")]
    assert [Path(name).suffix for name in named] == [".txt", ".png", ".tmj"]
    assert all(Path(name).is_file() for name in named)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "flat.txt", "--format", "tiled"], "--format needs --out"),
        (["check", "flat.txt", "--format", "godot"], "Invalid value for '--format': 'godot' is not one of"),
    ],
)
def test_a_bad_format_is_refused(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert sentence in capsys.readouterr().err
