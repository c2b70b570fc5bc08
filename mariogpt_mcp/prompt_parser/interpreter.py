"""Reads the items of a prompt from left to right and fills the slots of its spec."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mariogpt_mcp.prompt_parser import descriptions, noun_phrases, quantifiers
from mariogpt_mcp.prompt_parser.context import Context
from mariogpt_mcp.prompt_parser.lexicon import Item, Kind
from mariogpt_mcp.prompt_parser.state import Distance, State


def interpret(context: Context) -> State:
    """Read all items; the result holds the filled slots and the words that had no effect."""
    state = State(context)
    for i, item in enumerate(context.items):
        if context.previous(i).kind in ("stop", "contrast"):
            state.in_earlier_level |= context.clause_describes_earlier_level(i)
        HANDLERS[item.kind](state, i, item)
    quantifiers.end_clause(state, len(context.items))
    return state


def _read_negation(state: State, i: int, item: Item) -> None:
    state.pending.negated = True


def _read_request(state: State, i: int, item: Item) -> None:
    if state.pending.amount is not None and state.pending.amount.kind == "number":
        quantifiers.drop_pending(state, i)
    if not state.context.follows_or(i):
        state.shared.of_last_noun = None  # "no pipes, just enemies"
    noun_phrases.read_predicate(state, i, item)


def _read_conjunction(state: State, i: int, item: Item) -> None:
    state.last_noun.move_away(Distance.CONJUNCTION)


def _read_contrast(state: State, i: int, item: Item) -> None:
    quantifiers.end_clause(state, i)
    state.shared.of_last_noun, state.shared.of_list, state.in_earlier_level = None, None, False
    state.last_noun.move_away(Distance.CONTRAST)


def _read_clause_start(state: State, i: int, item: Item) -> None:
    if not (state.in_earlier_level and item.text in ("which", "that")):
        quantifiers.start_clause(state, i)


def _read_filler(state: State, i: int, item: Item) -> None:
    if item.value == "link" and state.pending.amount is not None and state.pending.amount.kind == "number":
        quantifiers.drop_pending(state, i)


def _read_level_word(state: State, i: int, item: Item) -> None:
    pass


def _read_earlier_level(state: State, i: int, item: Item) -> None:
    state.in_earlier_level = True


def _read_colon(state: State, i: int, item: Item) -> None:
    quantifiers.drop_pending(state, i)


def _read_stop(state: State, i: int, item: Item) -> None:
    context, pending, shared = state.context, state.pending, state.shared
    previous = context.previous(i)
    after_adjective = previous.kind in ("mood", "elevation", "unknown") or previous.value == "adjective"
    if item.text == "," and pending and after_adjective and context.describes_countable(i):
        return  # "no big, scary monsters"
    following = context.next(i)
    if pending.amount is not None and (following.kind, following.value) == (pending.amount.kind, pending.amount.value):
        pending.amount = None  # "many, many pipes"
    quantifiers.end_clause(state, i)
    if item.text != ",":
        shared.of_list = None
    if not (item.text == "," and (following.text in ("which", "that", "and") or "too " in following.text)):
        state.in_earlier_level = False  # unless in "it had 7 pipes, which was too many"
    if item.text != "," or (shared.of_last_noun is not None and shared.of_last_noun.kind == "replacement"):
        shared.of_last_noun = None
    state.last_noun.move_away(Distance.COMMA if item.text in (",", "?") else Distance.FAR)


HANDLERS: Mapping[Kind, Callable[[State, int, Item], None]] = {
    "quantity": quantifiers.read_quantity,
    "adjustment": quantifiers.read_adjustment,
    "number": quantifiers.read_number,
    "ratio": quantifiers.read_ratio,
    "replacement": quantifiers.read_replacement,
    "suffix": quantifiers.read_suffix,
    "bound": quantifiers.read_bound,
    "unknown": quantifiers.read_unknown,
    "noun": noun_phrases.read_noun,
    "everything": noun_phrases.read_everything,
    "pronoun": noun_phrases.read_pronoun,
    "predicate": noun_phrases.read_predicate,
    "degree": descriptions.read_degree,
    "elevation": descriptions.read_elevation,
    "mood": descriptions.read_mood,
    "style": descriptions.read_style,
    "negation": _read_negation,
    "request": _read_request,
    "conjunction": _read_conjunction,
    "contrast": _read_contrast,
    "clause_start": _read_clause_start,
    "filler": _read_filler,
    "level_word": _read_level_word,
    "earlier_level": _read_earlier_level,
    "colon": _read_colon,
    "stop": _read_stop,
}
"""What each kind of item does."""
