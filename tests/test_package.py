"""The wheel: built, unpacked elsewhere and used from another directory."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
    )
    assert len(list(out.glob("*.tar.gz"))) == 1
    return next(out.glob("*.whl"))


def test_it_holds_everything_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {
        f"mariogpt_mcp/{p.relative_to(ROOT).as_posix()}" for d in ("resources", "prompts") for p in files(ROOT / d)
    }
    shipped |= {p.relative_to(ROOT).as_posix() for p in files(ROOT / "mariogpt_mcp")}
    assert {name for name in names if ".dist-info/" not in name} == shipped
    assert wheel.stat().st_size < 25_000_000


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
