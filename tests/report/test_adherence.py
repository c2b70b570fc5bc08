from __future__ import annotations

import pytest

from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.report.adherence import attribute_reports, relation_reports, shortfall, unreachable

# 50 columns: 1 pipe, 2 enemies, 50 ground blocks, low.
ROWS = ["-" * 50] * (HEIGHT - 2) + ["-<>-E-----E" + "-" * 39, "X" * 50]


FEATURES = Features.of(Level(tuple(ROWS)))


@pytest.mark.parametrize(
    ("prompt", "missed"),
    [
        ("", []),
        ("little pipes, little enemies, little blocks, low elevation", []),
        ("1 pipes, 2 enemies, 50 blocks", []),
        ("55 blocks", []),
        ("56 blocks", ["blocks"]),
        ("2 pipes", ["pipes"]),
        ("no pipes", ["pipes"]),
        ("many enemies, high elevation", ["enemies", "elevation"]),
        ("overworld", []),
        ("underground", ["style"]),
        ("athletic, little pipes", ["style"]),
    ],
)
def test_what_is_met(prompt: str, missed: list[str]) -> None:
    reports = attribute_reports(parse_prompt(prompt).spec, FEATURES)
    assert [r.name for r in reports if not r.met] == missed


def test_the_style_is_reported_like_the_elevation() -> None:
    for prompt, asked in (("", ""), ("athletic", "athletic")):
        report = attribute_reports(parse_prompt(prompt).spec, FEATURES)[-1]
        assert (report.name, report.asked, report.got, report.count) == ("style", asked, "overworld", None)


def test_classes_a_narrow_level_cannot_have_are_named() -> None:
    remarks = unreachable(parse_prompt("some pipes, many enemies").spec, 7)
    assert len(remarks) == 1
    assert remarks[0].startswith("7 columns are too few for 'some pipes'")
    assert unreachable(parse_prompt("some pipes").spec, 50) == []
    assert "too few for 50 columns" in unreachable(parse_prompt("10 blocks").spec, 50)[0]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [("", 0), ("little pipes, 2 enemies", 0), ("2 pipes", 0.5), ("4 enemies", 0.5), ("1 enemies", 1), ("no pipes", 1)],
)
def test_shortfall_grows_with_the_distance(prompt: str, expected: float) -> None:
    assert shortfall(parse_prompt(prompt).spec, FEATURES) == expected


@pytest.mark.parametrize(("blocks", "remarks"), [(24, 1), (25, 0), (45, 0), (100, 0)])
def test_few_blocks_are_possible_where_ground_is_rare(blocks: int, remarks: int) -> None:
    assert len(unreachable(PromptSpec(blocks=blocks), 100)) == remarks


def test_relations_are_compared_with_the_counts() -> None:
    more, fewer = parse_prompt("more enemies than pipes").relations + parse_prompt("fewer enemies than pipes").relations
    met, missed = relation_reports((more, fewer), FEATURES)
    assert (met.asked, met.got, met.met) == ("more enemies than pipes", "2 enemies and 1 pipes", True)
    assert (missed.asked, missed.met) == ("fewer enemies than pipes", False)
    assert shortfall(PromptSpec(), FEATURES, (more,)) == 0
    assert shortfall(PromptSpec(), FEATURES, (fewer,)) > 0
