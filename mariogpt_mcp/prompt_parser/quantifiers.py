"""Amounts: each waits for its noun, or belongs to the nouns before it.

Each `read_` function processes one item, at position `i`, and changes the state.
"""

from __future__ import annotations

from dataclasses import replace

from mariogpt_mcp.level.features import COUNTABLES
from mariogpt_mcp.prompt_parser.lexicon import Item, opposites
from mariogpt_mcp.prompt_parser.relations import clause_after
from mariogpt_mcp.prompt_parser.state import Distance, State

_WANTED_INSTEAD = {"too many": "little", "too much": "little", "too few": "many", "not enough": "many"}


def read_quantity(state: State, i: int, item: Item) -> None:
    """Read "many", "a few", "no"."""
    pending = state.pending
    if item.value == "open" or (item.value == "little" and "too many" in item.text):
        pending.negated = False  # "I don't like it when there are too many"
    if not pending.negated and not pending.is_refusal:
        add_amount(state, i, as_requested(state, item))
        return
    opposite = opposites().get(item.value)
    wanted = item.text == "no" and state.context.previous(i).kind == "request"
    if item.value == "no" and (wanted or not pending.negated):
        opposite = "no"  # "skip all, zero pipes", "I don't want no pipes"
    pending.clear()
    if opposite is None:
        add_amount(state, i, Item("unknown", "", f"not {item.text}"))
    else:
        add_amount(state, i, as_requested(state, replace(item, value=opposite)))


def read_adjustment(state: State, i: int, item: Item) -> None:
    """Read "crank up", "thin out": an amount, unless another one is given."""
    read_quantity(state, i, replace(item, kind="quantity", soft=True))


def read_number(state: State, i: int, item: Item) -> None:
    """Read "3", "two dozen"."""
    if "." in item.text:
        state.slots.notes.append(f"{item.text} was rounded to {item.value}")
    if item.note:
        state.slots.notes.append(item.note)
    pending, previous = state.pending, state.context.previous(i)
    if state.context.counts_something_else(i):
        drop_pending(state, i)
        read_unknown(state, i, item)
    elif pending.negated or pending.is_refusal:
        pending.clear()
        # "not one pipe" means none, but "not 3 pipes" is any other number.
        one = item.value == "1"
        add_amount(state, i, Item("quantity", "no", item.text) if one else Item("unknown", "", f"not {item.text}"))
    elif (
        previous.kind in ("level_word", "unknown")
        and not state.context.amount_has_noun(i)
        and not state.last_noun.needs_amount
    ):
        read_unknown(state, i, item)  # "like in world 8"
    else:
        add_amount(state, i, as_requested(state, item))


def read_ratio(state: State, i: int, item: Item) -> None:
    """Read "twice as many pipes as enemies"."""
    clause = clause_after(state.context.items, i)
    named = [other.value for other in clause if other.kind == "noun" and other.value in COUNTABLES]
    compared = any(other.text in ("as", "and", "than") for other in clause)
    if compared and len(named) > 1 and named[0] != named[1]:
        state.slots.set_ratio(named[0], named[1], float(item.value))
    else:
        value = "many" if float(item.value) > 1 else "little"
        read_quantity(state, i, Item("quantity", "medium" if item.value == "1" else value, item.text))


def read_replacement(state: State, i: int, item: Item) -> None:
    """Read "instead of": the noun that follows is not wanted."""
    drop_pending(state, i)
    state.pending.amount, state.pending.position = item, i


def read_suffix(state: State, i: int, item: Item) -> None:
    """Read "-free", "-heavy" after a noun."""
    if state.last_noun.needs_amount and state.last_noun.distance == Distance.ADJACENT:
        assign_to_last_noun(state, i, replace(item, kind="quantity"))
    else:
        read_unknown(state, i, item)


def read_bound(state: State, i: int, item: Item) -> None:
    """Read a bound that has no number."""
    if item.text in ("max", "maximum", "min", "minimum", "at minimum"):
        read_quantity(state, i, Item("quantity", "many" if item.value == "most" else "little", item.text))
    else:
        read_unknown(state, i, item)


