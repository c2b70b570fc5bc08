"""The tables of rooms and modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from mariogpt_mcp.release.documentation import rooms


@pytest.fixture
def package(tmp_path: Path) -> Path:
    files = {
        "low/__init__.py": '"""Knows nothing."""\n',
        "low/part.py": '"""A part. It has details."""\n',
        "low/inner/deep.py": '"""A part\nin two lines."""\n',
        "high/__init__.py": '"""Knows `low`."""\n',
        "new/__init__.py": '"""Not in the table yet."""\n',
        "settings.py": '"""The settings."""\n',
        "README.md": "| room | purpose | knows |\n|---|---|---|\n| `high/` | old | low |\n| `low/` | old | - |\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_modules_with_the_first_sentence_of_their_docstrings(package: Path) -> None:
    assert rooms.modules(package / "low" / "README.md").splitlines()[2:] == [
        "| `part.py` | A part. |",
        "| `inner/deep.py` | A part in two lines. |",
    ]


def test_rooms_keep_their_order_and_what_they_know(package: Path) -> None:
    assert rooms.rooms(package / "README.md").splitlines()[2:] == [
        "| `high/` | Knows `low`. | low |",
        "| `low/` | Knows nothing. | - |",
        "| `new/` | Not in the table yet. | - |",
    ]


def test_modules_of_the_root(package: Path) -> None:
    assert rooms.root_modules(package / "README.md").splitlines()[2:] == ["| `settings` | The settings. |"]
