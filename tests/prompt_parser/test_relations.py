from __future__ import annotations

import pytest

from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.prompt_parser.relations import Relation


@pytest.mark.parametrize(
    ("prompt", "relation"),
    [
        ("more pipes than enemies", ("pipes", "enemies", "more", 1)),
        ("I want many more pipes than goombas", ("pipes", "enemies", "more", 1)),
        ("a few more pipes than enemies", ("pipes", "enemies", "more", 1)),
        ("fewer enemies than pipes", ("enemies", "pipes", "fewer", 1)),
        ("less bricks than pipes", ("blocks", "pipes", "fewer", 1)),
        ("twice as many pipes as enemies", ("pipes", "enemies", "times", 2)),
        ("half as many enemies as pipes", ("enemies", "pipes", "times", 0.5)),
        ("the same number of pipes and enemies", ("pipes", "enemies", "times", 1)),
        ("as many pipes as enemies", ("pipes", "enemies", "times", 1)),
    ],
)
def test_relations_are_read(prompt: str, relation: tuple[str, str, str, float]) -> None:
    [found] = parse_prompt(prompt).relations
    assert (found.name, found.other, found.kind, found.factor) == relation
    assert found.words in prompt.replace("goombas", found.words.split()[-1])


@pytest.mark.parametrize(
    "prompt",
    [
        *("many pipes, few enemies", "more enemies than last time", "more than 5 pipes", "pipes and enemies"),
        *("more pipes. fewer enemies than", "more pipes and fewer enemies", "many pipes as well as enemies"),
    ],
)
def test_other_prompts_have_none(prompt: str) -> None:
    assert parse_prompt(prompt).relations == ()


@pytest.mark.parametrize(
    ("kind", "factor", "count", "other", "met"),
    [
        ("more", 1, 5, 4, True),
        ("more", 1, 4, 4, False),
        ("fewer", 1, 3, 4, True),
        ("fewer", 1, 4, 4, False),
        ("times", 2, 8, 4, True),
        ("times", 2, 9, 4, True),
        ("times", 2, 10, 4, False),
        ("times", 1, 100, 109, True),
        ("times", 1, 100, 120, False),
        ("more", 1, 0, 0, False),
    ],
)
def test_when_a_relation_is_met(kind: str, factor: float, count: int, other: int, met: bool) -> None:
    relation = Relation("pipes", "enemies", kind, "", factor)  # type: ignore[arg-type]
    assert (relation.distance(count, other) == 0) is met
