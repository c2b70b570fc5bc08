"""`mariogpt-mcp benchmark`: the figures the README states, measured on this machine."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mariogpt_mcp.cli.options.model import model_option
from mariogpt_mcp.evaluation.baseline import ORIGINAL, Shape, loop_seconds
from mariogpt_mcp.evaluation.samples import COMBINATIONS, combination_prompts
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.model.conditioning import Target
from mariogpt_mcp.model.device import choose_device, set_threads
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.decoding import Decoder, Draft
from mariogpt_mcp.model.sampler import sample
from mariogpt_mcp.settings import BUNDLED, ModelSettings, settings

if TYPE_CHECKING:
    from fastmcp import Client

SEED = 1_000_000
"""First seed of the levels measured here; none of them was looked at while tuning."""


@click.command("benchmark")
@click.option("--levels", default=500, show_default=True, type=click.IntRange(1), help="Levels to count.")
@click.option("--starts", default=5, show_default=True, type=click.IntRange(1), help="Server starts to time.")
@model_option
@click.option(
    "--loops/--no-loops",
    default=True,
    help="Time decoding without a cache, about a minute; models of the bundled kind alone.",
)
@click.option(
    "--original", is_flag=True, help="Time the original instead, its loop and ours: --model's weights, or random ones."
)
@click.option(
    "--every",
    default=20,
    show_default=True,
    type=click.IntRange(1),
    help="With --original: time each so manieth step of its loop; 1 takes all, half an hour.",
)
@click.option("--vocabulary", default=ORIGINAL.vocabulary, show_default=True, help="Entries of random weights.")
def command(levels: int, starts: int, loops: bool, original: bool, every: int, vocabulary: int) -> None:
    """Measure start, speed, memory, structure and how far prompts are followed."""
    if original:
        _original(every, vocabulary)
        return
    asyncio.run(_server(starts))
    generator = MarioGPT()
    _levels(generator, levels)
    if loops and generator.loader.model().kind == "column":
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
            broken += len(faults(made.level.ids))
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
    from mariogpt_mcp.model.column.decoder import CachedDecoder, UncachedDecoder

    network = generator.loader.network()
    draft = [Draft((Target(50), Target(50)), SEED)]

    def timed(decoder: Decoder) -> float:
        began = time.monotonic()
        sample(decoder, draft)
        return time.monotonic() - began

    cached = statistics.median(timed(CachedDecoder(network, 1)) for _ in range(5))
    uncached = timed(UncachedDecoder(network, 1))
    shape = network.config
    flat = loop_seconds(Shape(shape.outer_layers, shape.outer_width, shape.outer_heads, len(shape.symbols)))
    click.echo(f"one level of 100 columns, cached: {cached:.2f} s")
    click.echo(f"the same network, a full forward pass a tile: {uncached:.1f} s, {uncached / cached:.0f} times that")
    click.echo(f"a flat GPT-2 of the same shape in MarioGPT's loop: {flat:.1f} s, {flat / cached:.0f} times that")


def _original(every: int, vocabulary: int) -> None:
    """The original's loop and ours on the same weights, on CUDA where there is one."""
    import torch

    from mariogpt_mcp.evaluation.throughput import TILES, Rivals, Stray
    from mariogpt_mcp.model.mariogpt.context_window import exact, sliding

    chosen = settings()
    set_threads(chosen.threads)
    device = choose_device(chosen.device)
    if chosen.model == BUNDLED:
        rivals = Rivals.random(dataclasses.replace(ORIGINAL, vocabulary=vocabulary), device)
        what = f"the original's shape, {vocabulary} entries, random weights"
    else:
        loader = ModelLoader(chosen.for_model())
        rivals, what = Rivals.of(loader), loader.name
    where = f"{device}, {chosen.threads} threads, {os.getloadavg()[0]:.1f} jobs waiting on {os.cpu_count()} cores"
    click.echo(f"{TILES} tiles of {what}; {where}")
    # Half before the others and half after: what else the machine does changes meanwhile.
    before, probabilities = rivals.loop(2 * every)
    rows: list[tuple[str, float, int]] = []

    def tell(what: str, seconds: float, batch: int = 1) -> None:
        rows.append((what, seconds, batch))
        click.echo(f"{what}: {seconds:.1f} s", err=True)

    tell("a plain cache (transformers'), its windows", rivals.plain_cache())
    exactly = rivals.network()
    tell("ours without oneDNN's order of the weights", rivals.write(rivals.network(pack=False), exact, 1))
    networks = {"float32": exactly, "bfloat16": rivals.network(precision=torch.bfloat16)}
    for batch in (1, 8):
        for precision, network in networks.items():
            for window in (exact, sliding):
                name = f"ours, {precision}, {window.__name__} window, {batch} at once"
                tell(name, rivals.write(network, window, batch), batch)
    generator = MarioGPT(ModelLoader(ModelSettings(device=chosen.device)))
    generator.generate("", seed=0)
    began = time.monotonic()
    for seed in range(5):
        assert generator.generate("", seed=SEED + seed).png, "a level has a picture"
    spent = (time.monotonic() - began) / 5
    tell(f"{generator.loader.name} on one thread, a checked level with its picture (mean of 5)", spent)
    set_threads(chosen.threads)

    after, more = rivals.loop(2 * every, 1 + every)
    probabilities |= more
    theirs = (before + after) / 2
    steps = f"{len(probabilities)} of its {TILES - 1} steps"
    click.echo(f"MarioGPT's loop: {theirs:.0f} s, from {steps} ({before:.0f} s before the others, {after:.0f} s after)")
    for what, seconds, batch in rows:
        rate = batch * TILES / seconds
        click.echo(f"{what}: {seconds:.1f} s, {rate:.0f} tiles a second, {rate * theirs / TILES:.1f} times its loop")
    difference = rivals.difference(exactly, probabilities)

    def far(stray: Stray) -> str:
        return f"{100 * stray.mean:.2f} % of the probability on average, {100 * stray.worst:.2f} % at worst"

    click.echo(f"largest difference of a probability from its loop's, float32, exact window: {difference:.1e}")
    click.echo(f"what a sliding window moves: {far(rivals.stray(exactly, exactly, sliding))}")
    click.echo(f"what bfloat16 moves: {far(rivals.stray(exactly, networks['bfloat16'], exact))}")
