"""A request for a level, or for new columns of a level, checked and clamped."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace

import numpy as np

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.model.batch import FixedColumns
from mariogpt_mcp.prompt_parser.prompt import MAX_LENGTH, Prompt, parse_prompt
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE, LEVEL_SIZE_RANGE, MAX_SEED, TEMPERATURE_RANGE

RANDOM_SEED = -1
"""Requests a random seed over MCP and HTTP, where every argument has a value."""

COLUMN_TEMPERATURES = (0.65, 1.0, 1.35)
"""Divisors of the bundled model's logits at the lowest, the default and the highest temperature of a request.

The divisor 0.1 would give a bare plain, and 2.0 noise. In this range, levels are calm at the lowest divisor, like those
of the corpus at the default and wild at the highest, and all are valid.
"""

MARIOGPT_TEMPERATURES = (1.0, 2.0, 2.7)
"""The same for the original MarioGPT: its default is 2 (`mario_gpt/sampler.py`), its paper goes up to 2.7.

At 1 it nearly copies its training levels (figure 7 of the paper).
"""


@dataclass(frozen=True, slots=True)
class KeptColumns:
    """The columns of an existing level that stay: those before the new ones, and those after."""

    before: Level | None = None
    after: Level | None = None
    source_id: str = ""
    """Id of the level; empty if all columns are new."""

    @property
    def first(self) -> int:
        """Index of the first new column: the number of columns that stay before it."""
        return 0 if self.before is None else self.before.columns

    def fixed(self) -> FixedColumns:
        """The same as tile ids, for the sampler."""
        sides = {"before": self.before, "after": self.after}
        return FixedColumns(**{side: level.ids for side, level in sides.items() if level is not None})


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request for `columns` new columns; `notes` say what was clamped."""

    prompt: Prompt
    columns: int
    level_size: int
    """Tiles requested, as MarioGPT counts them (`columns_of`)."""
    temperature: float
    seed: int
    notes: tuple[str, ...]
    kept: KeptColumns = field(default_factory=KeptColumns)
    defaults: PromptSpec = field(default_factory=PromptSpec)
    """Used for the attributes that the prompt does not name."""

    @classmethod
    def check(cls, prompt: str, level_size: int, temperature: float, seed: int | None) -> Request:
        """Check and clamp a request for a level of `level_size` tiles; if `seed` is `None`, one is drawn at random.

        Raises:
            MarioGPTError: a value that is not a number, or a seed out of range.
        """
        if not math.isfinite(temperature):
            low, high = TEMPERATURE_RANGE
            raise MarioGPTError(f"temperature must be a number from {low} to {high}, for example 1.0.")
        parsed, notes = parse_prompt(prompt), []
        if parsed.cut:
            notes.append(f"the prompt was cut to {MAX_LENGTH} characters")
        clamped = min(max(temperature, TEMPERATURE_RANGE[0]), TEMPERATURE_RANGE[1])
        if clamped != temperature:
            low, high = TEMPERATURE_RANGE
            notes.append(f"temperature {temperature:g} was clamped to {clamped:g} (allowed: {low} to {high})")
        size = min(max(level_size, LEVEL_SIZE_RANGE[0]), LEVEL_SIZE_RANGE[1])
        if size != level_size:
            low, high = LEVEL_SIZE_RANGE
            notes.append(f"level_size {level_size} was clamped to {size} (allowed: {low} to {high} tiles)")
        return cls(parsed, columns_of(size), size, clamped, _checked_seed(seed), tuple(notes))

    @classmethod
    def for_columns(cls, prompt: str, columns: int, temperature: float, seed: int | None) -> Request:
        """Check and clamp a request for new columns of a level; raises as `check` does."""
        request = cls.check(prompt, LEVEL_SIZE_RANGE[0], temperature, seed)
        return replace(request, columns=columns, level_size=columns * HEIGHT - 1)

    @property
    def spec(self) -> PromptSpec:
        """The attributes of the new columns: those of the prompt, and `defaults` for the others."""
        return self.prompt.spec.with_defaults(self.defaults)

    def logit_divisor(self, temperatures: tuple[float, float, float]) -> float:
        """The divisor for this request, from those for the lowest, the default and the highest temperature."""
        low, high = TEMPERATURE_RANGE
        return float(np.interp(self.temperature, (low, DEFAULT_TEMPERATURE, high), temperatures))


def _checked_seed(seed: int | None) -> int:
    if seed is None:
        return random.randrange(2**31)
    if not 0 <= seed <= MAX_SEED:
        raise MarioGPTError(f"seed must be a whole number from 0 to {MAX_SEED}, for example 42.")
    return seed


def seed_of_call(seed: int) -> int | None:
    """The seed of a call over MCP or HTTP; `None`, for a random one, if it is `RANDOM_SEED`."""
    return None if seed == RANDOM_SEED else seed


def columns_of(level_size: int) -> int:
    """The columns of a number of tiles: with the one tile that MarioGPT starts from, 1399 tiles are 100 columns."""
    return (level_size + 1) // HEIGHT
