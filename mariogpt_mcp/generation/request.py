"""A request for a level, or for new columns of one, checked and clamped."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

import numpy as np

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.prompt_parser.prompt import MAX_LENGTH, Prompt, parse_prompt
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from mariogpt_mcp.settings import (
    DEFAULT_TEMPERATURE,
    LEVEL_SIZE_RANGE,
    MAX_SEED,
    TEMPERATURE_RANGE,
)

SAMPLING_TEMPERATURES = (0.65, 1.0, 1.35)
"""What the logits are divided by at the ends and at the middle, 1, of the range that users have.

Undivided, 0.1 leaves a bare plain and 2.0 noise; between these a level is calm, as its makers had it, or wild,
and still whole.
"""

ORIGINAL_TEMPERATURES = (1.0, 2.0, 2.7)
"""The same for the original MarioGPT: its default is 2 (`mario_gpt/sampler.py`), its paper goes up to 2.7.

At 1 it nearly copies what it was trained on (the paper's figure 7).
"""

RANDOM_SEED = -1
"""What asks for a seed drawn at random where every argument has a value: over MCP and HTTP."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays of a level when part of it is written anew: the columns before that part and those after it."""

    before: Level | None = None
    after: Level | None = None
    source_id: str = ""
    """Id of the level; empty where all is new."""

    @property
    def first(self) -> int:
        """Columns that stay before the new ones."""
        return 0 if self.before is None else self.before.columns


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request: `notes` say what was clamped."""

    prompt: Prompt
    columns: int
    level_size: int
    temperature: float
    seed: int
    notes: tuple[str, ...]
    frame: Frame = field(default_factory=Frame)
    kept: PromptSpec = field(default_factory=PromptSpec)
    """What holds where the prompt leaves something open."""

    @classmethod
    def check(cls, prompt: str, level_size: int, temperature: float, seed: int | None) -> Request:
        """Check and clamp what a user sent.

        Raises:
            MarioGPTError: a value that is no number, or a seed out of range.
        """
        if not math.isfinite(temperature):
            raise MarioGPTError(
                f"temperature must be a number from {TEMPERATURE_RANGE[0]} to {TEMPERATURE_RANGE[1]}, for example 1.0."
            )
        if seed is None:
            seed = random.randrange(2**31)
        if not 0 <= seed <= MAX_SEED:
            raise MarioGPTError(f"seed must be a whole number from 0 to {MAX_SEED}, for example 42.")
        notes = []
        read = parse_prompt(prompt)
        if read.cut:
            notes.append(f"the prompt was cut to {MAX_LENGTH} characters")
        kept_temperature = min(max(temperature, TEMPERATURE_RANGE[0]), TEMPERATURE_RANGE[1])
        if kept_temperature != temperature:
            notes.append(
                f"temperature {temperature:g} was clamped to {kept_temperature:g} "
                f"(allowed: {TEMPERATURE_RANGE[0]} to {TEMPERATURE_RANGE[1]})"
            )
        kept_size = min(max(level_size, LEVEL_SIZE_RANGE[0]), LEVEL_SIZE_RANGE[1])
        if kept_size != level_size:
            notes.append(
                f"level_size {level_size} was clamped to {kept_size} "
                f"(allowed: {LEVEL_SIZE_RANGE[0]} to {LEVEL_SIZE_RANGE[1]} tiles)"
            )
        return cls(read, columns_of(kept_size), kept_size, kept_temperature, seed, tuple(notes))

    @classmethod
    def of_call(cls, prompt: str, level_size: int, temperature: float, seed: int) -> Request:
        """Check what came over MCP or HTTP, where `RANDOM_SEED` stands for none. Raises as `check` does."""
        return cls.check(prompt, level_size, temperature, None if seed == RANDOM_SEED else seed)

    @property
    def spec(self) -> PromptSpec:
        """What the new columns are to hold."""
        return self.prompt.spec.over(self.kept)

    def divisor(self, temperatures: tuple[float, float, float]) -> float:
        """What the logits are divided by where these are the ends and the middle of the range."""
        low, high = TEMPERATURE_RANGE
        return float(np.interp(self.temperature, (low, DEFAULT_TEMPERATURE, high), temperatures))


def columns_of(level_size: int) -> int:
    """Columns of so many tiles; with the one tile the original starts from, 1399 are 100 columns."""
    return (level_size + 1) // HEIGHT
