"""Words to `PromptSpec` and back.

Understands MarioGPT's own prompts ("many pipes, some enemies, little blocks, high elevation"), plain numbers,
any order, missing parts, and everyday English by the vocabulary in `resources/words.json`. What it does not
understand it returns, so that the answer can say so.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace

from mariogpt_mcp.features import CLASSES, COUNTABLES, Countable, Elevation
from mariogpt_mcp.vocabulary import Item, moods, opposites, read_items

MAX_LENGTH = 500
"""Characters of a prompt that are read."""

MAX_NUMBER = 1000
"""Largest plain number, as in MarioGPT (section 3.2: "integers 0-1000")."""

Amount = str | int
"""A class ("no", "little", "some", "many") or an exact count for the whole level."""


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """What a prompt asks for; `None` leaves an attribute open."""

    pipes: Amount | None = None
    enemies: Amount | None = None
    blocks: Amount | None = None
    elevation: Elevation | None = None

    def amount(self, name: Countable) -> Amount | None:
        """What is asked of one countable attribute."""
        value: Amount | None = getattr(self, name)
        return value

    @property
    def text(self) -> str:
        """The prompt in MarioGPT's words, open attributes left out: "3 pipes, high elevation"."""
        parts = [f"{self.amount(name)} {name}" for name in COUNTABLES if self.amount(name) is not None]
        if self.elevation is not None:
            parts.append(f"{self.elevation} elevation")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt read: its cleaned text, what it asks for, what was not understood, and remarks on the rest."""

    text: str
    spec: PromptSpec
    not_understood: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def clean_prompt(text: str) -> str:
    """The text without control characters, white space folded, cut to `MAX_LENGTH` characters."""
    kept = "".join(" " if unicodedata.category(ch).startswith("C") else ch for ch in text)
    return " ".join(kept.split())[:MAX_LENGTH].rstrip()


def parse_prompt(text: str) -> Prompt:
    """Read a prompt; never fails: what is not understood is in the result."""
    cleaned = clean_prompt(text)
    return _Reader(cleaned, read_items(cleaned)).read()


@dataclass(slots=True)
class _Reader:
    """One pass over the items, left to right."""

    text: str
    items: list[Item]
    spec: PromptSpec = field(default_factory=PromptSpec)
    mood: PromptSpec = field(default_factory=PromptSpec)
    notes: list[str] = field(default_factory=list)
    unknown: dict[int, str] = field(default_factory=dict)  # by place among the items
    pending: Item | None = None  # a quantity that waits for its noun
    pending_at: int = 0
    carried: Amount | None = None  # the last noun's quantity, for "no pipes or enemies"
    bare: str | None = None  # a noun without a quantity, for "pipes: many"
    named: str | None = None  # the noun just read, whatever stood before it
    negated: bool = False

    def read(self) -> Prompt:
        for i, item in enumerate(self.items):
            getattr(self, f"_{item.kind}")(i, item)
        self._drop_pending()
        merged = PromptSpec(
            **{
                name: getattr(self.spec, name) if getattr(self.spec, name) is not None else mood
                for name in (*COUNTABLES, "elevation")
                for mood in [getattr(self.mood, name)]
            }
        )
        return Prompt(self.text, merged, self._not_understood(), tuple(dict.fromkeys(self.notes)))

    # One method for each kind of item.

    def _quantity(self, i: int, item: Item) -> None:
        value = item.value
        if self.negated:
            value, self.negated = opposites()[value], False
        self._amount(i, replace(item, value=value))

    def _number(self, i: int, item: Item) -> None:
        self._amount(i, item)

    def _amount(self, i: int, item: Item) -> None:
        after_colon = i > 0 and self.items[i - 1].kind == "colon"
        if self.named is not None and (after_colon or (self.bare and not self._noun_follows(i))):
            self._set(self.named, _amount(item), again=True)
            self.bare = self.named = None
            return
        if self.pending is not None and self.pending.value != item.value:
            self._drop_pending()
        self.pending, self.pending_at = item, i

    def _noun(self, i: int, item: Item) -> None:
        amount: Amount | None = None
        follows = self.items[i + 1].text if i + 1 < len(self.items) else ""
        if follows in ("free", "less"):
            self.items[i + 1] = Item("filler", "", follows)
            amount = "no"
        elif self.pending is not None:
            amount = _amount(self.pending)
        elif self.negated:
            amount = "no"
        elif i and self.items[i - 1].text in ("a", "an") and not item.text.endswith("s"):
            amount = 1
        elif self.carried is not None:
            amount = self.carried
        self.pending, self.negated, self.carried = None, False, amount
        self.bare = item.value if amount is None else None
        self.named = item.value
        self._set(item.value, "some" if amount is None else amount)

    def _elevation(self, i: int, item: Item) -> None:
        value = item.value
        following = self._next(i)
        counted = following is not None and following.kind == "noun" and following.value in CLASSES
        if counted and item.text in ("low", "high"):
            self._quantity(i, Item("quantity", "many" if value == "high" else "little", item.text))
            return
        if self.negated or (self.pending is not None and self.pending.value == "no"):
            value = opposites()[value]
            self.negated, self.pending = False, None
        if following is not None and following.kind == "noun" and following.value in ("elevation", "hills"):
            j = self.items.index(following, i)
            self.items[j] = Item("filler", "", following.text)
        elif self.bare == "elevation":
            self.bare = None
        elif self.pending is not None and self.pending.text in ("some", "more", "much"):
            self.pending = None
        self._elevate(value)

    def _mood(self, i: int, item: Item) -> None:
        mood = item.value
        if self.negated:
            mood, self.negated = opposites().get(mood, mood), False
        if item.text == "difficulty" and self.pending is not None:
            mood = {"no": "easy", "little": "easy", "some": "medium"}.get(self.pending.value, "hard")
            self.pending = None
        self.mood = replace(self.mood, **moods()[mood])  # type: ignore[arg-type]
        self._end()

    def _loose(self, i: int, item: Item) -> None:
        following = self.items[i + 1] if i + 1 < len(self.items) else None
        if following is not None and following.kind == "number":
            self.notes.append(f"numbers are taken exactly, so {item.text!r} was passed over")
        else:
            self._unknown(i, item)

    def _negation(self, i: int, item: Item) -> None:
        self.negated = True

    def _join(self, i: int, item: Item) -> None:
        self.bare = None

    def _break(self, i: int, item: Item) -> None:
        self._end()

    def _filler(self, i: int, item: Item) -> None:
        pass

    def _colon(self, i: int, item: Item) -> None:
        self._drop_pending()

    def _stop(self, i: int, item: Item) -> None:
        if item.text != ",":
            self.carried = None
        self._drop_pending()
        self.bare, self.negated = None, False

    def _unknown(self, i: int, item: Item) -> None:
        self.unknown[i] = item.text

    # What they share.

    def _end(self) -> None:
        self._drop_pending()
        self.carried = self.bare = self.named = None

    def _drop_pending(self) -> None:
        if self.pending is not None:
            self._unknown(self.pending_at, self.pending)
        self.pending = None

    def _not_understood(self) -> tuple[str, ...]:
        """Neighbours among the unknown words joined into one piece each."""
        pieces: list[str] = []
        for i in sorted(self.unknown):
            if i - 1 in self.unknown:
                pieces[-1] += " " + self.unknown[i]
            else:
                pieces.append(self.unknown[i])
        return tuple(pieces)

    def _next(self, i: int) -> Item | None:
        """The next item that means something before the sentence goes on with something else."""
        for item in self.items[i + 1 :]:
            if item.kind != "filler":
                return item
        return None

    def _noun_follows(self, i: int) -> bool:
        following = self._next(i)
        return following is not None and following.kind in ("noun", "unknown", "elevation", "mood")

    def _set(self, name: str, amount: Amount, again: bool = False) -> None:
        if name in ("elevation", "hills"):
            self._elevate("low" if amount in ("no", "little", 0) else "high")
            return
        if name == "blocks" and amount == "no":
            amount = "little"
            self.notes.append("a level always has blocks to stand on, so 'no blocks' was read as 'little blocks'")
        if isinstance(amount, int) and amount > MAX_NUMBER:
            self.notes.append(f"{amount} {name} was reduced to {MAX_NUMBER}, the largest number allowed")
            amount = MAX_NUMBER
        before = getattr(self.spec, name)
        if before not in (None, amount) and not again:
            self.notes.append(f"{name} were asked for twice; the last wish counts")
        self.spec = replace(self.spec, **{name: amount})  # type: ignore[arg-type]

    def _elevate(self, value: str) -> None:
        before = self.spec.elevation
        if before is not None and before != value and self.named != "elevation":
            self.notes.append("elevation was asked for twice; the last wish counts")
        self.spec = replace(self.spec, elevation="high" if value == "high" else "low")


def _amount(item: Item) -> Amount:
    return int(item.value) if item.kind == "number" else item.value
