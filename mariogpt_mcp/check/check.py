"""Checks any level: its structure, its counts, and whether it can be beaten; repairs it if requested."""

from __future__ import annotations

from mariogpt_mcp.check.reading import read_level
from mariogpt_mcp.check.repair import MAX_WORK, repair_level
from mariogpt_mcp.export.imported import Legend
from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import LevelError
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.effort import Effort
from mariogpt_mcp.play.solver import Stuck, is_safe_start, solve
from mariogpt_mcp.report.facts import LevelFacts
from mariogpt_mcp.report.reports import Change, CheckReport
from mariogpt_mcp.store.records import CheckedLevel
from mariogpt_mcp.telemetry import span

MAX_CHECKED = 1000
"""Largest number of columns that a checked level can have; the longest level of the games has 400."""


def check_level(
    text: str | bytes, *, repair: bool = False, legend: Legend = "auto", hooks: Hooks = Hooks()
) -> CheckedLevel:
    """Check a level: its structure, its counts, and whether a run to the goal is found.

    Args:
        text: 14 rows of tiles, top row first, as `read_level` reads them; or the content of an exported file.
        repair: repair structural faults and places that no run passes, changing as few tiles as possible; every
            change is listed. A level with nothing to repair is not changed. Rows that are a tile or two too long or
            too short are accepted.
        legend: the meaning of the symbols; `auto` recognises those that only the Mario AI Framework has.
        hooks: follow and stop the search; `progress` is called with the furthest column reached and the columns.

    Returns:
        The level with the path of the run, and a `CheckReport`.

    Raises:
        MarioGPTError: the text is not a level, or has more than `MAX_CHECKED` columns.
        Stopped: the stop flag of the hooks is set.
    """
    read = read_level(text, repair=repair, legend=legend)
    level = read.level
    if level.columns > MAX_CHECKED:
        raise LevelError(
            f"A checked level has at most {MAX_CHECKED} columns, this one has {level.columns}; check it in parts."
        )
    changes: list[Change] = []
    notes = list(read.notes)
    run: Beaten | Stuck
    if repair:
        with span("repair", columns=level.columns):
            repaired = repair_level(level, hooks)
        level, changes, run = repaired.level, repaired.changes, repaired.run
        if repaired.ended:
            notes.append(
                f"the repair ended at its limit, after {len(changes)} changes; repair the level in parts, for example "
                "of 100 columns"
            )
    else:
        with span("certify", columns=level.columns):
            run = solve(level.ids, effort=Effort(MAX_WORK, level.columns, hooks))
    facts = LevelFacts(Features.of(level), tuple(faults(level.ids)), run, is_safe_start(level.ids))
    if isinstance(run, Beaten):
        level = level.with_path(run.path)
    return CheckedLevel(level, CheckReport.of(facts, changes, notes))
