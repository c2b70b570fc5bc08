from __future__ import annotations

from pathlib import Path

import pytest

from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.errors import MarioGPTError


def test_the_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert out_folder(str(folder)) == folder
    assert folder.is_dir()
    assert out_folder(str(folder)) == folder


def test_a_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MarioGPTError, match=r"cannot be used as a folder \(File exists\); give another, for example"):
        out_folder(str(tmp_path / "file"))
