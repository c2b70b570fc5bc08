from __future__ import annotations

from dataclasses import fields

from hypothesis import given

from mariogpt_mcp.prompt_parser.spec import PromptSpec
from tests.prompt_parser.strategies import specs


def test_text_is_in_the_words_of_mariogpt() -> None:
    spec = PromptSpec(pipes=3, enemies="no", elevation="high", style="athletic")
    assert spec.text == "3 pipes, no enemies, high elevation, athletic style"
    assert PromptSpec().text == ""
    assert spec.amount("pipes") == 3
    assert spec.amount("blocks") is None


@given(specs, specs)
def test_defaults_fill_only_what_is_open(spec: PromptSpec, defaults: PromptSpec) -> None:
    filled = spec.with_defaults(defaults)
    for name in (field.name for field in fields(PromptSpec)):
        own = getattr(spec, name)
        assert getattr(filled, name) == (getattr(defaults, name) if own is None else own)
