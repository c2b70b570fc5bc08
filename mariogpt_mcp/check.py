"""Checks any level, whoever wrote it: structure, counts, and whether it can be beaten; mends it if asked to."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, Field

from mariogpt_mcp.features import COUNTABLES, Features
from mariogpt_mcp.level import Level, LevelError
from mariogpt_mcp.play.solver import Beaten, is_safe_start, solve
from mariogpt_mcp.repair import Change, mend
from mariogpt_mcp.report import BeatableReport
from mariogpt_mcp.store import StoredLevel
from mariogpt_mcp.structure import faults

MAX_CHECKED = 1000
"""Columns of the longest level that is checked: the longest of the games has 400."""

FAULTS_SHOWN = 20


class CheckReport(BaseModel):
    """What a check found."""

    columns: int
    structure_faults: list[str] = Field(description="each broken pipe, cannon and enemy, with row and column from 1")
    beatable: BeatableReport
    counts: dict[str, int] = Field(description="pipes, enemies, blocks, coins, cannons, gaps")
    classes: dict[str, str] = Field(description="by MarioGPT's rule: pipes, enemies, blocks, elevation, style")
    widest_gap: int = Field(description="longest run of columns with nothing solid in them")
    changes: list[Change] = Field(description="tiles that the repair changed; empty if none was asked for or needed")

    @classmethod
    def of(cls, level: Level, beatable: BeatableReport, changes: list[Change]) -> CheckReport:
        """Count a level that was played."""
        features = Features.of(level)
        return cls(
            columns=level.columns,
            structure_faults=[str(fault) for fault in faults(level)],
            beatable=beatable,
            counts={
                **{name: features.count(name) for name in COUNTABLES},
                "coins": features.coins,
                "cannons": features.cannons,
                "gaps": features.gaps,
            },
            classes={
                **{name: features.class_of(name) for name in COUNTABLES},
                "elevation": features.elevation,
                "style": features.style,
            },
            widest_gap=features.widest_gap,
            changes=changes,
        )

    @property
    def good(self) -> bool:
        """Whether nothing was found."""
        return not self.structure_faults and self.beatable.beaten and self.beatable.safe_start

    def text(self) -> str:
        """The report as short lines of text."""
        lines = [self.beatable.text()]
        shown = self.structure_faults[:FAULTS_SHOWN]
        if shown:
            more = len(self.structure_faults) - len(shown)
            lines.append(f"- {len(self.structure_faults)} structural faults: {'; '.join(shown)}")
            lines[-1] += f"; and {more} more" if more else ""
        else:
            lines.append("- structure whole: no half pipe, nothing walled in or over nothing")
        lines += [f"- changed {change}" for change in self.changes]
        lines.append("- " + ", ".join(f"{self.classes[name]} {name} ({self.counts[name]})" for name in COUNTABLES))
        lines[-1] += f", {self.classes['elevation']} elevation, {self.classes['style']} style"
        lines.append(
            f"- {self.columns} columns, {self.counts['coins']} coins, at most {self.widest_gap} empty in a row"
        )
        return "\n".join(lines)


@dataclass(frozen=True)
class CheckedLevel(StoredLevel):
    """A level that was checked, mended if that was asked for, and the report on it."""

    report: CheckReport


def check_level(text: str, *, repair: bool = False) -> CheckedLevel:
    """Check a level: its structure, its counts, and whether a run to the goal is found.

    Args:
        text: 14 rows of tiles, top row first; lower levels get sky on top.
        repair: mend structure and impossible places with as few tiles as can be found; every change is listed.

    Returns:
        The level with the path of the run, and a `CheckReport`.

    Raises:
        MarioGPTError: the text is no level, or a longer one than is checked.
    """
    level = Level.parse(text, fit=True)
    if level.columns > MAX_CHECKED:
        raise LevelError(
            f"A level to be checked has at most {MAX_CHECKED} columns, this one has {level.columns}; check it in parts."
        )
    changes: list[Change] = []
    if repair:
        level, changes = mend(level)
    run = solve(level)
    if isinstance(run, Beaten):
        level = level.with_path(run.path)
    return CheckedLevel(level, CheckReport.of(level, BeatableReport.of(run, is_safe_start(level)), changes))
