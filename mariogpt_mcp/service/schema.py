"""A level as structured data, the same over MCP and over HTTP."""

from __future__ import annotations

from pydantic import BaseModel, Field

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.report.reports import CheckReport, Report
from mariogpt_mcp.store.records import MadeLevel, StoredLevel


class _Result(BaseModel):
    id: str = Field(description="UUID4 under which the level can be read again")
    level: str = Field(description="14 rows of equal length, top row first")
    path: list[tuple[int, int]] = Field(
        description="cells, as (row, column) from 1, that Mario's feet pass in the run that beat it; empty if none did"
    )
    links: dict[str, str] = Field(description="where the level is played, and where its text and pictures are")


class LevelResult(_Result):
    """A generated Super Mario level."""

    report: Report
    cached: bool = Field(False, description="whether it had been made before, from the same prompt, settings and seed")


class CheckResult(_Result):
    """A Super Mario level that was checked."""

    report: CheckReport


def result_of(stored: StoredLevel, links: dict[str, str], *, cached: bool = False) -> LevelResult | CheckResult:
    """The structured data of a stored level."""
    if isinstance(stored, MadeLevel):
        return LevelResult(
            id=stored.id,
            level=stored.text,
            path=_path(stored.level),
            links=links,
            report=stored.report,
            cached=cached,
        )
    assert isinstance(stored.report, CheckReport)
    return CheckResult(id=stored.id, level=stored.text, path=_path(stored.level), links=links, report=stored.report)


def _path(level: Level) -> list[tuple[int, int]]:
    return [(row + 1, column + 1) for row, column in sorted(level.path, key=lambda cell: (cell[1], cell[0]))]
