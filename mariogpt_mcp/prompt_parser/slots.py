"""`Slots`: the attributes of a `PromptSpec`, filled one after the other while a prompt is read."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

from mariogpt_mcp.level.features import COUNTABLES, Elevation
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.prompt_parser.lexicon import ELEVATION_NOUNS, Item, fallback_moods, moods
from mariogpt_mcp.prompt_parser.spec import MAX_NUMBER, Amount, PromptSpec

_CLASSES = ("no", "little", "some", "many")
_MOOD_OF_DIFFICULTY = {"no": "easy", "little": "easy", "some": "medium", "medium": "medium", "many": "hard"}


@dataclass(slots=True)
class Slots:
    """What has been requested so far, and notes on requests that were changed or ignored.

    Names of attributes are the values of nouns in the lexicon: "pipes", "enemies", "blocks", "elevation", "hills",
    "difficulty" and "gaps".
    """

    requested: PromptSpec = field(default_factory=PromptSpec)
    from_moods: PromptSpec = field(default_factory=PromptSpec)  # used where nothing is requested
    from_fallback_moods: PromptSpec = field(default_factory=PromptSpec)  # used if everything else is empty
    ratios: list[tuple[str, str, float]] = field(default_factory=list)  # attribute, other attribute, factor
    without_amount: set[str] = field(default_factory=set)  # attributes that are "some" because no amount was given
    words: dict[str, str] = field(default_factory=dict)  # the words that last requested each countable attribute
    notes: list[str] = field(default_factory=list)
    nouns: dict[str, set[str]] = field(default_factory=dict)  # the nouns that named each attribute, in the singular

    @property
    def spec(self) -> PromptSpec:
        """The request of the whole prompt."""
        own = {f.name: getattr(self.requested, f.name) for f in fields(PromptSpec)}
        for name, other, factor in self.ratios:
            if factor > 1 and other in self.without_amount:
                own[other] = "little"  # many are not twice as many as some
            own[name] = _multiplied(own[other], factor)
        spec = PromptSpec(**own).with_defaults(self.from_moods)
        return spec if spec != PromptSpec() else self.from_fallback_moods

    def was_named(self, name: str, noun: str) -> bool:
        """Whether this noun has named the attribute before."""
        return _singular(noun) in self.nouns.get(name, ())

    def remember_noun(self, name: str, noun: str) -> None:
        """Remember that this noun named the attribute."""
        self.nouns.setdefault(name, set()).add(_singular(noun))

    def restore(self, name: str, earlier: PromptSpec) -> None:
        """Set an attribute back to its value in `earlier`."""
        key = "elevation" if name in ELEVATION_NOUNS else name
        if key in (*COUNTABLES, "elevation"):
            self.requested = replace(self.requested, **{key: getattr(earlier, key)})

    def set_ratio(self, name: str, other: str, factor: float) -> None:
        """Request `factor` times as much of one attribute as of another."""
        self.ratios.append((name, other, factor))

    def set_without_amount(self, name: str, noun: str) -> None:
        """Request an attribute that was named without an amount: "some", unless an amount was given before."""
        some = Item("quantity", "some", "")
        if name in ELEVATION_NOUNS:
            self.set_elevation("high")
        elif name in COUNTABLES:
            before = getattr(self.requested, name)
            other_kind = before in ("no", 0) and not self.was_named(name, noun)  # "no goombas, koopas"
            if before is None or other_kind:
                self.set_amount(name, some, noun)
                self.without_amount.add(name)
        elif name == "gaps":
            self.set_amount(name, some, noun)

    def set_amount(self, name: str, item: Item, noun: str) -> None:
        """Request an amount of an attribute; without a noun, the amount replaces the one before."""
        if item.value == "open":
            return
        self.without_amount.discard(name)
        if name == "gaps":
            self._set_gaps(item)
        elif name in ELEVATION_NOUNS:
            self._set_elevation_amount(name, item)
        elif name == "difficulty":
            self._set_difficulty(item)
        else:
            self._set_countable(name, item, noun)

    def set_elevation(self, value: str) -> None:
        """Request an elevation, "low" or "high"."""
        elevation: Elevation = "high" if value == "high" else "low"
        before = self.requested.elevation
        if before not in (None, elevation):
            self._note_contradiction(f"{before} elevation", f"{elevation} elevation")
        self.requested = replace(self.requested, elevation=elevation)

    def set_style(self, style: str) -> None:
        """Request a style."""
        if self.requested.style not in (None, style):
            self._note_contradiction(f"{self.requested.style} style", f"{style} style")
        self.requested = replace(self.requested, style=next(s for s in STYLES if s == style))

    def set_mood(self, mood: str) -> None:
        """Set what a mood stands for, where nothing else is requested."""
        if mood in fallback_moods():
            self.from_fallback_moods = replace(self.from_fallback_moods, **moods()[mood])  # type: ignore[arg-type]
        else:
            self.from_moods = replace(self.from_moods, **moods()[mood])  # type: ignore[arg-type]

    def _note_contradiction(self, before: str, last: str) -> None:
        self.notes.append(f"both '{before}' and '{last}' were requested; the last one, '{last}', was used")

    def _set_gaps(self, item: Item) -> None:
        if item.value == "many":
            self.set_style("athletic")
        else:
            self.notes.append("gaps cannot be requested by number, so this was ignored; try a style")

    def _set_elevation_amount(self, name: str, item: Item) -> None:
        if item.value == "medium" and name == "elevation":
            self.notes.append("elevation is low or high, so 'medium elevation' was ignored")
        else:
            self.set_elevation("low" if item.value in ("no", "little", "0") else "high")

    def _set_difficulty(self, item: Item) -> None:
        if item.kind == "number":
            self.notes.append(f"difficulty is easy, medium or hard, so {item.value} was ignored")
        else:
            self.set_mood(_MOOD_OF_DIFFICULTY[item.value])

    def _set_countable(self, name: str, item: Item, noun: str) -> None:
        amount: Amount = int(item.value) if item.kind == "number" else item.value
        words = f"{item.text or item.value} {noun or name}"
        if amount == "medium":
            amount = "some"
        if name == "blocks" and amount == "no":
            amount = "little"
            self.notes.append("a level always has blocks to stand on, so 'no blocks' was read as 'little blocks'")
        before = getattr(self.requested, name)
        if before is not None and noun and self.nouns.get(name) and not self.was_named(name, noun):
            amount = self._combined(name, before, amount)
        elif before not in (None, amount):
            self._note_contradiction(self.words.get(name, f"{before} {name}"), words)
        self.words[name] = words
        if isinstance(amount, int) and amount > MAX_NUMBER:
            self.notes.append(f"{amount} {name} was reduced to {MAX_NUMBER}, the largest number allowed")
            amount = MAX_NUMBER
        self.requested = replace(self.requested, **{name: amount})  # type: ignore[arg-type]

    def _combined(self, name: str, before: Amount, amount: Amount) -> Amount:
        """One amount for two kinds, such as koopas and goombas: the sum of two numbers, else the larger amount."""
        if isinstance(before, int) and isinstance(amount, int):
            self.notes.append(f"all kinds of {name} are counted together, so {before} and {amount} were added")
            return before + amount
        if before == amount:
            return amount
        larger = max(amount, before, key=lambda a: 2 if isinstance(a, int) else _CLASSES.index(a))
        self.notes.append(f"all kinds of {name} are counted together, so '{larger} {name}' was used")
        return larger


def _multiplied(amount: Amount | None, factor: float) -> Amount:
    """A number times the factor; for a class, only "more" or "less" is known."""
    if isinstance(amount, int):
        return min(round(amount * factor), MAX_NUMBER)
    if factor == 1:
        return amount or "some"
    return "many" if factor > 1 else "little"


def _singular(noun: str) -> str:
    return noun.replace("ies", "y").removesuffix("s")
