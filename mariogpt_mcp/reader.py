"""Reads the items of a prompt one after the other and tells what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

from mariogpt_mcp.features import COUNTABLES
from mariogpt_mcp.vocabulary import RAISED, Item, Sentence, opposites
from mariogpt_mcp.wishes import PromptSpec, Wishes


class _Gap(IntEnum):
    """What has come between the last noun and here."""

    NOTHING = 0
    JOIN = 1
    COMMA = 2
    CONTRAST = 3
    FAR = 4


@dataclass(slots=True)
class Reader:
    """One pass over the items, left to right, with a method for each kind."""

    sentence: Sentence
    wishes: Wishes = field(default_factory=Wishes)
    unknown: dict[int, str] = field(default_factory=dict)  # by place among the items
    pending: Item | None = None  # an amount that waits for its noun
    pending_at: int = 0
    carried: Item | None = None  # the last noun's quantity, for "no pipes or enemies"
    negated: bool = False
    last: str | None = None  # the last noun's attribute
    bare: bool = False  # whether that noun still has no amount of its own
    group: list[str] = field(default_factory=list)  # it and the bare ones joined to it: "pipes and enemies: few"
    base: PromptSpec = field(default_factory=PromptSpec)  # what was asked before that group
    gap: _Gap = _Gap.FAR

    def read(self) -> None:
        """Read it all; what it asks for is in `wishes` then."""
        for i, item in enumerate(self.sentence.items):
            getattr(self, f"_{item.kind}")(i, item)
        self._drop_pending(len(self.sentence.items))

    # Amounts.

    def _quantity(self, i: int, item: Item) -> None:
        if self.negated or self._refused():
            opposite = opposites().get(item.value)
            if item.value == "no" and not self.negated:
                opposite = "no"  # "skip all, zero pipes"
            self.negated, self.pending = False, None
            if opposite is None:
                self._amount(i, Item("unknown", "", f"not {item.text}"))
                return
            item = replace(item, value=opposite)
        self._amount(i, item)

    def _number(self, i: int, item: Item) -> None:
        if "." in item.text:
            self.wishes.notes.append(f"{item.text} was rounded to {item.value}")
        if self.negated or self._refused():
            # "not one pipe" is none; how many "not 3 pipes" are is open.
            self.negated, self.pending = False, None
            one = item.value == "1"
            self._amount(i, Item("quantity", "no", item.text) if one else Item("unknown", "", f"not {item.text}"))
        elif self.sentence.before(i).kind == "head" and not self.sentence.noun_follows(i):
            self._unknown(i, item)  # "like in world 8"
        else:
            self._amount(i, item)

    def _amount(self, i: int, item: Item) -> None:
        near = self.gap < _Gap.FAR
        after_colon = near and self.sentence.before(i).kind == "colon"
        follows = self.bare and self.gap <= _Gap.NOTHING
        if after_colon or (follows and (self.sentence.amounts_last or not self.sentence.noun_follows(i))):
            self._set_last(i, item)
            return
        if self.pending is not None and self.pending.kind == "number" and item.value == "many":
            return  # "3 more pipes"
        if self.pending is not None and self.pending.value != item.value:
            self._drop_pending(i)
        self.pending, self.pending_at = item, i

    def _gauge(self, i: int, item: Item) -> None:
        """Read "high": an amount in "high enemies" and "enemies: high", else an elevation."""
        amount = replace(item, kind="quantity", value="many" if item.value == "high" else "little")
        following = self.sentence.next(i)
        own = self.sentence.before(i).kind == "colon" or (self.bare and self.gap <= _Gap.NOTHING)
        own = own and self.gap < _Gap.FAR and self.last not in RAISED
        if own and (self.sentence.amounts_last or following.value not in RAISED):
            self._quantity(i, amount)
        elif following.kind == "noun" and following.value in COUNTABLES:
            if self.pending is None:
                self._quantity(i, amount)
            else:
                self._unknown(i, item)
        elif following.kind == "noun" and following.value == "difficulty":
            if self._inverted(i):
                amount = replace(amount, value=opposites()[amount.value])
            self._amount(i, amount)
        else:
            self._elevation(i, item)

    def _suffix(self, i: int, item: Item) -> None:
        if self.bare and self.gap <= _Gap.NOTHING:
            self._set_last(i, replace(item, kind="quantity"))
        else:
            self._unknown(i, item)

    def _swap(self, i: int, item: Item) -> None:
        self._drop_pending(i)
        self.pending, self.pending_at = item, i

    def _loose(self, i: int, item: Item) -> None:
        if self.sentence.items[i + 1 : i + 2] and self.sentence.items[i + 1].kind == "number":
            self.wishes.notes.append(f"numbers are taken exactly, so {item.text!r} was passed over")
        else:
            self._unknown(i, item)

    # What they are of.

    def _noun(self, i: int, item: Item) -> None:
        amount: Item | None = None
        touching = self.gap == _Gap.NOTHING and self.last is not None
        if self.pending is not None:
            amount = self.pending
        elif self.negated:
            amount = Item("quantity", "no", "")
        elif self.carried is not None and self.sentence.alternative(i):
            amount = self.carried
        elif self.sentence.single(i):
            amount = Item("number", "1", "")
        elif touching and item.value == self.last:
            return  # "no goomba enemies"
        elif self.sentence.before(i).text not in ("a", "an") and not touching:
            amount = self.carried if self.carried is None or self.carried.kind != "number" else None
        self.negated, self.pending = False, None
        # Numbers are not carried on, but for "zero pipes or enemies".
        carries = amount is not None and (amount.kind in ("quantity", "swap") or amount.value == "0")
        self.carried = amount if carries else None
        if amount is not None and amount.kind == "unknown":
            self._unknown(self.pending_at, amount)
            self.base, self.bare, self.group = self.wishes.spec, True, [item.value]
        elif amount is not None:
            self.bare, self.group = False, [item.value]
            self.wishes.ask(item.value, amount, item.text)
        else:
            # "pipes, enemies and bricks"
            listed = self.sentence.before(i).text == "," and self.sentence.next(i).kind == "join"
            if not (self.bare and (self.gap == _Gap.JOIN or (self.gap == _Gap.COMMA and listed))):
                self.base, self.group = self.wishes.spec, []
            self.bare = True
            self.group.append(item.value)
            self.wishes.mention(item.value, item.text)
        self.wishes.hear(item.value, item.text)
        self.last, self.gap = item.value, _Gap.NOTHING

    def _pronoun(self, i: int, item: Item) -> None:
        """Read "lots of them", "remove them": of the last noun, unless it has got its amount."""
        if self.bare and self.negated:
            self.pending, self.negated = Item("quantity", "no", item.text), False
        if self.bare and self.pending is not None:
            self._set_last(i, self.pending)
        elif self.bare:
            self.gap = _Gap.NOTHING
        self.pending = None

    def _verdict(self, i: int, item: Item) -> None:
        if self.negated and self.bare and self.gap == _Gap.NOTHING and self.sentence.ends(i):
            self.negated = False
            self._set_last(i, Item("quantity", "no", item.text))

    def _elevation(self, i: int, item: Item) -> None:
        if self.sentence.describes(i, self._waiting):
            self._unknown(i, item)
            return
        value = opposites()[item.value] if self._inverted(i) else item.value
        following = self.sentence.next(i)
        if following.kind == "noun" and following.value in RAISED:
            self._amount(i, Item("quantity", "many" if value == "high" else "little", item.text))
            return
        if self.bare and self.last in RAISED and self.gap < _Gap.FAR:
            self.wishes.restore(self.last, self.base)
        self.wishes.elevate(value)
        self._leave(i)

    def _mood(self, i: int, item: Item) -> None:
        if self.sentence.describes(i, self._waiting):
            return
        mood: str | None = item.value
        if self._inverted(i):
            mood = opposites().get(item.value)
        if mood is None:
            self._unknown(i, replace(item, text=f"not {item.text}"))
        else:
            self.wishes.feel(mood)
        self._leave(i)

    # What stands between.

    def _negation(self, i: int, item: Item) -> None:
        self.negated = True

    def _wish(self, i: int, item: Item) -> None:
        if not self.sentence.alternative(i):
            self.carried = None  # "no pipes, just enemies"
        self._verdict(i, item)

    def _join(self, i: int, item: Item) -> None:
        self.gap = max(self.gap, _Gap.JOIN)

    def _break(self, i: int, item: Item) -> None:
        self._drop_pending(i)
        self.carried, self.negated = None, False
        self.gap = max(self.gap, _Gap.CONTRAST)

    def _opening(self, i: int, item: Item) -> None:
        self._leave(i)

    def _filler(self, i: int, item: Item) -> None:
        pass

    _head = _filler

    def _colon(self, i: int, item: Item) -> None:
        self._drop_pending(i)

    def _stop(self, i: int, item: Item) -> None:
        adjective = self.sentence.before(i).kind in ("mood", "elevation", "unknown")
        if item.text == "," and self._waiting and adjective and self.sentence.describes(i):
            return  # "no big, scary monsters"
        again = self.sentence.next(i)
        if self.pending is not None and (again.kind, again.value) == (self.pending.kind, self.pending.value):
            self.pending = None  # "many, many pipes"
        self._drop_pending(i)
        self.negated = False
        if item.text != "," or (self.carried is not None and self.carried.kind == "swap"):
            self.carried = None
        self.gap = max(self.gap, _Gap.COMMA if item.text in (",", "?") else _Gap.FAR)

    def _unknown(self, i: int, item: Item) -> None:
        self.unknown[i] = item.text

    # What they share.

    @property
    def _waiting(self) -> bool:
        return self.negated or self.pending is not None

    def _refused(self) -> bool:
        """Whether "no" or the like stands before: "without too many"."""
        return self.pending is not None and self.pending.value == "no"

    def _inverted(self, i: int) -> bool:
        """Use up what stands before an adjective; whether it says the opposite: "not hard", "less hard"."""
        inverted, before = self.negated, self.pending
        if before is not None and before.kind in ("number", "unknown"):
            self._drop_pending(i)
        elif before is not None:
            # "few hard parts" are hardly any, "a few" and "a little" are still some.
            inverted |= before.value == "no" or (before.value == "little" and not before.text.startswith("a "))
        self.negated, self.pending = False, None
        return inverted

    def _leave(self, i: int) -> None:
        self._drop_pending(i)
        self.carried, self.gap = None, _Gap.FAR

    def _drop_pending(self, i: int) -> None:
        """Give up waiting for a noun; "pipes, but only a few" is about the noun before."""
        item, self.pending = self.pending, None
        if item is None:
            return
        rest = self.sentence.items[self.pending_at + 1 : i]
        later = self.gap == _Gap.CONTRAST or (self.bare and self.gap == _Gap.COMMA)
        if later and item.kind != "unknown" and all(other.kind in ("filler", "wish") for other in rest):
            self._set_last(i, item)
        elif item.text != "one":  # "an easy one"
            self._unknown(self.pending_at, item)

    def not_understood(self) -> tuple[str, ...]:
        """Neighbours among the unknown words joined into one piece each."""
        pieces: list[str] = []
        for i in sorted(self.unknown):
            if i - 1 in self.unknown:
                pieces[-1] += " " + self.unknown[i]
            else:
                pieces.append(self.unknown[i])
        return tuple(pieces)

    def _set_last(self, i: int, item: Item) -> None:
        """Give the last noun, or the bare ones joined to it, an amount that came after."""
        if item.kind == "unknown":
            self._unknown(i, item)
            return
        names = self.group if item.kind == "quantity" else self.group[-1:]
        for name in names:
            if self.bare:
                self.wishes.restore(name, self.base)
            self.wishes.ask(name, item, "")
        self.bare, self.pending, self.carried = False, None, None
