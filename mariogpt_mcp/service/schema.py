"""A level as structured data, in the same form over MCP and over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.report.reports import CheckReport, Report
from mariogpt_mcp.store.records import MadeLevel, StoredLevel


class _Result(BaseModel):
    id: str = Field(description="id of the level, a UUID4")
    level: str = Field(description="14 rows of equal length, top row first")
    path: list[tuple[int, int]] = Field(
        description="cells (row, column), from 1, of Mario's feet in the run that beats the level; empty if not beaten"
    )
    links: dict[str, str] = Field(description="links to play the level, and to its text and pictures")


class LevelResult(_Result):
    """A generated Super Mario level."""

    report: Report
    cached: bool = Field(False, description="whether an earlier call with the same prompt, settings and seed made it")


class CheckResult(_Result):
    """A Super Mario level that was checked."""

    report: CheckReport


def result_of(
    stored: StoredLevel, links: dict[str, str], *, cached: bool = False, notes: Sequence[str] = ()
) -> LevelResult | CheckResult:
    """The structured data of a stored level; `notes` about the call are added to those of the report."""
    report = stored.report if isinstance(stored.report, Report) else stored.report.shortened()
    report = report.model_copy(update={"notes": [*report.notes, *notes]})
    if isinstance(stored, MadeLevel):
        return LevelResult(
            id=stored.id,
            level=stored.text,
            path=_path(stored.level),
            links=links,
            report=report,
            cached=cached,
        )
    return CheckResult(id=stored.id, level=stored.text, path=_path(stored.level), links=links, report=report)


def _path(level: Level) -> list[tuple[int, int]]:
    return [(row + 1, column + 1) for row, column in sorted(level.path, key=lambda cell: (cell[1], cell[0]))]
