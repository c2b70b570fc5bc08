from __future__ import annotations

import json
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.measure import (
    Share,
    adherence,
    likeness,
    prompt_diversity,
    speed,
    structure,
)
from mariogpt_mcp.evaluation.source import Sample
from mariogpt_mcp.evaluation.table import markdown, save
from mariogpt_mcp.level import HEIGHT, Level

FLAT = Level(tuple(["-" * 100] * (HEIGHT - 1) + ["X" * 100]))
PIPE = Level(tuple(["-" * 100] * (HEIGHT - 2) + ["--<>" + "-" * 96, "X" * 100]))


def test_a_share_has_wilsons_interval() -> None:
    low, high = Share(8, 10).interval
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Share(10, 10).interval[1] == pytest.approx(1)
    assert str(Share(1, 2)) == "50.0 % (9.5 to 90.5)"


def test_adherence_counts_levels_and_windows() -> None:
    samples = [Sample(PIPE, "little pipes, no enemies"), Sample(FLAT, "little pipes"), Sample(FLAT, "high elevation")]
    levels = adherence(samples, windows=False)
    assert levels == {"pipes": Share(1, 2), "enemies": Share(1, 1), "elevation": Share(0, 1)}
    windows = adherence(samples, windows=True)
    assert windows == {"pipes": Share(1, 4), "enemies": Share(2, 2), "elevation": Share(0, 2)}


def test_structure_counts_by_kind() -> None:
    rows = ["-" * 10] * (HEIGHT - 2) + ["-<----E---", "XXXX---XXX"]
    figures = structure([Sample(Level(tuple(rows)), unknown_tiles=3), Sample(FLAT)])
    assert figures["halves and unknown tiles a level"] == 2
    assert figures["enemies in the air or walled in a level"] == 0.5
    assert figures["other broken pipes and cannons a level"] == 0
    assert (figures["widest gap, mean"], figures["widest gap, worst"]) == (1.5, 3)


def test_likeness_of_the_corpus_with_itself(package_level: Level) -> None:
    corpus = [package_level[i : i + 150] for i in range(0, 1500, 150)]
    samples = [Sample(level) for level in corpus]
    figures = likeness(samples, corpus, corpus, True, 0)
    assert figures["pattern KL 2x2"] == pytest.approx(0)
    assert figures["memorised windows"] < 0.5
    copied = likeness(samples, corpus, corpus, False, 0)
    assert copied["memorised windows"] == 1
    assert copied["nearest distance, mean"] == 0
    assert copied["diversity, all levels"] > 0.1


def test_speed_and_variety_are_left_out_where_unknown() -> None:
    assert speed([Sample(FLAT)]) == {}
    assert speed([Sample(FLAT, seconds=1), Sample(FLAT, seconds=3)]) == {"seconds, median": 2, "seconds, worst": 3}
    assert prompt_diversity([Sample(FLAT, "a"), Sample(FLAT, "a")], 0) == 0


def test_the_table_is_printed_and_saved(tmp_path: Path) -> None:
    table = {"ours": {"met": Share(1, 2), "pattern KL 2x2": 0.01234}, "peer": {"widest gap, worst": 14.0}}
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
