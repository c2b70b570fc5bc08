from __future__ import annotations

import pytest

from mariogpt_mcp.check.check import MAX_CHECKED, check_level
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.play.replay import Replay
from mariogpt_mcp.report.reports import FAULTS_SHOWN
from tests.play.ground import ground, pit

PIPE = {(14, 1): "[", (15, 1): "]", (14, 2): "<", (15, 2): ">"}


def test_a_good_level_is_beaten_and_counted() -> None:
    level = ground([1] * 40, {**PIPE, (20, 1): "E", (30, 3): "o"})
    checked = check_level(level.text())
    report = checked.report
    assert report.good
    assert report.counts | {"blocks": 0} == {
        "pipes": 1,
        "enemies": 1,
        "blocks": 0,
        "coins": 1,
        "cannons": 0,
        "gaps": 0,
    }
    assert report.classes["pipes"] == "little"
    assert Replay.parse(report.beatable.replay).wins(level)
    assert checked.level.path
    assert report.text().startswith("- beaten by the built-in player")
    assert "structure valid" in report.text()


def test_the_report_starts_with_the_place_where_runs_end() -> None:
    report = check_level(pit(14).text()).report
    assert not report.good
    assert report.beatable.stopped_at == 20
    assert report.beatable.replay == ""
    first = report.text().splitlines()[0]
    assert first == (
        "- NOT SHOWN TO BE BEATABLE: no run found past column 20, where 14 columns have nothing to stand on"
    )


def test_faults_are_listed_up_to_a_number() -> None:
    halves = {(c, 5): "]" for c in range(4, 4 + 2 * (FAULTS_SHOWN + 5), 2)}
    report = check_level(ground([1] * 70, halves).text()).report
    assert len(report.structure_faults) > FAULTS_SHOWN
    assert f"and {len(report.structure_faults) - FAULTS_SHOWN} more" in report.text()
    assert "row 9, column 5" in report.text()


def test_a_repair_lists_what_it_changed() -> None:
    checked = check_level(pit(14).text(), repair=True)
    assert checked.report.good
    assert len(checked.report.changes) >= 1
    for change in checked.report.changes:
        assert f"- changed {change}" in checked.report.text()


def test_nothing_is_changed_unless_requested() -> None:
    level = pit(14)
    checked = check_level(level.text())
    assert checked.report.changes == []
    assert checked.level.text() == level.text()


def test_a_path_in_the_text_is_not_part_of_the_level() -> None:
    level = ground([1] * 20)
    again = check_level(check_level(level.text()).level.text(path=True))
    assert again.level.text() == level.text()
    assert again.report.good


def test_levels_with_fewer_rows_get_sky_on_top() -> None:
    assert check_level("--------------------\nXXXXXXXXXXXXXXXXXXXX").report.good


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "level"),
        ("X" * (MAX_CHECKED + 1), f"at most {MAX_CHECKED} columns, this one has {MAX_CHECKED + 1}"),
        ("--Z--", "Row 1, column 3 has 'Z'"),
    ],
)
def test_text_that_is_not_a_level_is_refused(text: str, message: str) -> None:
    with pytest.raises(MarioGPTError, match=message):
        check_level(text)
