"""The generated blocks of the documents are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.release.documentation.blocks import BLOCKS, documents, update_documents
from tests.conftest import ROOT


def test_every_document_is_up_to_date() -> None:
    found = list(documents(ROOT))
    assert ROOT / "README.md" in [document.file for document in found]
    outdated = [document.file.relative_to(ROOT).as_posix() for document in found if document.text != document.generated]
    assert outdated == [], "run `make docs`"


def test_every_block_is_in_a_document() -> None:
    text = "".join(document.text for document in documents(ROOT))
    assert [name for name in BLOCKS if f"<!-- docs: {name} -->" not in text] == []


def test_an_outdated_block_is_written_again_and_all_other_text_stays(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("before\n<!-- docs: classes -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")
    (tmp_path / "other.md").write_text("no block\n", encoding="utf-8")
    assert update_documents(tmp_path) == [tmp_path / "README.md"]
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- docs: classes -->\n| attribute |")
    assert text.endswith(" |\n<!-- end -->\nafter\n")
    assert "old" not in text
    assert update_documents(tmp_path) == []


@pytest.mark.parametrize("rest", ["kept\n", "kept\n<!-- docs: tools -->\n<!-- end -->\n"])
def test_a_block_without_an_end_is_an_error_and_nothing_is_written(tmp_path: Path, rest: str) -> None:
    text = f"<!-- docs: classes -->\n{rest}"
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    with pytest.raises(MarioGPTError, match=r"README\.md has a block without its end"):
        update_documents(tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == text


def test_a_block_of_an_unknown_name_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("<!-- docs: nothing -->\n<!-- end -->\n", encoding="utf-8")
    with pytest.raises(MarioGPTError, match=r"README\.md has a block 'nothing'; the blocks are tools, parameters, "):
        update_documents(tmp_path)
