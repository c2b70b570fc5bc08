"""The amounts of a prompt: they wait for their noun, or belong to the nouns before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum

from mariogpt_mcp.level.features import COUNTABLES
from mariogpt_mcp.prompt_parser.lexicon import Item, opposites
from mariogpt_mcp.prompt_parser.spec import PromptSpec, Wishes
from mariogpt_mcp.prompt_parser.tokenizer import Sentence


class Gap(IntEnum):
    """What has come between the last noun and here."""

    NOTHING = 0
    JOIN = 1
    COMMA = 2
    CONTRAST = 3
    FAR = 4


@dataclass(slots=True)
class Amounts:
    """What is known half way through a sentence: the amount that waits, and the nouns that may get one."""

    sentence: Sentence
    wishes: Wishes = field(default_factory=Wishes)
    unknown: dict[int, str] = field(default_factory=dict)  # by place among the items
    pending: Item | None = None  # an amount that waits for its noun
    pending_at: int = 0
    carried: Item | None = None  # the last noun's quantity, for "no pipes or enemies"
    shared: Item | None = None  # what all nouns of a list get: "four of each: pipes and enemies"
    negated: bool = False
    recalling: bool = False  # amid what another level was like: "last time there were too many pipes"
    last: str | None = None  # the last noun's attribute
    bare: bool = False  # whether that noun still has no amount of its own
    group: list[str] = field(default_factory=list)  # it and the bare ones joined to it: "pipes and enemies: few"
    base: PromptSpec = field(default_factory=PromptSpec)  # what was asked before that group
    gap: Gap = Gap.FAR

    def _quantity(self, i: int, item: Item) -> None:
        if item.value == "open" or (item.value == "little" and "too many" in item.text):
            self.negated = False  # "I don't like it when there are too many"
        if self.negated or self._refused():
            opposite = opposites().get(item.value)
            wanted = item.text == "no" and self.sentence.before(i).kind == "wish"
            if item.value == "no" and (wanted or not self.negated):
                opposite = "no"  # "skip all, zero pipes", "I don't want no pipes"
            self.negated, self.pending = False, None
            if opposite is None:
                self._amount(i, Item("unknown", "", f"not {item.text}"))
                return
            item = replace(item, value=opposite)
        self._amount(i, self._recalled(item))

    def _urge(self, i: int, item: Item) -> None:
        """Read "crank up", "thin out": an amount, unless one is named."""
        self._quantity(i, replace(item, kind="quantity", soft=True))

    def _number(self, i: int, item: Item) -> None:
        if "." in item.text:
            self.wishes.notes.append(f"{item.text} was rounded to {item.value}")
        if item.note:
            self.wishes.notes.append(item.note)
        before = self.sentence.before(i)
        if self.sentence.measures(i):
            self._drop_pending(i)
            self._unknown(i, item)
        elif self.negated or self._refused():
            # "not one pipe" is none; how many "not 3 pipes" are is open.
            self.negated, self.pending = False, None
            one = item.value == "1"
            self._amount(i, Item("quantity", "no", item.text) if one else Item("unknown", "", f"not {item.text}"))
        elif before.kind in ("head", "unknown") and not self.sentence.noun_follows(i) and not self.bare:
            self._unknown(i, item)  # "like in world 8"
        else:
            self._amount(i, self._recalled(item))

    def _amount(self, i: int, item: Item) -> None:
        near = self.gap < Gap.FAR
        after_colon = near and self.sentence.before(i).kind == "colon"
        follows = self.bare and self.gap <= Gap.NOTHING
        if after_colon or (follows and (self.sentence.amounts_last or not self.sentence.noun_follows(i))):
            self._set_last(i, item)
            return
        if self.pending is not None and self.pending.kind == "number" and item.value == "many":
            return  # "3 more pipes"
        if self.pending is not None and self.pending.value != item.value and not self.pending.soft:
            self._drop_pending(i)
        self.pending, self.pending_at = item, i

    def _ratio(self, i: int, item: Item) -> None:
        """Read "twice as many pipes as enemies"."""
        ends = [j for j in range(i + 1, len(self.sentence.items)) if self.sentence.items[j].kind in ("stop", "break")]
        clause = self.sentence.items[i + 1 : ends[0] if ends else None]
        named = [other.value for other in clause if other.kind == "noun" and other.value in COUNTABLES]
        linked = any(other.text in ("as", "and", "than") for other in clause)
        if linked and len(named) > 1 and named[0] != named[1]:
            self.wishes.relate(named[0], named[1], float(item.value))
        else:
            value = "many" if float(item.value) > 1 else "little"
            self._quantity(i, Item("quantity", "medium" if item.value == "1" else value, item.text))

    def _swap(self, i: int, item: Item) -> None:
        self._drop_pending(i)
        self.pending, self.pending_at = item, i

    def _suffix(self, i: int, item: Item) -> None:
        if self.bare and self.gap <= Gap.NOTHING:
            self._set_last(i, replace(item, kind="quantity"))
        else:
            self._unknown(i, item)

    def _bound(self, i: int, item: Item) -> None:
        """Read a bound of no number: "around" and "over" are words like others."""
        if item.text in ("max", "maximum", "min", "minimum", "at minimum"):
            self._quantity(i, Item("quantity", "many" if item.value == "most" else "little", item.text))
        else:
            self._unknown(i, item)

    def _unknown(self, i: int, item: Item) -> None:
        self.unknown[i] = item.text

    @property
    def _waiting(self) -> bool:
        return self.negated or self.pending is not None

    def _recalled(self, item: Item) -> Item:
        """What an amount in another level says of this one: too many there are few here, else nothing."""
        if not self.recalling:
            return item
        told = {"too many": "little", "too much": "little", "too few": "many", "not enough": "many"}
        value = next((wanted for told_by, wanted in told.items() if told_by in item.text), "open")
        return Item("quantity", value, item.text)

    def _refused(self) -> bool:
        """Whether "no" or the like stands before: "without too many"."""
        return self.pending is not None and self.pending.value == "no"

    def _inverted(self, i: int) -> bool:
        """Use up what stands before an adjective; whether it says the opposite: "not hard", "less hard"."""
        inverted, before = self.negated, self.pending
        if before is not None and (before.kind in ("number", "unknown") or before.soft):
            self._drop_pending(i)
        elif before is not None:
            # "few hard parts" are hardly any, "a few" and "a little" are still some.
            inverted |= before.value == "no" or (before.value == "little" and not before.text.startswith("a "))
        self.negated, self.pending = False, None
        return inverted

    def _finish(self, i: int) -> None:
        """End a clause: "enemies are fine but pipes are not"."""
        self._drop_pending(i)
        if self.negated and self.bare and self.gap == Gap.NOTHING:
            self._set_last(i, Item("quantity", "no", "not"))
        self.negated = False

    def _leave(self, i: int) -> None:
        self._drop_pending(i)
        self.carried, self.gap = None, Gap.FAR

    def _drop_pending(self, i: int) -> None:
        """Give up waiting for a noun; "pipes, but only a few" is about the noun before."""
        item, self.pending = self.pending, None
        if item is None:
            return
        rest = self.sentence.items[self.pending_at + 1 : i]
        later = self.gap == Gap.CONTRAST or (self.bare and self.gap == Gap.COMMA)
        # "not a fan of enemies, keep them few"
        later |= item.kind == "quantity" and bool(self.group) and Gap.NOTHING < self.gap < Gap.FAR
        alone = all(other.kind in ("filler", "wish") for other in rest)
        # "I like pipes. Make it 5."
        told = item.kind in ("number", "quantity") and self.last in COUNTABLES and len(self.wishes.words) == 1
        told = told and item.text != "one" and self.sentence.wished(self.pending_at)
        if item.kind != "unknown" and alone and (later or told or (item.soft and self.group)):
            self._set_last(i, item)
        elif item.text != "one" and item.value != "open":  # "an easy one"
            self._unknown(self.pending_at, item)

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
        self.bare, self.pending, self.carried = item.soft, None, None

    def not_understood(self) -> tuple[str, ...]:
        """Neighbours among the unknown words joined into one piece each."""
        pieces: list[str] = []
        for i in sorted(self.unknown):
            if i - 1 in self.unknown:
                pieces[-1] += " " + self.unknown[i]
            else:
                pieces.append(self.unknown[i])
        return tuple(pieces)
