"""`PromptSpec`: the amounts, elevation and style that a prompt requests."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from mariogpt_mcp.level.features import COUNTABLES, Countable, Elevation
from mariogpt_mcp.level.style import Style

MAX_NUMBER = 1000
"""Largest exact count, as in MarioGPT (section 3.2: "integers 0-1000")."""

Amount = str | int
"""A class ("no", "little", "some", "many") or an exact count for the whole level."""


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """What a prompt requests; an attribute that it does not mention is `None`."""

    pipes: Amount | None = None
    enemies: Amount | None = None
    blocks: Amount | None = None
    elevation: Elevation | None = None
    style: Style | None = None

    def amount(self, name: Countable) -> Amount | None:
        """The requested amount of a countable attribute."""
        value: Amount | None = getattr(self, name)
        return value

    def with_defaults(self, defaults: PromptSpec) -> PromptSpec:
        """This spec, with attributes that are `None` taken from `defaults`."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(defaults, **{name: value for name, value in own.items() if value is not None})

    @property
    def text(self) -> str:
        """The request in MarioGPT's words, without attributes that are `None`: "3 pipes, high elevation"."""
        parts = [f"{self.amount(name)} {name}" for name in COUNTABLES if self.amount(name) is not None]
        if self.elevation is not None:
            parts.append(f"{self.elevation} elevation")
        if self.style is not None:
            parts.append(f"{self.style} style")
        return ", ".join(parts)
