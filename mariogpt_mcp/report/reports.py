"""The report on a level: for each attribute what was requested and what it has, and how it was beaten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from mariogpt_mcp.level.features import COUNTABLES
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.difficulty import Difficulty
from mariogpt_mcp.play.solver import SAFE_SECONDS
from mariogpt_mcp.report.facts import LevelFacts

FAULTS_SHOWN = 20
"""Structural faults, and changes, that the text of a report spells out."""

MOST_LISTED = 100
"""Structural faults, and changes, that a result lists."""

_RENAMED = {"of": "source_id", "first": "first_new_column", "last": "last_new_column"}
"""Fields of a stored `Report` and what they are called now."""


class AttributeReport(BaseModel):
    """One attribute of the prompt."""

    name: Literal["pipes", "enemies", "blocks", "elevation", "style"]
    asked: str = Field(description="the class or number requested; empty if the prompt left it open")
    got: str = Field(description="the level's class by MarioGPT's rule")
    count: int | None = Field(description="how many there are; null for elevation and style")
    met: bool = Field(description="whether the level is as requested; true if the prompt left it open")


class RelationReport(BaseModel):
    """A relation between two counts that the prompt requests, such as "more pipes than enemies"."""

    asked: str = Field(description="the words of the prompt")
    got: str = Field(description="the two counts")
    met: bool


class BeatableReport(BaseModel):
    """Whether the level was beaten, and how, or how far the solver came."""

    beaten: bool = Field(description="whether a run to the goal was found; its keys are the replay")
    safe_start: bool = Field(description=f"whether Mario can stand still at the start for {SAFE_SECONDS} seconds")
    replay: str = Field(description="the run's keys, for any player with the same physics; empty if not beaten")
    difficulty: Difficulty | None = Field(description="what the run had to do; null if not beaten")
    stopped_at: int | None = Field(description="the furthest column reached, from 1; null if beaten")
    reason: str = Field(description="what is in the way there; empty if beaten")

    @classmethod
    def of(cls, facts: LevelFacts) -> BeatableReport:
        """Report what the solver found."""
        run = facts.run
        if isinstance(run, Beaten):
            return cls(
                beaten=True,
                safe_start=facts.has_safe_start,
                replay=run.replay.text,
                difficulty=run.difficulty,
                stopped_at=None,
                reason="",
            )
        return cls(
            beaten=False,
            safe_start=facts.has_safe_start,
            replay="",
            difficulty=None,
            stopped_at=run.column,
            reason=run.reason,
        )

    def text(self) -> str:
        """One or two short lines."""
        if self.difficulty is None:
            line = f"- NOT SHOWN TO BE BEATABLE: no run found past column {self.stopped_at}, {self.reason}"
        else:
            line = f"- beaten by the built-in player: {self.difficulty.text()}"
        if not self.safe_start:
            line += f"\n- the start is NOT safe to stand on for {SAFE_SECONDS} seconds"
        return line


class Report(BaseModel):
    """The report on one level."""

    prompt: str = Field(description="the prompt as it was read, cleaned")
    understood: str = Field(description="the prompt in MarioGPT's words; empty if nothing was requested")
    not_understood: list[str] = Field(description="words of the prompt that had no effect")
    notes: list[str] = Field(description="what was clamped, assumed or could not be reached")
    attributes: list[AttributeReport]
    relations: list[RelationReport] = Field([], description="requested relations between two counts")
    met: bool = Field(description="whether every requested attribute and relation is met")
    beatable: BeatableReport
    structure_faults: int = Field(description="broken pipes, cannons and enemies; 0 in a level made here")
    columns: int
    coins: int
    widest_gap: int = Field(description="longest run of columns with nothing solid in them")
    temperature: float
    level_size: int = Field(description="tiles requested, after clamping")
    seed: int
    model: str
    candidates: int = Field(description="levels written to find this one")
    seconds: float = Field(description="time it took; in the first one with the loading of the model")
    source_id: str = Field("", description="id of the level that the other columns come from; empty if all are new")
    first_new_column: int = Field(description="first new column, from 1; attributes are counted in the new columns")
    last_new_column: int = Field(description="last new column")

    @model_validator(mode="before")
    @classmethod
    def _read_old_names(cls, data: Any) -> Any:
        """Read reports that were stored before three of the fields were renamed."""
        if not isinstance(data, dict):
            return data
        return {_RENAMED.get(name, name): value for name, value in data.items()}

    def text(self) -> str:
        """The report as short lines of text."""
        asked = [a for a in self.attributes if a.asked]
        lines = [self.beatable.text()]
        if self.source_id:
            new = f"columns {self.first_new_column} to {self.last_new_column} are new, and counted here"
            lines.append(f"- {new}; the others are from {self.source_id}")
        lines += [f"- {a.name}: asked {a.asked}, got {_got(a)}{'' if a.met else ' (NOT MET)'}" for a in asked]
        lines += [f"- asked {r.asked}, got {r.got}{'' if r.met else ' (NOT MET)'}" for r in self.relations]
        free = ", ".join(f"{_got(a)} {a.name}" for a in self.attributes if not a.asked)
        if free:
            lines.append(f"- not requested: {free}")
        if self.not_understood:
            lines.append("- not understood, no effect: " + ", ".join(map(repr, self.not_understood)))
        lines += [f"- note: {note}" for note in self.notes]
        lines.append(
            f"- {self.columns} columns, {self.coins} coins, at most {self.widest_gap} empty columns in a row, "
            f"{self.structure_faults} structural faults"
        )
        lines.append(f"- seed {self.seed}, temperature {self.temperature:g}, model {self.model}, {self.seconds:.1f} s")
        return "\n".join(lines)


class Change(BaseModel):
    """One tile that a repair changed; row and column count from 1, row 1 on top."""

    row: int
    column: int
    before: str = Field(description="the tile that was there")
    after: str = Field(description="the tile that is there now")
    why: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.before} became {self.after} ({self.why})"


class CheckReport(BaseModel):
    """What a check found."""

    columns: int
    structure_faults: list[str] = Field(description="each broken pipe, cannon and enemy, with row and column from 1")
    beatable: BeatableReport
    counts: dict[str, int] = Field(description="pipes, enemies, blocks, coins, cannons, gaps")
    classes: dict[str, str] = Field(description="by MarioGPT's rule: pipes, enemies, blocks, elevation, style")
    widest_gap: int = Field(description="longest run of columns with nothing solid in them")
    changes: list[Change] = Field(description="tiles that a repair changed; empty if none was requested or needed")
    notes: list[str] = Field([], description="what was read in another way than it was sent")

    @classmethod
    def of(cls, facts: LevelFacts, changes: list[Change], notes: Sequence[str] = ()) -> CheckReport:
        """Report on a level that was checked."""
        features = facts.features
        return cls(
            columns=features.columns,
            structure_faults=[str(fault) for fault in facts.faults],
            beatable=BeatableReport.of(facts),
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
            notes=list(notes),
        )

    def shortened(self) -> CheckReport:
        """The report with at most `MOST_LISTED` faults and changes; its notes count the others."""
        notes = list(self.notes)
        for name, entries in (("structural faults", self.structure_faults), ("changes", self.changes)):
            if len(entries) > MOST_LISTED:
                notes.append(f"the first {MOST_LISTED} of {len(entries)} {name} are listed")
        faults, changes = self.structure_faults[:MOST_LISTED], self.changes[:MOST_LISTED]
        return self.model_copy(update={"structure_faults": faults, "changes": changes, "notes": notes})

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
            lines.append("- structure valid: no half pipe, nothing walled in or over nothing")
        lines += [f"- changed {change}" for change in self.changes[:FAULTS_SHOWN]]
        if len(self.changes) > FAULTS_SHOWN:
            lines.append(f"- and {len(self.changes) - FAULTS_SHOWN} more changes")
        lines += [f"- note: {note}" for note in self.notes]
        lines.append("- " + ", ".join(f"{self.classes[name]} {name} ({self.counts[name]})" for name in COUNTABLES))
        lines[-1] += f", {self.classes['elevation']} elevation, {self.classes['style']} style"
        lines.append(
            f"- {self.columns} columns, {self.counts['coins']} coins, at most {self.widest_gap} empty in a row"
        )
        return "\n".join(lines)


def _got(attribute: AttributeReport) -> str:
    if attribute.count is None:
        return attribute.got
    if attribute.asked.isdecimal():
        return str(attribute.count)
    return f"{attribute.got} ({attribute.count})"
