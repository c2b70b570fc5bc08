from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.prompt_parser.lexicon import Item
from mariogpt_mcp.prompt_parser.numerals import merge_numbers
from mariogpt_mcp.prompt_parser.tokenizer import tokenize

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int, joint: str = " ", linked: bool = True) -> str:
    """A number below 1000 in English words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (joint + ONES[number % 10] if number % 10 else "")
    rest = (" and " if linked else " ") + in_words(number % 100, joint) if number % 100 else ""
    return f"{ONES[number // 100]} hundred{rest}"


def number_in(text: str) -> Item:
    numbers = [item for item in tokenize(text) if item.kind == "number"]
    assert len(numbers) == 1
    return numbers[0]


@given(st.integers(0, 999), st.sampled_from([" ", "-"]), st.booleans())
def test_numbers_in_words(number: int, joint: str, linked: bool) -> None:
    assert number_in(f"{in_words(number, joint, linked)} pipes").value == str(number)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a dozen", 12),
        ("two dozen", 24),
        ("2 dozen", 24),
        ("half a dozen", 6),
        ("a hundred", 100),
        ("2 hundred", 200),
        ("2 hundred and fifty", 250),
        ("one thousand five hundred", 1500),
        ("two hundred thousand and twenty one", 200_021),
        ("three thousand", 3000),
        ("one million", 1_000_000),
        ("a couple of", 2),
        ("1,000", 1000),
    ],
)
def test_multiples(text: str, value: int) -> None:
    assert number_in(f"{text} pipes").value == str(value)


@pytest.mark.parametrize("text", ["two 3", "3 hundred 5", "five two", "twenty twelve"])
def test_numbers_that_do_not_belong_together(text: str) -> None:
    assert len([item for item in tokenize(text) if item.kind == "number"]) == 2


@given(
    st.integers(0, 500), st.integers(1, 500), st.sampled_from(["{}-{}", "{} to {}", "between {} and {}", "{} or {}"])
)
def test_a_range_is_a_number_in_it(low: int, width: int, form: str) -> None:
    number = number_in(form.format(low, low + width) + " pipes")
    assert low < int(number.value) <= low + width
    assert f"{low} to {low + width} was read as {number.value}" in number.note


def test_and_makes_a_range_only_after_between() -> None:
    assert [item.value for item in tokenize("3 and 5") if item.kind == "number"] == ["3", "5"]


@given(st.integers(0, 999))
def test_a_bound_is_the_nearest_number_that_satisfies_it(number: int) -> None:
    for text in ("at least {}", "{} or more", "up to {}", "no more than {}", "{} at most", "around {}", "{} or over"):
        assert number_in(text.format(number)).value == str(number)
    assert number_in(f"more than {number}").value == str(number + 1)
    assert number_in(f"fewer than {number}").value == str(max(number - 1, 0))


def test_a_bound_after_the_noun_leaves_a_note() -> None:
    number, noun = tokenize("3 pipes max")
    assert (number.value, noun.value) == ("3", "pipes")
    assert noun.note == "only exact numbers can be requested, so '3 max' was read as 3"


def test_or_two_is_a_few() -> None:
    assert [(item.kind, item.value) for item in tokenize("a pipe or two")] == [
        ("quantity", "little"),
        ("noun", "pipes"),
    ]


def test_other_items_stay() -> None:
    items = [Item("noun", "pipes", "pipes"), Item("conjunction", "", "and"), Item("unknown", "", "spiky")]
    assert merge_numbers(items) == items
