"""Free-text prompts with the readings that people would agree on: a test of how well prompts are understood.

`resources/free_prompts.json` was written without looking at the vocabulary; the parser must not be tuned on it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from mariogpt_mcp.prompt_parser.prompt import parse_prompt

Reading = str | int | None
"""A class, a style or a number; `None` if the attribute is left open."""


@dataclass(frozen=True, slots=True)
class FreePrompt:
    """A prompt and, for each attribute that it names, the readings that are right."""

    text: str
    asks: dict[str, tuple[Reading, ...]]

    @property
    def understood(self) -> bool:
        """Whether the parser reads each named attribute in one of the right ways, and leaves the others open."""
        spec = parse_prompt(self.text).spec
        return all(getattr(spec, f.name) in self.asks.get(f.name, (None,)) for f in fields(spec))


@cache
def free_prompts() -> tuple[FreePrompt, ...]:
    """The prompts in `resources/free_prompts.json`."""
    text = files("mariogpt_mcp.resources").joinpath("free_prompts.json").read_text(encoding="utf-8")
    return tuple(
        FreePrompt(entry["prompt"], {name: tuple(readings) for name, readings in entry["asks"].items()})
        for entry in json.loads(text)
    )
