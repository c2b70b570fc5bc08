"""Free-text prompts with the readings that people would agree on, to see how far everyday English is understood.

`resources/free_prompts.json` was written without looking at the vocabulary, and is not to be tuned on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from mariogpt_mcp.prompt_parser.prompt import parse_prompt

Reading = str | int | None


@dataclass(frozen=True, slots=True)
class FreePrompt:
    """A prompt and, for each attribute it asks for, the readings that count as right; `None` is "left open"."""

    text: str
    asks: dict[str, tuple[Reading, ...]]

    @property
    def understood(self) -> bool:
        """Whether the prompt is read as one of them, and nothing is read into it that it does not ask for."""
        spec = parse_prompt(self.text).spec
        return all(getattr(spec, f.name) in self.asks.get(f.name, (None,)) for f in fields(spec))


@cache
def free_prompts() -> tuple[FreePrompt, ...]:
    """The prompts held back."""
    text = files("mariogpt_mcp.resources").joinpath("free_prompts.json").read_text(encoding="utf-8")
    return tuple(
        FreePrompt(entry["prompt"], {name: tuple(readings) for name, readings in entry["asks"].items()})
        for entry in json.loads(text)
    )
