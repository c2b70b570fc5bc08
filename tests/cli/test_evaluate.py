from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import FLAT, Run


@pytest.mark.slow
def test_evaluate_prints_and_saves_its_table(run: Run, tmp_path: Path) -> None:
    rows = ["-" * 60] * 12 + ["-<>---E" + "-" * 53, "X" * 60]
    for name in ("corpus/a", "corpus/b", "peers/theirs/level_1", "peers/theirs/level_2"):
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(rows))
    arguments = (
        *("evaluate", "--corpus", "corpus", "--peers", "peers", "--levels", "2", "--level-size", "700"),
        *("--temperature", "0.5", "--temperature", "1.75"),
    )
    done = run(*arguments, "--out", "table")
    assert done.returncode == 0, done.stderr
    head = "| figure | raw model | with search | temperature 0.5 | temperature 1.75 | theirs | originals |"
    assert done.stdout.startswith(head)
    assert (tmp_path / "table" / "evaluation.md").read_text() in done.stdout
    first = json.loads((tmp_path / "table" / "evaluation.json").read_text())
    assert first["settings"]["levels"] == 2
    raw, search, calm = (first["table"][name] for name in ("raw model", "with search", "temperature 0.5"))
    only_search = {"free-text prompts understood", "free-text prompts understood and met", "misses not reported"}
    assert set(search) - set(raw) == only_search | {"beaten by our solver, 200 columns"}
    assert first["table"]["originals"]["beaten by our solver"]["share"] == 1
    assert search["misses not reported"] == 0
    for name in ("style met, level", "pipes met, window of 50", "number of enemies exact"):
        assert search[name]["cases"] == 2
        assert name not in calm
    for name in ("jumps in 100 columns, standard deviation", "seconds, median", "pattern KL 2x2"):
        assert name in search
        assert name in calm
    kinds = {"combinations", "numbers", "natural", "styles"}
    assert {path.stem for path in (tmp_path / "table").glob("*.jsonl")} == {
        *(f"{kind}-{case}" for kind in kinds for case in ("raw", "search")),
        *("free-search", "long-search", "natural-search-0.5", "natural-search-1.75"),
        *(path.stem for path in (tmp_path / "table").glob("solver-*.jsonl")),
    }
    again = run(*arguments, "--out", "table")
    assert again.stdout == done.stdout


def test_without_java_the_agent_is_refused_in_one_sentence(call: Run, tmp_path: Path) -> None:
    (tmp_path / "level.txt").write_text("\n".join(FLAT))
    done = call("evaluate", "--corpus", ".", "--astar", PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "Baumgarten's agent needs Java" in done.stderr
