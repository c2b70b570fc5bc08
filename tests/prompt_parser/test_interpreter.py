from __future__ import annotations

from typing import get_args

import pytest

from mariogpt_mcp.prompt_parser.context import Context
from mariogpt_mcp.prompt_parser.interpreter import HANDLERS, interpret
from mariogpt_mcp.prompt_parser.lexicon import Kind
from mariogpt_mcp.prompt_parser.tokenizer import tokenize


def test_every_kind_has_a_handler() -> None:
    assert set(HANDLERS) == set(get_args(Kind))


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("no pipes, just enemies", "no pipes, some enemies"),
        ("no pipes or just enemies", "no pipes, no enemies"),
        ("no pipes but enemies", "no pipes, some enemies"),
        ("many, many pipes", "many pipes"),
        ("no big, scary monsters", "no enemies"),
        ("four of each: pipes and enemies. Bricks", "4 pipes, 4 enemies, some blocks"),
        ("the last level had 7 pipes, which was too many", "little pipes"),
        ("the last level had pipes. Enemies", "some enemies"),
        ("", ""),
    ],
)
def test_words_between_amounts_and_nouns(text: str, understood: str) -> None:
    assert interpret(Context(tokenize(text))).slots.spec.text == understood


def test_what_had_no_effect_is_kept() -> None:
    assert interpret(Context(tokenize("a spooky underwater level with pipes"))).not_understood() == (
        "spooky underwater",
    )
