from __future__ import annotations

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.solver import is_safe_start, solve
from mariogpt_mcp.report.facts import LevelFacts
from mariogpt_mcp.report.reports import BeatableReport, CheckReport, Report
from tests.play.ground import ground, pit


def test_reports_say_what_the_facts_are() -> None:
    for level in (ground([1] * 30, {(20, 1): "E"}), pit(14), ground([1] * 30, {(9, 1): "b", (3, 1): "E"})):
        run = solve(level.ids)
        facts = LevelFacts(Features.of(level), tuple(faults(level.ids)), run, is_safe_start(level.ids))
        report, beatable = CheckReport.of(facts, []), BeatableReport.of(facts)
        assert report.beatable == beatable
        assert (beatable.beaten, beatable.safe_start) == (isinstance(run, Beaten), facts.has_safe_start)
        assert beatable.stopped_at == (None if isinstance(run, Beaten) else run.column)
        assert report.structure_faults == [str(fault) for fault in facts.faults]
        assert report.counts["enemies"] == facts.features.enemies
        assert report.good == (beatable.beaten and beatable.safe_start and not facts.faults)


def test_a_report_stored_under_the_old_names_is_read(generator: MarioGPT) -> None:
    report = generator.generate("", level_size=280, seed=1).report
    old = report.model_dump(mode="json")
    for then, now in (("of", "source_id"), ("first", "first_new_column"), ("last", "last_new_column")):
        old[then] = old.pop(now)
    assert Report.model_validate(old) == report
