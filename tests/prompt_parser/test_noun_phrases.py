from __future__ import annotations

import pytest

from mariogpt_mcp.prompt_parser.prompt import parse_prompt


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("pipes", "some pipes"),
        ("a pipe", "1 pipes"),
        ("no goomba enemies", "no enemies"),
        ("no pipes or enemies", "no pipes, no enemies"),
        ("many pipes and enemies", "many pipes, many enemies"),
        ("3 pipes and enemies", "3 pipes, some enemies"),
        ("few pipes, high ground", "little pipes, high elevation"),
        ("pipes and enemies: few", "little pipes, little enemies"),
        ("pipes, pipes, pipes", "many pipes"),
        ("pipes, pipes", "some pipes"),
        ("two of each: pipes and koopas", "2 pipes, 2 enemies"),
        ("lots of everything", "many pipes, many enemies, many blocks"),
        ("3 pipes, everything else low", "3 pipes, little enemies, little blocks"),
        ("I love pipes, give me lots of them", "many pipes"),
        ("pipes are ugly, remove them", "no pipes"),
        ("pipes are not allowed", "no pipes"),
    ],
)
def test_what_a_noun_gets(text: str, understood: str) -> None:
    assert parse_prompt(text).spec.text == understood


@pytest.mark.parametrize("text", ["no gaps", "few gaps, 2 pipes", "3 gaps", "without pits", "gaps"])
def test_gaps_cannot_be_counted_and_that_is_said(text: str) -> None:
    prompt = parse_prompt(text)
    assert prompt.spec.style is None
    assert any("gaps cannot be requested" in note for note in prompt.notes)
