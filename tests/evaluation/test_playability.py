from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.playability import PlayabilityTest, Verdict, agent_verdicts, judged, our_verdicts
from mariogpt_mcp.level.grid import Level


def level(gap: int) -> Level:
    """Thirty columns of ground with a gap."""
    floor = "X" * 12 + "-" * gap + "X" * (18 - gap)
    return Level(("-" * 30,) * 12 + (floor, floor))


def wins_the_first(levels: Sequence[Level]) -> Iterator[Verdict]:
    yield from (Verdict(i == 0, "") for i in range(len(levels)))


def test_our_solver_beats_a_narrow_gap_and_not_a_wide_one() -> None:
    won, lost = our_verdicts([level(3), level(14)])
    assert won.won
    assert not lost.won
    assert "14 columns have nothing to stand on" in lost.where


def test_verdicts_are_kept_and_only_new_levels_are_judged(tmp_path: Path) -> None:
    path, asked = tmp_path / "verdicts.jsonl", []

    def judge(levels: Sequence[Level]) -> Iterator[Verdict]:
        asked.append(list(levels))
        return wins_the_first(levels)

    first = judged([level(1), level(2), level(1)], judge, path)
    assert [verdict.won for verdict in first] == [True, False, True]
    path.write_bytes(path.read_bytes() + b'{"level": "half wri')
    again = judged([level(2), level(3)], judge, path)
    assert asked == [[level(1), level(2)], [level(3)]]
    assert [verdict.won for verdict in again] == [False, True]


def test_an_interrupted_run_continues_after_an_incomplete_line(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    path.write_text('{"level": "half wri')
    judged([level(1)], wins_the_first, path)
    assert [v.won for v in judged([level(1)], wins_the_first, path)] == [True]
    assert json.loads(path.read_text().splitlines()[-1])["won"]


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mariogpt_mcp.evaluation.playability.JAR", "Nothing.jar")
    with pytest.raises(MarioGPTError, match="pip install --no-deps mario-gpt"):
        list(agent_verdicts([level(1)]))


def test_a_java_process_that_fails_is_reported_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mariogpt_mcp.evaluation.playability.EXPANSIONS", "no number")
    with pytest.raises(MarioGPTError, match="stopped before all levels were judged"):
        list(agent_verdicts([level(1)]))


@pytest.mark.slow
def test_baumgartens_agent_agrees_on_clear_cases(tmp_path: Path) -> None:
    levels = [level(0), level(4), level(14)]
    verdicts = list(agent_verdicts(levels))
    assert [verdict.won for verdict in verdicts] == [True, True, False]
    assert list(agent_verdicts(levels)) == verdicts
    figures = PlayabilityTest(tmp_path, with_agent=True).figures(levels)
    assert {name: (share.hits, share.cases) for name, share in figures.items()} == {
        "beaten by our solver": (2, 3),
        "won by Baumgarten's agent": (2, 3),
        "won by the agent, of those beaten": (2, 2),
        "won by the agent, of those not beaten": (0, 1),
    }
