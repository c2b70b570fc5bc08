"""What is said about a level: per attribute asked and got, and everything that was not as asked."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from mariogpt_mcp.check.repair import Change
from mariogpt_mcp.level.features import COUNTABLES, WINDOW, Countable, Features, class_of, class_range
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.play.difficulty import Difficulty
from mariogpt_mcp.play.solver import SAFE_SECONDS, Beaten, Stuck
from mariogpt_mcp.prompt_parser.spec import Amount, PromptSpec

BLOCKS_TOLERANCE = 0.1
"""A plain number of blocks counts as met within this share: the ground itself is blocks."""


FAULTS_SHOWN = 20
"""Structural faults that a check spells out."""

_RENAMED = {"of": "source_id", "first": "first_new_column", "last": "last_new_column"}
"""Fields of a stored `Report` and what they are called now."""


class AttributeReport(BaseModel):
    """One attribute of the prompt."""

    name: Literal["pipes", "enemies", "blocks", "elevation", "style"]
    asked: str = Field(description="the class or number asked for; empty if the prompt left it open")
    got: str = Field(description="the level's class by MarioGPT's rule")
    count: int | None = Field(description="how many there are; null for elevation and style")
    met: bool = Field(description="whether the level is as asked; true where the prompt left it open")


class BeatableReport(BaseModel):
    """Whether the level was beaten, and how, or how far the solver came."""

    beaten: bool = Field(description="whether a run to the goal was found; its keys are the replay")
    safe_start: bool = Field(description=f"whether one may stand still at the start for {SAFE_SECONDS} seconds")
    replay: str = Field(description="the run's keys, for any player with the same physics; empty if not beaten")
    difficulty: Difficulty | None = Field(description="what the run had to do; null if not beaten")
    stopped_at: int | None = Field(description="the furthest column reached, from 1; null if beaten")
    reason: str = Field(description="what is in the way there; empty if beaten")

    @classmethod
    def of(cls, run: Beaten | Stuck, safe_start: bool) -> BeatableReport:
        """Report what the solver found."""
        if isinstance(run, Beaten):
            return cls(
                beaten=True,
                safe_start=safe_start,
                replay=run.replay.text,
                difficulty=run.difficulty,
                stopped_at=None,
                reason="",
            )
        return cls(
            beaten=False,
            safe_start=safe_start,
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
    """Everything said about one level."""

    prompt: str = Field(description="the prompt as it was read, cleaned")
    understood: str = Field(description="the prompt in MarioGPT's words; empty if nothing was asked")
    not_understood: list[str] = Field(description="words of the prompt that had no effect")
    notes: list[str] = Field(description="what was clamped, assumed or could not be reached")
    attributes: list[AttributeReport]
    met: bool = Field(description="whether every attribute asked for is met")
    beatable: BeatableReport
    structure_faults: int = Field(description="broken pipes, cannons and enemies; 0 in a level made here")
    columns: int
    coins: int
    widest_gap: int = Field(description="longest run of columns with nothing solid in them")
    temperature: float
    level_size: int = Field(description="tiles asked for, after clamping")
    seed: int
    model: str
    candidates: int = Field(description="levels written to find this one")
    seconds: float = Field(description="time it took, the loading of the model included in the first one")
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
            lines.append(f"- {new}; the rest is of {self.source_id}")
        lines += [f"- {a.name}: asked {a.asked}, got {_got(a)}{'' if a.met else ' (NOT MET)'}" for a in asked]
        free = ", ".join(f"{_got(a)} {a.name}" for a in self.attributes if not a.asked)
        if free:
            lines.append(f"- left open: {free}")
        if self.not_understood:
            lines.append("- not understood, no effect: " + ", ".join(map(repr, self.not_understood)))
        lines += [f"- note: {note}" for note in self.notes]
        lines.append(
            f"- {self.columns} columns, {self.coins} coins, at most {self.widest_gap} empty columns in a row, "
            f"{self.structure_faults} structural faults"
        )
        lines.append(f"- seed {self.seed}, temperature {self.temperature:g}, model {self.model}, {self.seconds:.1f} s")
        return "\n".join(lines)


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


def _got(attribute: AttributeReport) -> str:
    if attribute.count is None:
        return attribute.got
    return f"{attribute.got} ({attribute.count})"


def attribute_reports(spec: PromptSpec, features: Features) -> list[AttributeReport]:
    """Hold a level's counts against what was asked."""
    reports = [
        AttributeReport(
            name=name,
            asked="" if spec.amount(name) is None else str(spec.amount(name)),
            got=features.class_of(name),
            count=features.count(name),
            met=_met(name, spec.amount(name), features),
        )
        for name in COUNTABLES
    ]
    kinds: tuple[tuple[Literal["elevation", "style"], str | None, str], ...] = (
        ("elevation", spec.elevation, features.elevation),
        ("style", spec.style, features.style),
    )
    return reports + [
        AttributeReport(name=name, asked=asked or "", got=got, count=None, met=asked in (None, got))
        for name, asked, got in kinds
    ]


def _met(name: Countable, amount: Amount | None, features: Features) -> bool:
    if amount is None:
        return True
    count = features.count(name)
    if isinstance(amount, int):
        room = int(amount * BLOCKS_TOLERANCE) if name == "blocks" else 0
        return abs(count - amount) <= room
    return features.class_of(name) == amount


def shortfall(spec: PromptSpec, features: Features) -> float:
    """How far a level is from what was asked: the sum over its counts of the share too few or too many."""
    total = 0.0
    for name in COUNTABLES:
        amount, count = spec.amount(name), features.count(name)
        if amount is None:
            continue
        low, high = (amount, amount) if isinstance(amount, int) else class_range(name, amount, features.columns)
        total += max(low - count, 0) / max(low, 1)
        if high is not None:
            total += max(count - high, 0) / max(high, 1)
    return total


def unreachable(spec: PromptSpec, columns: int) -> list[str]:
    """Remarks on what a level of so many columns cannot have, one for each such attribute."""
    remarks = []
    for name in COUNTABLES:
        amount = spec.amount(name)
        if name == "blocks" and isinstance(amount, int) and amount < columns // 4:
            remarks.append(
                f"the ground counts as blocks, up to one a column: {amount} are too few for {columns} columns"
            )
        if isinstance(amount, str):
            low, high = class_range(name, amount, columns)
            if high is not None and low > high:
                remarks.append(
                    f"{columns} columns are too few for '{amount} {name}' "
                    f"({high + 1} would already be '{class_of(name, high + 1, columns)}'); "
                    f"ask for {WINDOW} columns (level_size {WINDOW * 14}) or more"
                )
    return remarks
