"""`State`: what is known halfway through a prompt, beside the slots filled so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from mariogpt_mcp.prompt_parser.context import Context
from mariogpt_mcp.prompt_parser.lexicon import Item
from mariogpt_mcp.prompt_parser.slots import Slots
from mariogpt_mcp.prompt_parser.spec import PromptSpec


class Distance(IntEnum):
    """What stands between the last noun and the current item."""

    ADJACENT = 0
    CONJUNCTION = 1
    COMMA = 2
    CONTRAST = 3
    FAR = 4


@dataclass(slots=True)
class Pending:
    """An amount or a negation that waits for its noun."""

    amount: Item | None = None
    position: int = 0
    """Of the amount among the items."""

    negated: bool = False
    """Whether "not" or the like was read."""

    def __bool__(self) -> bool:
        return self.negated or self.amount is not None

    @property
    def is_refusal(self) -> bool:
        """Whether the amount is "no" or the like: "without too many"."""
        return self.amount is not None and self.amount.value == "no"

    def clear(self) -> None:
        """Forget the amount and the negation."""
        self.amount, self.negated = None, False


@dataclass(slots=True)
class LastNoun:
    """The attribute that was named last, and those joined to it."""

    name: str | None = None
    """The attribute, as in `Slots`; "all" after "everything else"."""

    needs_amount: bool = False
    """Whether no amount was given for it yet."""

    group: list[str] = field(default_factory=list)
    """It and the attributes before it that share an amount to come: "pipes and enemies: few"."""

    before_group: PromptSpec = field(default_factory=PromptSpec)
    """What was requested before the group."""

    distance: Distance = Distance.FAR

    repetitions: int = 1
    """How often its noun was said in a row."""

    def move_away(self, distance: Distance) -> None:
        """Note that at least this much stands between the noun and the current item."""
        self.distance = max(self.distance, distance)


@dataclass(slots=True)
class SharedAmounts:
    """Amounts that also apply to nouns that follow."""

    of_last_noun: Item | None = None
    """For "no pipes or enemies"."""

    of_list: Item | None = None
    """For "four of each: pipes and enemies"."""


@dataclass(slots=True)
class State:
    """What has been read of a prompt."""

    context: Context
    slots: Slots = field(default_factory=Slots)
    pending: Pending = field(default_factory=Pending)
    last_noun: LastNoun = field(default_factory=LastNoun)
    shared: SharedAmounts = field(default_factory=SharedAmounts)
    in_earlier_level: bool = False
    """Whether another level is being described: "last time there were too many pipes"."""

    unknown: dict[int, str] = field(default_factory=dict)
    """Words that had no effect, by position among the items."""

    def not_understood(self) -> tuple[str, ...]:
        """The words that had no effect, neighbours joined."""
        pieces: list[str] = []
        for i in sorted(self.unknown):
            if i - 1 in self.unknown:
                pieces[-1] += " " + self.unknown[i]
            else:
                pieces.append(self.unknown[i])
        return tuple(pieces)
