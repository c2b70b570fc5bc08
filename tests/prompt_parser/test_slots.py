from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.prompt_parser.lexicon import Item
from mariogpt_mcp.prompt_parser.slots import Slots
from mariogpt_mcp.prompt_parser.spec import MAX_NUMBER, PromptSpec


def quantity(value: str) -> Item:
    return Item("quantity", value, value)


def number(value: int) -> Item:
    return Item("number", str(value), str(value))


def test_an_amount_replaces_the_one_before_with_a_note() -> None:
    slots = Slots()
    slots.set_amount("pipes", quantity("many"), "pipes")
    slots.set_amount("pipes", quantity("no"), "")
    assert slots.spec == PromptSpec(pipes="no")
    assert slots.notes == ["both 'many pipes' and 'no pipes' were requested; the last one, 'no pipes', was used"]


def test_no_preference_sets_nothing() -> None:
    slots = Slots()
    slots.set_amount("pipes", quantity("open"), "pipes")
    assert slots.spec == PromptSpec()


@given(st.integers(0, 2 * MAX_NUMBER))
def test_numbers_are_limited(count: int) -> None:
    slots = Slots()
    slots.set_amount("enemies", number(count), "enemies")
    assert slots.spec.enemies == min(count, MAX_NUMBER)
    assert len(slots.notes) == (count > MAX_NUMBER)


@given(st.integers(0, MAX_NUMBER), st.integers(0, MAX_NUMBER))
def test_numbers_of_two_kinds_are_added(koopas: int, goombas: int) -> None:
    slots = Slots()
    slots.set_amount("enemies", number(koopas), "koopas")
    slots.remember_noun("enemies", "koopas")
    slots.set_amount("enemies", number(goombas), "goombas")
    assert slots.spec.enemies == min(koopas + goombas, MAX_NUMBER)


def test_of_two_kinds_the_larger_class_is_used() -> None:
    slots = Slots()
    slots.set_amount("enemies", quantity("many"), "koopas")
    slots.remember_noun("enemies", "koopas")
    slots.set_amount("enemies", quantity("little"), "goombas")
    assert slots.spec.enemies == "many"


def test_a_noun_without_an_amount_is_some_unless_one_was_given() -> None:
    slots = Slots()
    slots.set_without_amount("pipes", "pipes")
    assert slots.spec.pipes == "some"
    slots.set_amount("pipes", quantity("many"), "")
    slots.set_without_amount("pipes", "pipes")
    assert slots.spec.pipes == "many"
    slots.set_without_amount("hills", "hills")
    assert slots.spec.elevation == "high"


def test_nouns_are_remembered_without_their_plural() -> None:
    slots = Slots()
    slots.remember_noun("enemies", "enemies")
    assert slots.was_named("enemies", "enemy")
    assert not slots.was_named("enemies", "koopa")
    assert not slots.was_named("pipes", "pipe")


def test_restore_sets_an_attribute_back() -> None:
    slots = Slots()
    before = slots.requested
    slots.set_without_amount("hills", "hills")
    slots.restore("hills", before)
    slots.restore("difficulty", before)
    assert slots.spec == PromptSpec()


@pytest.mark.parametrize(
    ("pipes", "factor", "enemies"),
    [(number(3), 2.0, 6), (number(3), 0.5, 2), (number(800), 2.0, MAX_NUMBER), (quantity("some"), 2.0, "many"),
     (quantity("some"), 0.5, "little"), (quantity("some"), 1.0, "some")],
)  # fmt: skip
def test_ratios(pipes: Item, factor: float, enemies: object) -> None:
    slots = Slots()
    slots.set_ratio("enemies", "pipes", factor)
    slots.set_amount("pipes", pipes, "pipes")
    assert slots.spec.enemies == enemies


def test_moods_count_where_nothing_is_requested() -> None:
    slots = Slots()
    slots.set_mood("hard")
    slots.set_amount("enemies", quantity("no"), "enemies")
    assert slots.spec == PromptSpec(enemies="no", elevation="high")


def test_fallback_moods_count_only_if_nothing_is_requested() -> None:
    slots = Slots()
    slots.set_mood("young")
    assert slots.spec == PromptSpec(enemies="little", elevation="low")
    slots.set_amount("pipes", quantity("many"), "pipes")
    assert slots.spec == PromptSpec(pipes="many")


@pytest.mark.parametrize("amount", [quantity("no"), quantity("some"), number(3)])
def test_gaps_have_no_number(amount: Item) -> None:
    slots = Slots()
    slots.set_amount("gaps", amount, "gaps")
    assert slots.spec == PromptSpec()
    assert slots.notes == ["gaps cannot be requested by number, so this was ignored; try a style"]


def test_many_gaps_are_the_athletic_style() -> None:
    slots = Slots()
    slots.set_amount("gaps", quantity("many"), "gaps")
    assert slots.spec == PromptSpec(style="athletic")


def test_the_last_of_two_styles_and_elevations_is_used() -> None:
    slots = Slots()
    for style, elevation in (("athletic", "low"), ("underground", "high")):
        slots.set_style(style)
        slots.set_elevation(elevation)
    assert slots.spec == PromptSpec(elevation="high", style="underground")
    assert len(slots.notes) == 2
