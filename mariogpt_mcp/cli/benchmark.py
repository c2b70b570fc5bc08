"""`mariogpt-mcp benchmark`: measures the figures that the README states on this machine."""

from __future__ import annotations

import asyncio

import click

from mariogpt_mcp.cli.options.model import chosen_generator, chosen_settings, model_option, server_environment
from mariogpt_mcp.cli.options.progress_bar import ProgressBar
from mariogpt_mcp.evaluation.baseline import MARIOGPT_SHAPE
from mariogpt_mcp.evaluation.benchmark import measure_caches, measure_levels, measure_server


@click.command("benchmark")
@click.option("--levels", default=500, show_default=True, type=click.IntRange(1), help="Levels to generate.")
@click.option("--starts", default=5, show_default=True, type=click.IntRange(1), help="Server starts to time.")
@model_option
@click.option(
    "--loops/--no-loops",
    default=True,
    help="Time decoding without a cache, about a minute; only for models of the bundled kind.",
)
@click.option(
    "--original",
    is_flag=True,
    help="Instead, time MarioGPT's loop and our decoder on --model's weights, or on random ones of MarioGPT's shape.",
)
@click.option(
    "--every",
    default=20,
    show_default=True,
    type=click.IntRange(1),
    help="With --original: time only one step of MarioGPT's loop in this many; 1 times all, half an hour.",
)
@click.option(
    "--vocabulary",
    default=MARIOGPT_SHAPE.vocabulary,
    show_default=True,
    help="With --original: vocabulary size of random weights.",
)
def benchmark(levels: int, starts: int, loops: bool, original: bool, every: int, vocabulary: int) -> None:
    """Measure start, speed, memory, structure and how far prompts are met."""
    if original:
        _time_loop(every, vocabulary)
        return
    click.echo(asyncio.run(measure_server(starts, server_environment())))
    generator = chosen_generator()
    with ProgressBar("levels") as bar:
        bar.show("loading the model", 0, levels)
        figures = measure_levels(generator, levels, lambda done: bar.show("generating", done, levels))
    click.echo(figures)
    if loops and generator.loader.model().kind == "column":
        click.echo(measure_caches(generator.loader.network()))


def _time_loop(every: int, vocabulary: int) -> None:
    from mariogpt_mcp.evaluation.loop_benchmark import LoopBenchmark

    chosen = chosen_settings()
    timed = LoopBenchmark(chosen.for_model(), chosen.for_search(), vocabulary)
    click.echo(timed)
    click.echo(timed.run(every, lambda line: click.echo(line, err=True)))
