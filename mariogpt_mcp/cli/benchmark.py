"""`mariogpt-mcp benchmark`: measures the server and the levels of a model on this machine."""

from __future__ import annotations

import asyncio

import click

from mariogpt_mcp.cli.options.model import chosen_generator, chosen_settings, model_option, server_environment
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.cli.options.progress_bar import ProgressBar
from mariogpt_mcp.evaluation.baseline import MARIOGPT_SHAPE
from mariogpt_mcp.evaluation.benchmark import measure_caches, measure_levels, measure_server
from mariogpt_mcp.evaluation.benchmark_report import BenchmarkReport


@click.command("benchmark")
@click.option("--levels", default=500, show_default=True, type=click.IntRange(1), help="Number of levels to generate.")
@click.option("--starts", default=5, show_default=True, type=click.IntRange(1), help="Number of server starts to time.")
@model_option
@click.option(
    "--loops/--no-loops",
    default=True,
    help="Also time decoding without KV caches, which takes about a minute; only for models of the bundled kind.",
)
@click.option(
    "--original",
    is_flag=True,
    help="Time only MarioGPT's loop and our decoder: with the weights of a MarioGPT that --model names, or with random "
    "weights of MarioGPT's shape.",
)
@click.option(
    "--every",
    default=20,
    show_default=True,
    type=click.IntRange(1),
    help="With --original: time every n-th step of MarioGPT's loop; 1 times all steps, which takes half an hour.",
)
@click.option(
    "--vocabulary",
    default=MARIOGPT_SHAPE.vocabulary,
    show_default=True,
    help="With --original: vocabulary size of the random weights.",
)
@click.option("--out", help="Folder to write benchmark.md and benchmark.json to; ignored with --original.")
def benchmark(
    levels: int, starts: int, loops: bool, original: bool, every: int, vocabulary: int, out: str | None
) -> None:
    """Measure start time, speed, memory, structural faults, and how often levels meet their prompts.

    Prints a Markdown table.
    """
    if original:
        _time_loop(every, vocabulary)
        return
    folder = out_folder(out) if out else None
    server = asyncio.run(measure_server(starts, server_environment()))
    generator = chosen_generator()
    with ProgressBar("levels") as bar:
        bar.show("loading the model", 0, levels)
        figures = measure_levels(generator, levels, lambda done: bar.show("generating", done, levels))
    loader = generator.loader
    caches = measure_caches(loader.network()) if loops and loader.model().kind == "column" else None
    report = BenchmarkReport(loader.fingerprint, chosen_settings().threads, server, figures, caches)
    click.echo(report.markdown())
    if folder:
        click.echo("\n".join(map(str, report.save(folder))))


def _time_loop(every: int, vocabulary: int) -> None:
    from mariogpt_mcp.evaluation.loop_benchmark import LoopBenchmark

    chosen = chosen_settings()
    timed = LoopBenchmark(chosen.for_model(), chosen.for_search(), vocabulary)
    click.echo(timed)
    click.echo(timed.run(every, lambda line: click.echo(line, err=True)))