def read_unknown(state: State, i: int, item: Item) -> None:
    """Record words that have no effect."""
    state.unknown[i] = item.text


def add_amount(state: State, i: int, item: Item) -> None:
    """Give an amount to the last noun, or keep it for the next one."""
    pending, last, context = state.pending, state.last_noun, state.context
    after_colon = last.distance < Distance.FAR and context.previous(i).kind == "colon"
    directly_after = last.needs_amount and last.distance == Distance.ADJACENT
    if after_colon or (directly_after and (context.amounts_follow_nouns or not context.amount_has_noun(i))):
        assign_to_last_noun(state, i, item)
        return
    if pending.amount is not None:
        if pending.amount.kind == "number" and item.value == "many":
            return  # "3 more pipes"
        if pending.amount.value != item.value and not pending.amount.soft:
            drop_pending(state, i)
    pending.amount, pending.position = item, i


def as_requested(state: State, item: Item) -> Item:
    """The amount that is wanted now: too many in an earlier level is few here, other amounts there are open."""
    if not state.in_earlier_level:
        return item
    value = next((wanted for complaint, wanted in _WANTED_INSTEAD.items() if complaint in item.text), "open")
    return Item("quantity", value, item.text)


def take_negation(state: State, i: int) -> bool:
    """Clear what stands before an adjective; returns whether it negates: "not hard", "less hard"."""
    negated, amount = state.pending.negated, state.pending.amount
    if amount is not None and (amount.kind in ("number", "unknown") or amount.soft):
        drop_pending(state, i)
    elif amount is not None:
        # "few hard parts" means hardly any, but "a few hard parts" means some.
        negated |= amount.value == "no" or (amount.value == "little" and not amount.text.startswith("a "))
    state.pending.clear()
    return negated


def end_clause(state: State, i: int) -> None:
    """End a clause, which may end with a negation: "enemies are fine but pipes are not"."""
    drop_pending(state, i)
    last = state.last_noun
    if state.pending.negated and last.needs_amount and last.distance == Distance.ADJACENT:
        assign_to_last_noun(state, i, Item("quantity", "no", "not"))
    state.pending.negated = False


def start_clause(state: State, i: int) -> None:
    """Start a clause that has nothing to do with the last noun."""
    drop_pending(state, i)
    state.shared.of_last_noun, state.last_noun.distance = None, Distance.FAR


def drop_pending(state: State, i: int) -> None:
    """Stop waiting for a noun: the amount belongs to the nouns before or has no effect."""
    pending, last = state.pending, state.last_noun
    item, pending.amount = pending.amount, None
    if item is None:
        return
    # "pipes, but only a few"
    later = last.distance == Distance.CONTRAST or (last.needs_amount and last.distance == Distance.COMMA)
    # "not a fan of enemies, keep them few"
    later |= item.kind == "quantity" and bool(last.group) and Distance.ADJACENT < last.distance < Distance.FAR
    # "I like pipes. Make it 5."
    requested = item.kind in ("number", "quantity") and last.name in COUNTABLES and len(state.slots.nouns) == 1
    requested = requested and item.text != "one" and state.context.is_requested(pending.position)
    only_fillers = all(other.kind in ("filler", "request") for other in state.context.items[pending.position + 1 : i])
    if item.kind != "unknown" and only_fillers and (later or requested or (item.soft and last.group)):
        assign_to_last_noun(state, i, item)
    elif item.text != "one" and item.value != "open":  # "an easy one"
        read_unknown(state, pending.position, item)


def assign_to_last_noun(state: State, i: int, item: Item) -> None:
    """Give an amount to the last noun; a quantity also to the nouns joined to it."""
    if item.kind == "unknown":
        read_unknown(state, i, item)
        return
    last = state.last_noun
    for name in last.group if item.kind == "quantity" else last.group[-1:]:
        if last.needs_amount:
            state.slots.restore(name, last.before_group)
        state.slots.set_amount(name, item, "")
    last.needs_amount, state.pending.amount, state.shared.of_last_noun = item.soft, None, None
