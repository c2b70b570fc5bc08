from __future__ import annotations

import json
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.metrics import Share
from mariogpt_mcp.evaluation.table import Figures, markdown, markdown_table, save


def test_the_table_is_printed_and_saved(tmp_path: Path) -> None:
    table: dict[str, Figures] = {
        "ours": {"met": Share(1, 2), "pattern KL 2x2": 0.01234},
        "peer": {"widest gap, worst": 14.0},
    }
    text = markdown(table)
    assert text.splitlines() == [
        "| figure | ours | peer |",
        "|---|---|---|",
        "| met | 50.0 % (9.5 to 90.5) |  |",
        "| pattern KL 2x2 | 0.0123 |  |",
        "| widest gap, worst |  | 14 |",
    ]
    paths = save(table, {"seed": 1}, tmp_path)
    assert paths[0].read_text() == text + "\n"
    data = json.loads(paths[1].read_text())
    assert data["settings"] == {"seed": 1}
    assert data["table"]["ours"]["met"]["hits"] == 1
    with pytest.raises(MarioGPTError, match="could not be written"):
        save(table, {}, tmp_path / "nowhere")


def test_cells_of_a_table_are_one_line_each() -> None:
    assert markdown_table(["a", "b"], [("1", "2"), ("x | y", "two\n  lines")]) == (
        "| a | b |\n|---|---|\n| 1 | 2 |\n| x \\| y | two lines |"
    )
