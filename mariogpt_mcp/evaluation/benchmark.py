"""Measures the server's start time, speed and memory, and how often levels have faults or meet their prompts."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mariogpt_mcp.evaluation.baseline import COLUMNS, BaselineShape, loop_seconds
from mariogpt_mcp.evaluation.prompts import COMBINATIONS, combination_prompts
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.model.conditioning import Target
from mariogpt_mcp.model.decoding import Decoder, Draft
from mariogpt_mcp.model.sampler import sample

if TYPE_CHECKING:
    from fastmcp import Client

    from mariogpt_mcp.model.column.network import ColumnGPT2

SEED = 1_000_000
"""First seed of the measured levels. Nothing was tuned on levels with these seeds."""

CACHED_RUNS = 5
"""Number of levels that are timed with KV caches; the median is reported."""

Row = tuple[str, str]
"""The name of a figure, and what was measured, with its unit."""


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """Figures of a server over stdio that was started several times: seconds since its start, and memory in MB.

    `torch_early` says whether torch was already imported when the server answered `tools/list`. It and `peak_memory`
    are `None` without /proc.
    """

    listed: list[float]
    first_level: list[float]
    torch_early: bool | None
    peak_memory: float | None

    def rows(self) -> list[Row]:
        """The figures as rows of the table."""
        starts = len(self.listed)
        rows = [
            (f"start to tools/list over stdio, median of {starts}", f"{statistics.median(self.listed):.2f} s"),
            (
                f"start to the first level of 100 columns, median of {starts} (worst)",
                f"{statistics.median(self.first_level):.1f} s ({max(self.first_level):.1f} s)",
            ),
        ]
        if self.peak_memory is not None:
            rows.append(("torch imported by tools/list", "yes" if self.torch_early else "no"))
            rows.append(("peak memory of the server", f"{self.peak_memory:.0f} MB"))
        return rows


async def measure_server(starts: int, environment: Mapping[str, str]) -> ServerFigures:
    """Start the server several times as a separate process; each time, list its tools and request a level."""
    import fastmcp.client.transports  # noqa: F401  imported here so that it is not timed

    listed, first_level, torch_early, memory = [], [], False, 0.0
    for _ in range(starts):
        started = time.monotonic()
        async with _client(environment) as client:
            await client.list_tools()
            listed.append(time.monotonic() - started)
            torch_early = torch_early or "libtorch" in _proc("maps")
            await client.call_tool("generate_mario_level", {"prompt": "some pipes", "seed": 1})
            first_level.append(time.monotonic() - started)
            memory = max(memory, _peak_memory())
    return ServerFigures(listed, first_level, torch_early if memory else None, memory or None)


def _client(environment: Mapping[str, str]) -> Client[Any]:
    from fastmcp import Client
    from fastmcp.client.transports import StdioTransport

    command = ["-m", "mariogpt_mcp"]
    return Client(StdioTransport(sys.executable, command, env=dict(environment), keep_alive=False))


def _proc(name: str) -> str:
    """The text of a file in /proc about the server, the newest child of this process; empty without /proc."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if not children.exists():
        return ""
    return Path(f"/proc/{children.read_text().split()[-1]}/{name}").read_text()


def _peak_memory() -> float:
    """Peak memory of the server in MB; 0 without /proc."""
    lines = [line for line in _proc("status").splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """Figures of levels of 100 columns, whose prompts go through all combinations of classes.

    `seconds` and `candidates` have an entry for each level. `met` is the number of levels that meet each attribute.
    """

    seconds: list[float]
    candidates: list[int]
    faults: int
    met: dict[str, int]

    def rows(self) -> list[Row]:
        """The figures as rows of the table."""
        count = len(self.seconds)
        names, shares = ", ".join(self.met), ", ".join(f"{100 * met / count:.1f}" for met in self.met.values())
        return [
            (
                f"a level of 100 columns with its picture, warm, median of {count} (worst)",
                f"{statistics.median(self.seconds):.2f} s ({max(self.seconds):.2f} s)",
            ),
            (f"structural faults in {count} levels", str(self.faults)),
            (f"{names} as requested, {COMBINATIONS} combinations of classes", f"{shares} %"),
            ("candidates for a level, mean", f"{statistics.mean(self.candidates):.1f}"),
        ]


def measure_levels(generator: MarioGPT, count: int, report: Callable[[int], None]) -> LevelFigures:
    """Generate levels with their pictures; `report` is called with the number of levels done."""
    prompts = combination_prompts(count)
    generator.generate(prompts[0], seed=0)  # loads the model
    seconds: list[float] = []
    candidates: list[int] = []
    met: dict[str, int] = {}
    broken = 0
    for i, prompt in enumerate(prompts):
        started = time.monotonic()
        made = generator.generate(prompt, seed=SEED + i)
        assert made.png, "a level has a picture"
        seconds.append(time.monotonic() - started)
        candidates.append(made.report.candidates)
        broken += len(faults(made.level.ids))
        for attribute in made.report.attributes:
            if attribute.asked:
                met[attribute.name] = met.get(attribute.name, 0) + attribute.met
        report(i + 1)
    return LevelFigures(seconds, candidates, broken, met)


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """Seconds for 100 columns: with KV caches, without them, and in MarioGPT's loop with a GPT-2 of the same shape."""

    cached: float
    uncached: float
    loop: float

    def rows(self) -> list[Row]:
        """The figures as rows of the table."""
        return [
            ("100 columns without search, with KV caches", f"{self.cached:.2f} s"),
            ("the same, a full forward pass for each tile", self._compared(self.uncached)),
            ("a flat GPT-2 of the outer network's shape in MarioGPT's loop", self._compared(self.loop)),
        ]

    def _compared(self, seconds: float) -> str:
        return f"{seconds:.1f} s, {seconds / self.cached:.0f} times that"


def measure_caches(network: ColumnGPT2) -> CacheFigures:
    """Write 100 columns with and without caches, and time MarioGPT's loop on a GPT-2 of the outer network's shape."""
    from mariogpt_mcp.model.column.decoder import CachedDecoder, UncachedDecoder

    drafts = [Draft((Target(COLUMNS // 2), Target(COLUMNS // 2)), SEED)]

    def seconds(decoder: Decoder) -> float:
        started = time.monotonic()
        sample(decoder, drafts)
        return time.monotonic() - started

    cached = statistics.median(seconds(CachedDecoder(network, 1)) for _ in range(CACHED_RUNS))
    uncached = seconds(UncachedDecoder(network, 1))
    c = network.config
    loop = loop_seconds(BaselineShape(c.outer_layers, c.outer_width, c.outer_heads, len(c.symbols)))
    return CacheFigures(cached, uncached, loop)
