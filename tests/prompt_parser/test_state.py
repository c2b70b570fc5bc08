from __future__ import annotations

from mariogpt_mcp.prompt_parser.context import Context
from mariogpt_mcp.prompt_parser.lexicon import Item
from mariogpt_mcp.prompt_parser.state import Distance, LastNoun, Pending, State


def test_pending_is_true_while_something_waits() -> None:
    assert not Pending()
    assert Pending(negated=True)
    pending = Pending(Item("quantity", "no", "without"))
    assert pending
    assert pending.is_refusal
    pending.clear()
    assert not pending
    assert not pending.is_refusal


def test_the_last_noun_only_moves_away() -> None:
    noun = LastNoun(distance=Distance.ADJACENT)
    noun.move_away(Distance.COMMA)
    noun.move_away(Distance.CONJUNCTION)
    assert noun.distance == Distance.COMMA


def test_neighbours_that_were_not_understood_are_joined() -> None:
    state = State(Context([]), unknown={4: "battery", 3: "low", 0: "hello"})
    assert state.not_understood() == ("hello", "low battery")
