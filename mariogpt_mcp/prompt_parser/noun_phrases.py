"""Nouns: what the amounts are of.

Each `read_` function processes one item, at position `i`, and changes the state.
"""

from __future__ import annotations

from mariogpt_mcp.level.features import COUNTABLES
from mariogpt_mcp.prompt_parser.lexicon import ELEVATION_NOUNS, Item
from mariogpt_mcp.prompt_parser.quantifiers import as_requested, assign_to_last_noun, read_unknown
from mariogpt_mcp.prompt_parser.state import Distance, State

_REPETITIONS_FOR_MANY = 3
"""How often a noun without an amount is said in a row to mean many: "pipes, pipes, pipes"."""


def read_noun(state: State, i: int, item: Item) -> None:
    """Read "pipes", "goombas", "hills"."""
    if item.note:
        state.slots.notes.append(item.note)
    pending, last, shared = state.pending, state.last_noun, state.shared
    has_amount = bool(pending)
    if not has_amount and _is_repetition(state, i, item):
        return
    last.repetitions = 1
    joined = last.distance == Distance.ADJACENT and last.name is not None
    amount = _amount_for(state, i, item, joined)
    if amount is None and joined and item.value == last.name:
        return  # "no goomba enemies"
    if state.in_earlier_level and (amount is None or amount.value != "little"):
        amount = Item("quantity", "open", item.text) if amount is None else as_requested(state, amount)
    inherited = not has_amount and amount is not None and amount is shared.of_last_noun
    pending.clear()
    # Numbers apply to one noun only, except in "zero pipes or enemies".
    applies_to_more = amount is not None and (amount.kind in ("quantity", "replacement") or amount.value == "0")
    shared.of_last_noun = amount if applies_to_more else None
    if amount is None:
        _name_without_amount(state, i, item)
    else:
        last.before_group, last.group = state.slots.requested, [item.value]
        if amount.kind == "unknown":
            last.needs_amount = True
            read_unknown(state, pending.position, amount)
        else:
            last.needs_amount = inherited or amount.soft or amount.value == "open"
            state.slots.set_amount(item.value, amount, item.text)
    state.slots.remember_noun(item.value, item.text)
    last.name, last.distance = item.value, Distance.ADJACENT


def _name_without_amount(state: State, i: int, item: Item) -> None:
    """Name an attribute whose amount may follow: "pipes, enemies and bricks: few"."""
    last = state.last_noun
    listed = state.context.previous(i).text == "," and state.context.next(i).kind == "conjunction"
    joined = last.distance == Distance.CONJUNCTION or (last.distance == Distance.COMMA and listed)
    if not (last.needs_amount and joined):
        last.before_group, last.group = state.slots.requested, []
    last.needs_amount = True
    last.group.append(item.value)
    state.slots.set_without_amount(item.value, item.text)


def _amount_for(state: State, i: int, item: Item, joined: bool) -> Item | None:
    """The amount that a noun gets from what stands before it."""
    context, inherited = state.context, state.shared.of_last_noun
    if state.pending.amount is not None:
        return state.pending.amount
    if state.pending.negated:
        return Item("quantity", "no", "")
    if state.shared.of_list is not None:
        return state.shared.of_list
    if inherited is not None and context.follows_or(i):
        return inherited
    if context.has_indefinite_article(i):
        return Item("number", "1", "")
    if inherited is None or inherited.kind == "number" or joined:
        return None
    if context.previous(i).text in ("a", "an"):
        return None
    refused = inherited.value == "no"
    if item.value in ELEVATION_NOUNS and not refused:
        return None  # "few pipes, high ground"
    listed = state.last_noun.distance <= Distance.CONJUNCTION or context.is_in_list(i) or refused
    return inherited if listed else None


def _is_repetition(state: State, i: int, item: Item) -> bool:
    """Count "pipes, pipes, pipes"; returns whether this noun only repeats the last one."""
    last = state.last_noun
    if not (last.needs_amount and item.value == last.name and last.distance <= Distance.COMMA):
        return False
    if item.value not in COUNTABLES or last.group != [item.value] or not state.slots.was_named(item.value, item.text):
        return False
    last.repetitions += 1
    if last.repetitions == _REPETITIONS_FOR_MANY:
        assign_to_last_noun(state, i, Item("quantity", "many", item.text, soft=True))
    last.distance = Distance.ADJACENT
    return True


def read_everything(state: State, i: int, item: Item) -> None:
    """Read "lots of everything", "two of each: pipes and koopas", "everything else low"."""
    pending, last, slots = state.pending, state.last_noun, state.slots
    amount, pending.amount = pending.amount, None
    if amount is None and pending.negated:
        amount, pending.negated = Item("quantity", "no", item.text), False
    the_rest = item.text.endswith(("else", "rest"))
    names: list[str] = [name for name in COUNTABLES if not the_rest or slots.requested.amount(name) is None]
    if amount is None:
        if the_rest:
            last.before_group, last.needs_amount, last.group = slots.requested, True, names
            last.name, last.distance = "all", Distance.ADJACENT
    elif amount.kind == "unknown":
        read_unknown(state, pending.position, amount)
    elif state.context.next(i).kind in ("colon", "noun") or state.context.announces_nouns(i):
        state.shared.of_list = amount
    elif last.needs_amount and len(last.group) > 1 and not the_rest:
        for name in last.group:
            slots.restore(name, last.before_group)
            slots.set_amount(name, amount, "")
        last.needs_amount = False
    else:
        for name in names:
            slots.set_amount(name, amount, "")


def read_pronoun(state: State, i: int, item: Item) -> None:
    """Read "lots of them", "remove them": an amount of the last noun, unless it has one."""
    pending, last = state.pending, state.last_noun
    if state.context.directly_after(i).kind == "noun":
        return  # "those pipes"
    if last.needs_amount and pending.negated:
        pending.amount, pending.negated = Item("quantity", "no", item.text), False
    amount = pending.amount
    if last.needs_amount and amount is None:
        last.distance = Distance.ADJACENT
    elif amount is not None and (
        last.needs_amount or (amount.kind == "quantity" and last.group and amount.value != "no")
    ):
        assign_to_last_noun(state, i, amount)
    pending.amount = None


def read_predicate(state: State, i: int, item: Item) -> None:
    """Read "allowed", "wanted", which a negation may stand before: "pipes are not allowed"."""
    last = state.last_noun
    negates_noun = state.pending.negated and last.needs_amount and last.distance == Distance.ADJACENT
    if negates_noun and state.context.ends_clause(i):
        state.pending.negated = False
        assign_to_last_noun(state, i, Item("quantity", "no", item.text))
