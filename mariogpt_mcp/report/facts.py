"""The facts of one level, each found once; reports only read them."""

from __future__ import annotations

from dataclasses import dataclass

from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.structure import Fault
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.solver import Stuck


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """What was counted in a level, what is broken, how it was played, and whether its start is safe."""

    features: Features
    faults: tuple[Fault, ...]
    run: Beaten | Stuck
    has_safe_start: bool
