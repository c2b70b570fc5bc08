from __future__ import annotations

import pytest

from mariogpt_mcp.prompt_parser.context import Context
from mariogpt_mcp.prompt_parser.interpreter import interpret
from mariogpt_mcp.prompt_parser.lexicon import Item
from mariogpt_mcp.prompt_parser.quantifiers import add_amount, as_requested, drop_pending, take_negation
from mariogpt_mcp.prompt_parser.state import State
from mariogpt_mcp.prompt_parser.tokenizer import tokenize

MANY = Item("quantity", "many", "many")


def state_of(text: str) -> State:
    return State(Context(tokenize(text)))


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("many pipes", "many pipes"),
        ("pipes: many", "many pipes"),
        ("not many pipes", "little pipes"),
        ("I don't want no pipes", "no pipes"),
        ("don't thin out the pipes", "many pipes"),
        ("3 more pipes", "3 pipes"),
        ("not 1 pipe", "no pipes"),
        ("twice as many goombas as pipes, with 3 pipes", "3 pipes, 6 enemies"),
        ("twice as many pipes", "many pipes"),
        ("pipes instead of enemies", "some pipes, no enemies"),
        ("pipe-free", "no pipes"),
        ("maximum pipes", "many pipes"),
        ("pipes, but only a few", "little pipes"),
        ("I like pipes. Make it 5.", "5 pipes"),
        ("enemies are fine but pipes are not", "no pipes, some enemies"),
    ],
)
def test_what_an_amount_belongs_to(text: str, understood: str) -> None:
    assert interpret(Context(tokenize(text))).slots.spec.text == understood


def test_an_amount_waits_for_its_noun() -> None:
    state = state_of("many pipes")
    add_amount(state, 0, MANY)
    assert state.pending.amount == MANY
    assert state.slots.spec.text == ""


def test_an_amount_without_a_noun_is_not_understood() -> None:
    state = state_of("many")
    add_amount(state, 0, MANY)
    drop_pending(state, 1)
    assert state.not_understood() == ("many",)


def test_too_many_in_an_earlier_level_means_few_now() -> None:
    state = state_of("")
    assert as_requested(state, MANY) == MANY
    state.in_earlier_level = True
    assert as_requested(state, Item("quantity", "many", "too many")).value == "little"
    assert as_requested(state, Item("quantity", "little", "too few")).value == "many"
    assert as_requested(state, MANY).value == "open"


@pytest.mark.parametrize(("text", "negates"), [("no", True), ("few", True), ("a few", False), ("many", False)])
def test_an_amount_before_an_adjective_may_negate_it(text: str, negates: bool) -> None:
    state = state_of(f"{text} hard parts")
    add_amount(state, 0, state.context.items[0])
    assert take_negation(state, 1) is negates
    assert not state.pending
