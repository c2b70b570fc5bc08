from __future__ import annotations

import pytest

from mariogpt_mcp.prompt_parser.prompt import parse_prompt


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("flat", "low elevation"),
        ("not flat", "high elevation"),
        ("too flat", "high elevation"),
        ("high", "high elevation"),
        ("high enemies", "many enemies"),
        ("enemies: high", "many enemies"),
        ("high difficulty", "many enemies, high elevation"),
        ("not hard", "little enemies, low elevation"),
        ("a few hard parts", "many enemies, high elevation"),
        ("gentle hills", "high elevation"),
        ("scary monsters", "some enemies"),
        ("scary", "many enemies"),
        ("many underground enemies", "many enemies, underground style"),
        ("platforms over the void", "athletic style"),
    ],
)
def test_descriptions_of_the_level(text: str, understood: str) -> None:
    assert parse_prompt(text).spec.text == understood


@pytest.mark.parametrize("text", ["cave-free", "a tunnel-free level", "not underground", "no caves"])
def test_a_style_that_is_refused_is_not_requested(text: str) -> None:
    prompt = parse_prompt(text)
    assert prompt.spec.style is None
    assert prompt.not_understood != ()
