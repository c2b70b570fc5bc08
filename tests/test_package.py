"""The wheel: built, unpacked elsewhere and used from another directory."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

LIMIT = 25_000_000
"""Bytes that a wheel or its source may have."""


def test_it_holds_everything_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {
        f"mariogpt_mcp/{p.relative_to(ROOT).as_posix()}" for d in ("resources", "prompts") for p in files(ROOT / d)
    }
    shipped |= {p.relative_to(ROOT).as_posix() for p in files(ROOT / "mariogpt_mcp")}
    assert {name for name in names if ".dist-info/" not in name} == shipped
    assert wheel.stat().st_size < LIMIT


def test_the_source_holds_the_weights_and_the_pages_too(wheel: Path) -> None:
    [source] = wheel.parent.glob("*.tar.gz")
    assert source.stat().st_size < LIMIT
    with tarfile.open(source) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    shipped = {
        p.relative_to(ROOT).as_posix() for d in ("mariogpt_mcp", "resources", "prompts") for p in files(ROOT / d)
    }
    assert shipped <= names


def files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"]


def test_it_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)],
        check=True,
        capture_output=True,
    )
    code = (
        "import mariogpt_mcp, importlib.resources as r; print(mariogpt_mcp.__file__); "
        "print(r.files('mariogpt_mcp.resources')); "
        "print(mariogpt_mcp.MarioGPT().generate('2 pipes', level_size=700, seed=1).report.text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(target)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    module, resources, *report = done.stdout.splitlines()
    assert module.startswith(str(target))
    assert str(target) in resources
    assert any("asked 2, got" in line for line in report)
