"""Numbers of several words, bounds and ranges: "two dozen", "at least 4", "3 to 5", each taken as one number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mariogpt_mcp.prompt_parser.lexicon import Item, section

_RANGE_JOINTS = ("-", "to", "or", "through", "til", "till", "until", "and")
_BETWEEN = ("of", "a", "an", ":", "=", "the", "like")
_EDGES = {"max": "most", "maximum": "most", "min": "least", "minimum": "least", "minimal": "least", "maximal": "most"}


def numbers(items: list[Item]) -> list[Item]:
    """The items with the numbers that belong together made one."""
    return list(_bounded(list(_ranged(list(_combined(items))))))


def _combined(items: list[Item]) -> Iterator[Item]:
    """The items with number words put together: "twenty five", "two hundred and ten", "2 dozen"."""
    i = 0
    while i < len(items):
        item = items[i]
        i += 1
        while item.kind == "number" and i < len(items):
            hundreds = int(item.value) >= 100 and int(item.value) % 100 == 0 and not item.text[0].isdecimal()
            joined = hundreds and items[i].text == "and" and i + 1 < len(items)
            following = items[i + joined]
            if following.kind != "number" or following.text[0].isdecimal():
                break
            a, b = int(item.value), int(following.value)
            if following.text in section("scales") and 0 < a < b and not joined:
                total = a * b
            elif (hundreds and 0 < b < 100) or (a in range(20, 100, 10) and b < 10 and not item.text[0].isdecimal()):
                total = a + b
            else:
                break
            item = replace(item, value=str(total), text=f"{item.text} {following.text}")
            i += 1 + joined
        yield item


def _ranged(items: list[Item]) -> Iterator[Item]:
    """The items with ranges as the number in their middle: "3-5", "three to five", "between 3 and 5"."""
    i = 0
    while i < len(items):
        opened = _is_bound(items[i], "range")
        first = i + opened
        if first + 2 < len(items) and items[first].kind == items[first + 2].kind == "number":
            joint, low, high = items[first + 1].text, int(items[first].value), int(items[first + 2].value)
            if joint in _RANGE_JOINTS and (joint != "and" or opened) and low < high:
                middle = (low + high + 1) // 2
                text = f"{low} to {high}"
                note = f"a plain number was taken, so {text} was read as {middle}"
                yield Item("number", str(middle), text, note)
                i = first + 3
                continue
        if i + 3 < len(items) and items[i].text in ("a", "an") and _or_two(items, i + 1):
            yield Item("quantity", "little", "or two")
            yield items[i + 1]
            i += 4
            continue
        yield items[i]
        i += 1


def _or_two(items: list[Item], i: int) -> bool:
    """Whether a noun is followed by "or two" of no other noun: "a pipe or two"."""
    noun, joint, number = items[i : i + 3]
    others = items[i + 3 : i + 4]
    small = joint.text == "or" and number.kind == "number" and number.value in ("2", "3")
    return noun.kind == "noun" and small and not (others and others[0].kind in ("noun", "unknown"))


def _bounded(items: list[Item]) -> Iterator[Item]:
    """The items with bounds worked into the numbers they stand at, before or behind."""
    i = 0
    while i < len(items):
        item = items[i]
        edge = _edge(item)
        j = i + 1
        while edge and j < len(items) and (items[j].text in _BETWEEN or _edge(items[j])):
            j += 1
        if edge and j < len(items) and items[j].kind == "number":
            yield _limited(items[j], edge, f"{item.text} {items[j].text}")
            i = j + 1
            continue
        if item.kind == "number" and i + 1 < len(items) and (behind := _edge(items[i + 1])):
            counted = i + 2 < len(items) and items[i + 2].kind == "number"
            if behind != "range" and not counted:
                yield _limited(item, _inclusive(behind), f"{item.text} {items[i + 1].text}")
                i += 2
                continue
        if item.kind == "noun" and i and items[i - 1].kind == "number" and i + 1 < len(items):
            behind = _edge(items[i + 1])
            counted = i + 2 < len(items) and items[i + 2].kind in ("number", "noun")
            if behind not in ("", "range") and not counted:
                yield replace(
                    item,
                    note=_limited(items[i - 1], _inclusive(behind), f"{items[i - 1].text} {items[i + 1].text}").note,
                )
                i += 2
                continue
        yield item
        i += 1


def _limited(number: Item, edge: str, text: str) -> Item:
    """The number nearest to a bound that keeps it; `text` is what was written of both."""
    value = int(number.value)
    if edge == "above":
        value += 1
    elif edge == "below":
        value = max(value - 1, 0)
    if edge == "range":
        return number
    note = f"a plain number was taken, so {text!r} was read as {value}"
    return replace(number, value=str(value), text=text, note=note)


def _inclusive(edge: str) -> str:
    """What a bound behind its number says: "3 or over" has 3 in it."""
    return {"above": "least", "below": "most"}.get(edge, edge)


def _edge(item: Item) -> str:
    """Which bound an item is, or an empty string."""
    if item.kind == "bound":
        return item.value
    return _EDGES.get(item.text, "") if item.kind == "quantity" else ""


def _is_bound(item: Item, value: str) -> bool:
    return item.kind == "bound" and item.value == value
