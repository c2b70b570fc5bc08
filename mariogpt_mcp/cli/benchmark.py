"""`mariogpt-mcp benchmark`: the figures the README states, measured on this machine."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mariogpt_mcp.evaluation.loop import Shape, loop_seconds
from mariogpt_mcp.evaluation.source import COMBINATIONS, combination_prompts
from mariogpt_mcp.generator import MarioGPT
from mariogpt_mcp.model.conditions import Target
from mariogpt_mcp.model.sampler import Decoder, Draft, sample
from mariogpt_mcp.structure import faults

if TYPE_CHECKING:
    from fastmcp import Client

SEED = 1_000_000
"""First seed of the levels measured here; none of them was looked at while tuning."""


@click.command("benchmark")
@click.option("--levels", default=500, show_default=True, type=click.IntRange(1), help="Levels to count.")
@click.option("--starts", default=5, show_default=True, type=click.IntRange(1), help="Server starts to time.")
@click.option("--loops/--no-loops", default=True, help="Time the decoding loops without a cache, about a minute.")
def command(levels: int, starts: int, loops: bool) -> None:
    """Measure start, speed, memory, structure and how far prompts are followed."""
    asyncio.run(_server(starts))
    generator = MarioGPT()
    _levels(generator, levels)
    if loops:
        _loops(generator)


async def _server(starts: int) -> None:
    """Start to `tools/list` over stdio, the first level of a cold process, and its memory."""
    import fastmcp.client.transports  # noqa: F401  not part of what is timed

    listed, first, torch_early, peak = [], [], False, 0.0
    for _ in range(starts):
        began = time.monotonic()
        async with _client() as client:
            await client.list_tools()
            listed.append(time.monotonic() - began)
            torch_early = torch_early or "libtorch" in _proc("maps")
            await client.call_tool("generate_mario_level", {"prompt": "some pipes", "seed": 1})
            first.append(time.monotonic() - began)
            peak = max(peak, _peak_memory())
    click.echo(f"start to tools/list over stdio: {statistics.median(listed):.2f} s (median of {starts})")
    click.echo(f"start to the first level of 100 columns: {statistics.median(first):.2f} s, worst {max(first):.2f} s")
    if peak:
        click.echo(f"torch imported by tools/list: {'yes' if torch_early else 'no'}")
        click.echo(f"peak memory of the server: {peak:.0f} MB")
    else:
        click.echo("torch imported by tools/list, peak memory: not measured, they are read from /proc")


def _client() -> Client[Any]:
    from fastmcp import Client
    from fastmcp.client.transports import StdioTransport

    return Client(StdioTransport(sys.executable, ["-m", "mariogpt_mcp"], env=dict(os.environ), keep_alive=False))


def _proc(name: str) -> str:
    """A file on the server just started, this process's newest child; empty where there is no /proc."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if not children.exists():
        return ""
    return Path(f"/proc/{children.read_text().split()[-1]}/{name}").read_text()


def _peak_memory() -> float:
    """Megabytes; 0 where there is no /proc."""
    lines = [line for line in _proc("status").splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def _levels(generator: MarioGPT, count: int) -> None:
    """Structure, prompts followed and time, over all combinations of classes."""
    prompts = combination_prompts(count)
    generator.generate(prompts[0], seed=0)
    met: dict[str, int] = {}
    broken, seconds, rounds = 0, [], []
    with click.progressbar(range(count), label=f"{count} levels", file=sys.stderr) as numbers:
        for i in numbers:
            began = time.monotonic()
            made = generator.generate(prompts[i], seed=SEED + i)
            assert made.png, "a level has a picture"
            seconds.append(time.monotonic() - began)
            broken += len(faults(made.level))
            rounds.append(made.report.candidates)
            for attribute in made.report.attributes:
                if attribute.asked:
                    met[attribute.name] = met.get(attribute.name, 0) + attribute.met
    shares = ", ".join(f"{name} {100 * n / count:.1f} %" for name, n in met.items())
    median, worst = statistics.median(seconds), max(seconds)
    click.echo(f"100 columns with their picture, warm: {median:.2f} s (median of {count}), worst {worst:.2f} s")
    click.echo(f"structural faults in {count} levels: {broken}")
    click.echo(f"met over the {COMBINATIONS} combinations: {shares}")
    click.echo(f"candidates a level: {statistics.mean(rounds):.1f}")


def _loops(generator: MarioGPT) -> None:
    """The same 100 columns with and without a cache, and MarioGPT's loop on a flat GPT-2 of the outer shape."""
    from mariogpt_mcp.model.decoder import CachedDecoder, UncachedDecoder

    network = generator.host.network()
    draft = [Draft((Target(50), Target(50)), SEED)]

    def timed(start: Callable[[int], Decoder]) -> float:
        began = time.monotonic()
        sample(start, draft, temperature=1.0)
        return time.monotonic() - began

    cached = statistics.median(timed(lambda batch: CachedDecoder(network, batch)) for _ in range(5))
    uncached = timed(lambda batch: UncachedDecoder(network, batch))
    shape = network.config
    flat = loop_seconds(Shape(shape.outer_layers, shape.outer_width, shape.outer_heads, len(shape.symbols)))
    click.echo(f"one level of 100 columns, cached: {cached:.2f} s")
    click.echo(f"the same network, a full forward pass a tile: {uncached:.1f} s, {uncached / cached:.0f} times that")
    click.echo(f"a flat GPT-2 of the same shape in MarioGPT's loop: {flat:.1f} s, {flat / cached:.0f} times that")
