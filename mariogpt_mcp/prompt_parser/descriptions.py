"""Descriptions of the whole level: elevation, mood and style.

Each `read_` function processes one item, at position `i`, and changes the state.
"""

from __future__ import annotations

from dataclasses import replace

from mariogpt_mcp.level.features import COUNTABLES
from mariogpt_mcp.prompt_parser.lexicon import ELEVATION_NOUNS, Item, opposites
from mariogpt_mcp.prompt_parser.quantifiers import (
    add_amount,
    read_quantity,
    read_unknown,
    start_clause,
    take_negation,
)
from mariogpt_mcp.prompt_parser.state import Distance, State


def read_degree(state: State, i: int, item: Item) -> None:
    """Read "high": an amount in "high enemies" and "enemies: high", else an elevation."""
    amount = replace(item, kind="quantity", value="many" if item.value == "high" else "little")
    context, following = state.context, state.context.next(i)
    if _is_amount_of_last_noun(state, i) and (context.amounts_follow_nouns or following.value not in ELEVATION_NOUNS):
        read_quantity(state, i, amount)
    elif following.kind == "everything" or (following.kind == "noun" and following.value in COUNTABLES):
        if state.pending.amount is None:
            read_quantity(state, i, amount)
        else:
            read_unknown(state, i, item)
    elif following.kind == "noun" and following.value == "difficulty":
        if take_negation(state, i):
            amount = replace(amount, value=opposites()[amount.value])
        add_amount(state, i, amount)
    elif context.directly_after(i).kind == "unknown":
        read_unknown(state, i, item)  # "low battery"
    else:
        read_elevation(state, i, item)


def _is_amount_of_last_noun(state: State, i: int) -> bool:
    """Whether "high" at `i` is an amount of the noun before: "enemies: high"."""
    last = state.last_noun
    after_colon = state.context.previous(i).kind == "colon" and last.distance < Distance.FAR
    directly_after = last.needs_amount and last.distance == Distance.ADJACENT
    return (after_colon or directly_after) and last.name not in ELEVATION_NOUNS


def read_elevation(state: State, i: int, item: Item) -> None:
    """Read "flat", "mountainous"."""
    if state.context.describes_countable(i, across_commas=bool(state.pending)):
        read_unknown(state, i, item)
        return
    complaint = state.context.follows_too(i) and not state.pending
    value = opposites()[item.value] if take_negation(state, i) or complaint or state.in_earlier_level else item.value
    following, last = state.context.next(i), state.last_noun
    if following.kind == "noun" and following.value in ELEVATION_NOUNS:
        add_amount(state, i, Item("quantity", "many" if value == "high" else "little", item.text))
        return
    if last.needs_amount and last.name in ELEVATION_NOUNS and last.distance < Distance.FAR:
        state.slots.restore(last.name, last.before_group)
    state.slots.set_elevation(value)
    start_clause(state, i)


def read_mood(state: State, i: int, item: Item) -> None:
    """Read "easy", "peaceful"."""
    following = state.context.directly_after(i)
    describes_hills = following.kind == "noun" and following.value in ELEVATION_NOUNS
    if describes_hills or state.context.describes_countable(i, across_commas=bool(state.pending)):
        return  # "gentle hills", "scary monsters"
    mood: str | None = item.value
    complaint = state.context.follows_too(i) and not state.pending
    if take_negation(state, i) or complaint or (state.in_earlier_level and "too" not in item.text):
        mood = opposites().get(item.value)
    if mood is None:
        read_unknown(state, i, replace(item, text=f"not {item.text}"))
    else:
        state.slots.set_mood(mood)
    start_clause(state, i)


def read_style(state: State, i: int, item: Item) -> None:
    """Read "underground", also within "many underground enemies"."""
    following, last = state.context.next(i), state.last_noun
    has_refusing_suffix = following.kind == "suffix" and following.value == "no"  # "cave-free"
    if has_refusing_suffix or state.pending.negated or state.pending.is_refusal:
        state.pending.clear()
        read_unknown(state, i, replace(item, text=f"not {item.text}"))
    elif not state.in_earlier_level:
        bare_blocks = last.needs_amount and last.name == "blocks" and last.distance == Distance.ADJACENT
        if item.value == "athletic" and bare_blocks:
            state.slots.restore("blocks", last.before_group)  # "platforms over the void"
        state.slots.set_style(item.value)
