"""What a prompt asks for: `PromptSpec`, and `Wishes`, which grow into one while a prompt is read."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

from mariogpt_mcp.level.features import COUNTABLES, Countable, Elevation
from mariogpt_mcp.level.style import STYLES, Style
from mariogpt_mcp.prompt_parser.lexicon import RAISED, Item, faint_moods, moods

MAX_NUMBER = 1000
"""Largest plain number, as in MarioGPT (section 3.2: "integers 0-1000")."""

Amount = str | int
"""A class ("no", "little", "some", "many") or an exact count for the whole level."""


_ORDER = ("no", "little", "some", "many")


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """What a prompt asks for; `None` leaves an attribute open."""

    pipes: Amount | None = None
    enemies: Amount | None = None
    blocks: Amount | None = None
    elevation: Elevation | None = None
    style: Style | None = None

    def amount(self, name: Countable) -> Amount | None:
        """What is asked of one countable attribute."""
        value: Amount | None = getattr(self, name)
        return value

    def over(self, other: PromptSpec) -> PromptSpec:
        """This, and the other where it leaves something open."""
        asked = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(other, **{name: value for name, value in asked.items() if value is not None})

    @property
    def text(self) -> str:
        """The prompt in MarioGPT's words, open attributes left out: "3 pipes, high elevation"."""
        parts = [f"{self.amount(name)} {name}" for name in COUNTABLES if self.amount(name) is not None]
        if self.elevation is not None:
            parts.append(f"{self.elevation} elevation")
        if self.style is not None:
            parts.append(f"{self.style} style")
        return ", ".join(parts)


@dataclass(slots=True)
class Wishes:
    """What has been asked for so far; the amounts asked win over what a mood sets."""

    spec: PromptSpec = field(default_factory=PromptSpec)
    mood: PromptSpec = field(default_factory=PromptSpec)
    notes: list[str] = field(default_factory=list)
    words: dict[str, set[str]] = field(default_factory=dict)  # the nouns used for each attribute
    faint: PromptSpec = field(default_factory=PromptSpec)  # what counts only where nothing else is asked
    ratios: list[tuple[str, str, float]] = field(default_factory=list)  # so many times as many of one as of another

    @property
    def merged(self) -> PromptSpec:
        """What the whole prompt asks for."""
        own = {f.name: getattr(self.spec, f.name) for f in fields(PromptSpec)}
        for name, other, factor in self.ratios:
            own[name] = self._times(own[other], factor)
        asked = PromptSpec(**own).over(self.mood)
        return asked if asked != PromptSpec() else self.faint

    @staticmethod
    def _times(amount: Amount | None, factor: float) -> Amount:
        """So many times an amount; of a class no more is known than whether it is more or less."""
        if isinstance(amount, int):
            return min(round(amount * factor), MAX_NUMBER)
        if factor == 1:
            return amount or "some"
        return "many" if factor > 1 else "little"

    def relate(self, name: str, other: str, factor: float) -> None:
        """Ask for so many times as many of one thing as of another."""
        self.ratios.append((name, other, factor))

    def said(self, name: str, word: str) -> bool:
        """Whether an attribute was named by this noun before."""
        return _stem(word) in self.words.get(name, ())

    def hear(self, name: str, word: str) -> None:
        """Remember which noun an attribute was named by."""
        self.words.setdefault(name, set()).add(_stem(word))

    def restore(self, name: str, earlier: PromptSpec) -> None:
        """Take back what a bare noun stood for, now that its amount has come."""
        key = "elevation" if name in RAISED else name
        if key in (*COUNTABLES, "elevation"):
            self.spec = replace(self.spec, **{key: getattr(earlier, key)})

    def mention(self, name: str, word: str) -> None:
        """Take a bare noun for "some", unless an amount was given before."""
        if name in RAISED:
            self.elevate("high")
        elif name in COUNTABLES:
            before = getattr(self.spec, name)
            kinds = before in ("no", 0) and _stem(word) not in self.words.get(name, ())
            if before is None or kinds:
                self.ask(name, Item("quantity", "some", ""), word)
        elif name == "gaps":
            self.ask(name, Item("quantity", "some", ""), word)

    def ask(self, name: str, item: Item, word: str) -> None:
        """Ask for an amount of what the noun `word` names; an empty word corrects the one before."""
        if item.value == "open":
            return
        if name == "gaps":
            if item.value == "many":
                self.dress("athletic")
            else:
                self.notes.append("gaps cannot be asked for by number, so that wish was left open; try a style")
            return
        if name in RAISED:
            if item.value == "medium" and name == "elevation":
                self.notes.append("elevation is low or high, so 'medium elevation' was left open")
            else:
                self.elevate("low" if item.value in ("no", "little", "0") else "high")
            return
        if name == "difficulty":
            feel = {"no": "easy", "little": "easy", "some": "medium", "medium": "medium", "many": "hard"}
            if item.kind == "number":
                self.notes.append(f"difficulty is easy, medium or hard, so {item.value} was passed over")
            else:
                self.feel(feel[item.value])
            return
        amount: Amount = int(item.value) if item.kind == "number" else item.value
        if amount == "medium":
            amount = "some"
        if name == "blocks" and amount == "no":
            amount = "little"
            self.notes.append("a level always has blocks to stand on, so 'no blocks' was read as 'little blocks'")
        before = getattr(self.spec, name)
        if before is not None and word and self.words.get(name) and _stem(word) not in self.words[name]:
            amount = self._both(name, before, amount)
        elif before not in (None, amount):
            self.notes.append(f"{name} were asked for twice; the last wish counts")
        if isinstance(amount, int) and amount > MAX_NUMBER:
            self.notes.append(f"{amount} {name} was reduced to {MAX_NUMBER}, the largest number allowed")
            amount = MAX_NUMBER
        self.spec = replace(self.spec, **{name: amount})  # type: ignore[arg-type]

    def _both(self, name: str, before: Amount, amount: Amount) -> Amount:
        """One amount for two kinds of a thing, such as koopas and goombas: numbers add up, else the larger."""
        if isinstance(before, int) and isinstance(amount, int):
            self.notes.append(f"kinds of {name} are not told apart, so {before} and {amount} were added up")
            return before + amount
        if before == amount:
            return amount
        larger = max(amount, before, key=lambda a: 2 if isinstance(a, int) else _ORDER.index(a))
        self.notes.append(f"kinds of {name} are not told apart, so '{larger} {name}' counts")
        return larger

    def elevate(self, value: str) -> None:
        """Ask for an elevation."""
        if self.spec.elevation not in (None, value):
            self.notes.append("elevation was asked for twice; the last wish counts")
        self.spec = replace(self.spec, elevation="high" if value == "high" else "low")

    def dress(self, style: str) -> None:
        """Ask for a style."""
        if self.spec.style not in (None, style):
            self.notes.append("two styles were asked for; a level has one, and the last wish counts")
        self.spec = replace(self.spec, style=next(s for s in STYLES if s == style))

    def feel(self, mood: str) -> None:
        """Set what a mood stands for, where nothing else is asked."""
        if mood in faint_moods():
            self.faint = replace(self.faint, **moods()[mood])  # type: ignore[arg-type]
        else:
            self.mood = replace(self.mood, **moods()[mood])  # type: ignore[arg-type]


def _stem(word: str) -> str:
    return word.replace("ies", "y").removesuffix("s")
