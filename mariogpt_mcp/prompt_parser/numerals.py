"""Numbers of several words, ranges and bounds, each made one item: "two dozen", "3 to 5", "at least 4".

The package text2num was tried for numbers in words and not used. It reads "twenty-five" and "two hundred and ten",
but not "two dozen" and "2 hundred", and it takes the pronoun in "an easy one" for a number, so phrases of our table
would be read wrongly. Number words, ranges and bounds would still be needed here; it would replace `_composed` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mariogpt_mcp.prompt_parser.lexicon import Item, section

_RANGE_WORDS = ("-", "to", "or", "through", "til", "till", "until", "and")
_BETWEEN_BOUND_AND_NUMBER = ("of", "a", "an", ":", "=", "the", "like")
_QUANTITIES_AS_BOUNDS = {
    "max": "most", "maximum": "most", "maximal": "most", "min": "least", "minimum": "least", "minimal": "least",
}  # fmt: skip
_AFTER_NUMBER = {"above": "least", "below": "most"}  # "3 or over" includes 3


def merge_numbers(items: list[Item]) -> list[Item]:
    """The items, with those that form one number merged into one item."""
    return list(_with_bounds(list(_with_ranges(list(_composed(items))))))


def _composed(items: list[Item]) -> Iterator[Item]:
    """Merge number words: "twenty five", "two hundred and ten", "2 dozen"."""
    i = 0
    while i < len(items):
        if items[i].kind == "number":
            item, taken = _number_at(items, i)
            yield item
            i += taken
        else:
            yield items[i]
            i += 1


def _number_at(items: list[Item], start: int) -> tuple[Item, int]:
    """The number that starts at `start`, and how many items it is.

    Digits may be multiplied ("2 dozen"), but not added to.
    """
    item = items[start]
    thousands, rest = divmod(int(item.value), 1000)
    thousands *= 1000
    i = start + 1
    while i < len(items):
        joined = items[i].text == "and" and rest % 100 == 0 and i + 1 < len(items) and not _is_digits(item)
        following = items[i + joined]
        if following.kind != "number" or _is_digits(following):
            break
        value = int(following.value)
        if following.text in section("number_multipliers") and not joined and 0 < rest < value:
            rest *= value
            if value >= 1000:
                thousands, rest = thousands + rest, 0
        elif 0 < value < _room(rest) and (thousands or rest) and not _is_digits(item):
            rest += value
        else:
            break
        item = replace(item, value=str(thousands + rest), text=f"{item.text} {following.text}")
        i += 1 + joined
    return item, i - start


def _room(number: int) -> int:
    """What a number that is added must be below: 100 after "two hundred", 10 after "twenty", 1 after "five"."""
    if number == 0:
        return 1000
    if number % 100 == 0:
        return 100
    return 10 if number % 10 == 0 and number % 100 >= 20 else 1


def _with_ranges(items: list[Item]) -> Iterator[Item]:
    """Replace ranges by the number in the middle: "3-5", "three to five", "between 3 and 5"."""
    i = 0
    while i < len(items):
        if (number := _range_at(items, i)) is not None:
            yield number
            i += 3 + _is_range_bound(items[i])
        elif i + 3 < len(items) and items[i].text in ("a", "an") and _is_followed_by_or_two(items, i + 1):
            yield Item("quantity", "little", "or two")
            yield items[i + 1]
            i += 4
        else:
            yield items[i]
            i += 1


def _range_at(items: list[Item], i: int) -> Item | None:
    """The number in the middle of the range that starts at `i`, if one does."""
    opened = _is_range_bound(items[i])
    first = i + opened
    if first + 2 >= len(items) or not items[first].kind == items[first + 2].kind == "number":
        return None
    word, low, high = items[first + 1].text, int(items[first].value), int(items[first + 2].value)
    if word not in _RANGE_WORDS or (word == "and" and not opened) or low >= high:
        return None
    middle = (low + high + 1) // 2
    text = f"{low} to {high}"
    return Item("number", str(middle), text, f"only exact numbers can be requested, so {text} was read as {middle}")


def _is_followed_by_or_two(items: list[Item], i: int) -> bool:
    """Whether the noun at `i` is followed by "or two", and that not by another noun: "a pipe or two"."""
    noun, joint, number = items[i : i + 3]
    others = items[i + 3 : i + 4]
    small = joint.text == "or" and number.kind == "number" and number.value in ("2", "3")
    return noun.kind == "noun" and small and not (others and others[0].kind in ("noun", "unknown"))


def _with_bounds(items: list[Item]) -> Iterator[Item]:
    """Replace bounds and their numbers by the nearest number that satisfies them: "at least 3", "3 pipes max"."""
    i = 0
    while i < len(items):
        merged = _bound_before_number(items, i) or _bound_after_number(items, i) or _bound_after_noun(items, i)
        item, taken = merged or (items[i], 1)
        yield item
        i += taken


def _bound_before_number(items: list[Item], i: int) -> tuple[Item, int] | None:
    """The number for "at least 3" at `i`, and how many items that is."""
    bound = _bound(items[i])
    j = i + 1
    while bound and j < len(items) and (items[j].text in _BETWEEN_BOUND_AND_NUMBER or _bound(items[j])):
        j += 1
    if not bound or j >= len(items) or items[j].kind != "number":
        return None
    return _bounded(items[j], bound, f"{items[i].text} {items[j].text}"), j + 1 - i


def _bound_after_number(items: list[Item], i: int) -> tuple[Item, int] | None:
    """The number for "3 or more" at `i`, and how many items that is."""
    if items[i].kind != "number" or i + 1 >= len(items):
        return None
    bound = _bound(items[i + 1])
    of_next_number = i + 2 < len(items) and items[i + 2].kind == "number"
    if bound in ("", "range") or of_next_number:
        return None
    return _bounded(items[i], _AFTER_NUMBER.get(bound, bound), f"{items[i].text} {items[i + 1].text}"), 2


def _bound_after_noun(items: list[Item], i: int) -> tuple[Item, int] | None:
    """The noun at `i` of "3 pipes max", and how many items that is."""
    if items[i].kind != "noun" or i == 0 or items[i - 1].kind != "number" or i + 1 >= len(items):
        return None
    bound = _bound(items[i + 1])
    of_next_number = i + 2 < len(items) and items[i + 2].kind in ("number", "noun")
    if bound in ("", "range") or of_next_number:
        return None
    text = f"{items[i - 1].text} {items[i + 1].text}"
    return replace(items[i], note=_bounded(items[i - 1], _AFTER_NUMBER.get(bound, bound), text).note), 2


def _bounded(number: Item, bound: str, text: str) -> Item:
    """The nearest number that satisfies a bound; `text` is the phrase with both."""
    value = int(number.value)
    if bound == "above":
        value += 1
    elif bound == "below":
        value = max(value - 1, 0)
    if bound == "range":
        return number
    note = f"only exact numbers can be requested, so {text!r} was read as {value}"
    return replace(number, value=str(value), text=text, note=note)


def _bound(item: Item) -> str:
    """The bound that an item is, or an empty string."""
    if item.kind == "bound":
        return item.value
    return _QUANTITIES_AS_BOUNDS.get(item.text, "") if item.kind == "quantity" else ""


def _is_range_bound(item: Item) -> bool:
    return item.kind == "bound" and item.value == "range"


def _is_digits(number: Item) -> bool:
    return number.text[-1].isdecimal()
