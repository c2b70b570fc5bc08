"""Reads the items of a prompt one after the other and tells what it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mariogpt_mcp.level.features import COUNTABLES
from mariogpt_mcp.prompt_parser.lexicon import RAISED, Item, opposites
from mariogpt_mcp.prompt_parser.quantifiers import Amounts, Gap

_REPEATS = 3
"""How often a bare noun is said to mean many: "pipes, pipes, pipes"."""


@dataclass(slots=True)
class Reader(Amounts):
    """One pass over the items, left to right, with a method for each kind."""

    repeats: int = 1  # how often the last noun was said in a row

    def read(self) -> None:
        """Read it all; what it asks for is in `wishes` then."""
        if self.sentence.signed:
            self.wishes.notes.append("there is no amount below zero, so a minus sign was passed over")
        for i, item in enumerate(self.sentence.items):
            if self.sentence.before(i).kind in ("stop", "break"):
                self.recalling |= self.sentence.recalls(i)
            getattr(self, f"_{item.kind}")(i, item)
        self._finish(len(self.sentence.items))

    # What amounts are of.

    def _noun(self, i: int, item: Item) -> None:
        if item.note:
            self.wishes.notes.append(item.note)
        touching = self.gap == Gap.NOTHING and self.last is not None
        own = self.pending is not None or self.negated
        if not own and self._repeated(i, item):
            return
        self.repeats = 1
        amount = self._amount_for(i, item, touching)
        if amount is None and touching and item.value == self.last:
            return  # "no goomba enemies"
        if self.recalling and (amount is None or amount.value != "little"):
            amount = Item("quantity", "open", item.text) if amount is None else self._recalled(amount)
        carried_on = not own and amount is not None and amount is self.carried
        self.negated, self.pending = False, None
        # Numbers are not carried on, but for "zero pipes or enemies".
        carries = amount is not None and (amount.kind in ("quantity", "swap") or amount.value == "0")
        self.carried = amount if carries else None
        if amount is not None and amount.kind == "unknown":
            self._unknown(self.pending_at, amount)
            self.base, self.bare, self.group = self.wishes.spec, True, [item.value]
        elif amount is not None:
            soft = carried_on or amount.soft or amount.value == "open"
            self.base, self.bare, self.group = self.wishes.spec, soft, [item.value]
            self.wishes.ask(item.value, amount, item.text)
        else:
            # "pipes, enemies and bricks"
            listed = self.sentence.before(i).text == "," and self.sentence.next(i).kind == "join"
            if not (self.bare and (self.gap == Gap.JOIN or (self.gap == Gap.COMMA and listed))):
                self.base, self.group = self.wishes.spec, []
            self.bare = True
            self.group.append(item.value)
            self.wishes.mention(item.value, item.text)
        self.wishes.hear(item.value, item.text)
        self.last, self.gap = item.value, Gap.NOTHING

    def _amount_for(self, i: int, item: Item, touching: bool) -> Item | None:
        """The amount that a noun gets from what stands before it."""
        if self.pending is not None:
            return self.pending
        if self.negated:
            return Item("quantity", "no", "")
        if self.shared is not None:
            return self.shared
        if self.carried is not None and self.sentence.alternative(i):
            return self.carried
        if self.sentence.single(i):
            return Item("number", "1", "")
        if self.carried is None or self.carried.kind == "number" or touching:
            return None
        if self.sentence.before(i).text in ("a", "an"):
            return None
        refused = self.carried.value == "no"
        if item.value in RAISED and not refused:
            return None  # "few pipes, high ground"
        listed = self.gap <= Gap.JOIN or self.sentence.lists(i) or refused
        return self.carried if listed else None

    def _repeated(self, i: int, item: Item) -> bool:
        """Count "pipes, pipes, pipes"."""
        if not (self.bare and item.value == self.last and self.gap <= Gap.COMMA and item.value in COUNTABLES):
            return False
        if self.group != [item.value] or not self.wishes.said(item.value, item.text):
            return False
        self.repeats += 1
        if self.repeats == _REPEATS:
            self._set_last(i, Item("quantity", "many", item.text, soft=True))
        self.gap = Gap.NOTHING
        return True

    def _all(self, i: int, item: Item) -> None:
        """Read "lots of everything", "two of each: pipes and koopas", "everything else low"."""
        amount, self.pending = self.pending, None
        if amount is None and self.negated:
            amount, self.negated = Item("quantity", "no", item.text), False
        rest = item.text.endswith(("else", "rest"))
        left: list[str] = [name for name in COUNTABLES if not rest or self.wishes.spec.amount(name) is None]
        if amount is None:
            if rest:
                self.base, self.bare, self.group, self.last, self.gap = self.wishes.spec, True, left, "all", Gap.NOTHING
        elif amount.kind == "unknown":
            self._unknown(self.pending_at, amount)
        elif self.sentence.next(i).kind in ("colon", "noun") or self._announces(i):
            self.shared = amount
        elif self.bare and len(self.group) > 1 and not rest:
            for name in self.group:
                self.wishes.restore(name, self.base)
                self.wishes.ask(name, amount, "")
            self.bare = False
        else:
            for name in left:
                self.wishes.ask(name, amount, "")

    def _announces(self, i: int) -> bool:
        """Whether bare nouns follow after a stop: "lots of everything, pipes and enemies"."""
        following = [item for item in self.sentence.items[i + 1 :] if item.kind != "filler"][:2]
        return len(following) == 2 and following[0].text == "," and following[1].kind == "noun"

    def _pronoun(self, i: int, item: Item) -> None:
        """Read "lots of them", "remove them": of the last noun, unless it has got its amount."""
        if self.sentence.items[i + 1 : i + 2] and self.sentence.items[i + 1].kind == "noun":
            return  # "those pipes"
        if self.bare and self.negated:
            self.pending, self.negated = Item("quantity", "no", item.text), False
        if self.bare and self.pending is not None:
            self._set_last(i, self.pending)
        elif self.bare:
            self.gap = Gap.NOTHING
        elif self.pending is not None and self.pending.kind == "quantity" and self.group and self.pending.value != "no":
            self._set_last(i, self.pending)
        self.pending = None

    def _verdict(self, i: int, item: Item) -> None:
        if self.negated and self.bare and self.gap == Gap.NOTHING and self.sentence.ends(i):
            self.negated = False
            self._set_last(i, Item("quantity", "no", item.text))

    # What the level is like.

    def _gauge(self, i: int, item: Item) -> None:
        """Read "high": an amount in "high enemies" and "enemies: high", else an elevation."""
        amount = replace(item, kind="quantity", value="many" if item.value == "high" else "little")
        following = self.sentence.next(i)
        own = self.sentence.before(i).kind == "colon" or (self.bare and self.gap <= Gap.NOTHING)
        own = own and self.gap < Gap.FAR and self.last not in RAISED
        if own and (self.sentence.amounts_last or following.value not in RAISED):
            self._quantity(i, amount)
        elif following.kind == "all" or (following.kind == "noun" and following.value in COUNTABLES):
            if self.pending is None:
                self._quantity(i, amount)
            else:
                self._unknown(i, item)
        elif following.kind == "noun" and following.value == "difficulty":
            if self._inverted(i):
                amount = replace(amount, value=opposites()[amount.value])
            self._amount(i, amount)
        elif self.sentence.items[i + 1 : i + 2] and self.sentence.items[i + 1].kind == "unknown":
            self._unknown(i, item)  # "low battery"
        else:
            self._elevation(i, item)

    def _elevation(self, i: int, item: Item) -> None:
        if self.sentence.describes(i, self._waiting):
            self._unknown(i, item)
            return
        complaint = self.sentence.complains(i) and not self._waiting
        value = opposites()[item.value] if self._inverted(i) or complaint or self.recalling else item.value
        following = self.sentence.next(i)
        if following.kind == "noun" and following.value in RAISED:
            self._amount(i, Item("quantity", "many" if value == "high" else "little", item.text))
            return
        if self.bare and self.last in RAISED and self.gap < Gap.FAR:
            self.wishes.restore(self.last, self.base)
        self.wishes.elevate(value)
        self._leave(i)

    def _mood(self, i: int, item: Item) -> None:
        following = self.sentence.items[i + 1 : i + 2]
        hilly = bool(following) and following[0].kind == "noun" and following[0].value in RAISED
        if hilly or self.sentence.describes(i, self._waiting):
            return  # "gentle hills", "scary monsters"
        mood: str | None = item.value
        complaint = self.sentence.complains(i) and not self._waiting
        if self._inverted(i) or complaint or (self.recalling and "too" not in item.text):
            mood = opposites().get(item.value)
        if mood is None:
            self._unknown(i, replace(item, text=f"not {item.text}"))
        else:
            self.wishes.feel(mood)
        self._leave(i)

    def _style(self, i: int, item: Item) -> None:
        """Read "underground", also amid "many underground enemies"."""
        following = self.sentence.next(i)
        free = following.kind == "suffix" and following.value == "no"  # "cave-free"
        if free or self.negated or self._refused():
            self.negated, self.pending = False, None
            self._unknown(i, replace(item, text=f"not {item.text}"))
        elif not self.recalling:
            if item.value == "athletic" and self.bare and self.last == "blocks" and self.gap == Gap.NOTHING:
                self.wishes.restore("blocks", self.base)  # "platforms over the void"
            self.wishes.dress(item.value)

    # What stands between.

    def _negation(self, i: int, item: Item) -> None:
        self.negated = True

    def _wish(self, i: int, item: Item) -> None:
        if self.pending is not None and self.pending.kind == "number":
            self._drop_pending(i)
        if not self.sentence.alternative(i):
            self.carried = None  # "no pipes, just enemies"
        self._verdict(i, item)

    def _join(self, i: int, item: Item) -> None:
        self.gap = max(self.gap, Gap.JOIN)

    def _break(self, i: int, item: Item) -> None:
        self._finish(i)
        self.carried, self.shared, self.recalling = None, None, False
        self.gap = max(self.gap, Gap.CONTRAST)

    def _opening(self, i: int, item: Item) -> None:
        if not (self.recalling and item.text in ("which", "that")):
            self._leave(i)

    def _filler(self, i: int, item: Item) -> None:
        if item.value == "link" and self.pending is not None and self.pending.kind == "number":
            self._drop_pending(i)

    def _head(self, i: int, item: Item) -> None:
        pass

    def _past(self, i: int, item: Item) -> None:
        self.recalling = True

    def _colon(self, i: int, item: Item) -> None:
        self._drop_pending(i)

    def _stop(self, i: int, item: Item) -> None:
        adjective = self.sentence.before(i).kind in ("mood", "elevation", "unknown")
        if item.text == "," and self._waiting and adjective and self.sentence.describes(i):
            return  # "no big, scary monsters"
        again = self.sentence.next(i)
        if self.pending is not None and (again.kind, again.value) == (self.pending.kind, self.pending.value):
            self.pending = None  # "many, many pipes"
        self._finish(i)
        if item.text != ",":
            self.shared = None
        if not (item.text == "," and (again.text in ("which", "that", "and") or "too " in again.text)):
            self.recalling = False  # "had 7 pipes, which was too many"
        if item.text != "," or (self.carried is not None and self.carried.kind == "swap"):
            self.carried = None
        self.gap = max(self.gap, Gap.COMMA if item.text in (",", "?") else Gap.FAR)
