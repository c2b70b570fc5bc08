"""How well a level matches its prompt: what is met, how far off the rest is, and what its width rules out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mariogpt_mcp.level.features import COUNTABLES, WINDOW, Countable, Features, class_of, class_range
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.prompt_parser.relations import Relation
from mariogpt_mcp.prompt_parser.spec import Amount, PromptSpec
from mariogpt_mcp.report.reports import AttributeReport, RelationReport

BLOCKS_TOLERANCE = 0.1
"""A plain number of blocks counts as met within this share: the ground itself is blocks."""


def attribute_reports(spec: PromptSpec, features: Features) -> list[AttributeReport]:
    """Compare the counts of a level with what was requested."""
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


def relation_reports(relations: Sequence[Relation], features: Features) -> list[RelationReport]:
    """Compare the counts of a level with the relations that were requested."""
    reports = []
    for relation in relations:
        count, other = features.count(relation.name), features.count(relation.other)
        got = f"{count} {relation.name} and {other} {relation.other}"
        reports.append(RelationReport(asked=relation.words, got=got, met=relation.distance(count, other) == 0))
    return reports


def _met(name: Countable, amount: Amount | None, features: Features) -> bool:
    if amount is None:
        return True
    count = features.count(name)
    if isinstance(amount, int):
        tolerance = int(amount * BLOCKS_TOLERANCE) if name == "blocks" else 0
        return abs(count - amount) <= tolerance
    return features.class_of(name) == amount


def shortfall(spec: PromptSpec, features: Features, relations: Sequence[Relation] = ()) -> float:
    """How far a level is from what was requested: the sum of the relative errors of its counts and relations."""
    total = sum(r.distance(features.count(r.name), features.count(r.other)) for r in relations)
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
    """Remarks on what a level of this many columns cannot have, one for each such attribute."""
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
                    f"ask for {WINDOW} columns (level_size {WINDOW * HEIGHT}) or more"
                )
    return remarks
