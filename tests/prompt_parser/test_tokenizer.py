from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.prompt_parser.tokenizer import has_negative_number, tokenize


def kinds(text: str) -> list[tuple[str, str]]:
    return [(item.kind, item.value) for item in tokenize(text)]


def test_the_longest_phrase_is_found() -> None:
    assert kinds("not too many pipes") == [("quantity", "little"), ("noun", "pipes")]
    assert kinds("warp pipes") == [("noun", "pipes")]


def test_words_of_no_phrase_are_unknown() -> None:
    assert kinds("spiky pipes") == [("unknown", ""), ("noun", "pipes")]


@pytest.mark.parametrize("text", ["enemy free", "enemy-free", "Enemy-Free"])
def test_a_hyphen_joins_words_as_a_space_does(text: str) -> None:
    assert kinds(text) == [("noun", "enemies"), ("suffix", "no")]


def test_signs() -> None:
    assert kinds("pipes: 3") == kinds("pipes=3") == kinds("pipes => 3")
    assert kinds("pipes, enemies.") == [("noun", "pipes"), ("stop", ""), ("noun", "enemies"), ("stop", "")]
    assert kinds("pipes... enemies") == kinds("pipes, enemies")
    assert kinds("5ish") == kinds("5 ish")


@pytest.mark.parametrize(
    "negation", ["don't", "dont", "can\u2019t", "won't", "wont", "shouldnt", "isn't", "arent", "doesnt"]
)
def test_contractions_negate(negation: str) -> None:
    assert parse_prompt(f"{negation} add pipes").spec.text == "no pipes"


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        ("leave the pipes out", "leave out the pipes"),
        ("turn the bricks up", "turn up the bricks"),
        ("turn the bricks up and the pipes down", "turn up the bricks and turn down the pipes"),
        ("fill the level with pipes", "the level fill with pipes"),
    ],
)
def test_separated_verbs_are_joined(apart: str, together: str) -> None:
    assert tokenize(apart) == tokenize(together)


def test_a_verb_is_not_joined_across_a_clause() -> None:
    assert tokenize("leave the pipes, get out") != tokenize("leave out the pipes, get")


def test_aliases_are_replaced() -> None:
    assert kinds("w/o pipes") == kinds("without pipes")


def test_decimals_are_rounded() -> None:
    assert kinds("1.5") == [("number", "2")]
    assert kinds("2.25") == [("number", "2")]


def test_negative_numbers_are_found() -> None:
    assert has_negative_number("-5 pipes")
    assert not has_negative_number("3-5 pipes, - few enemies")


@given(st.text(max_size=100))
def test_every_word_is_in_an_item(text: str) -> None:
    items = tokenize(text)
    assert all(item.text for item in items)
    assert bool(items) or not any(character.isalnum() for character in text.lower())
