"""`mariogpt-mcp evaluate`: compares a model with other systems and with the original levels in a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mariogpt_mcp.cli.options.model import chosen_generator, model_option
from mariogpt_mcp.cli.options.naming import naming
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.cli.options.progress_bar import ProgressBar
from mariogpt_mcp.evaluation.comparison import SEED, ComparedLevels, Comparison, ComparisonOptions
from mariogpt_mcp.evaluation.samples import LevelSample, read_systems
from mariogpt_mcp.evaluation.table import markdown
from mariogpt_mcp.evaluation.tile_patterns import MEMORY_WINDOW
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, LEVEL_SIZE_RANGE, TEMPERATURE_RANGE
from mariogpt_mcp.training.corpus import read_corpus


@click.command("evaluate")
@model_option
@click.option(
    "--corpus",
    required=True,
    help="Folder of the levels that the model was trained on and may have copied, or mario-gpt.",
)
@click.option("--originals", help="Folder of the levels that levels should resemble; --corpus if left out.")
@click.option("--peers", help="Folder that contains a folder of level text for each other system to measure.")
@click.option(
    "--levels",
    default=96,
    show_default=True,
    type=click.IntRange(2),
    help="Number of levels of each kind; styles and temperatures get a fifth of it.",
)
@click.option(
    "--level-size",
    default=DEFAULT_LEVEL_SIZE,
    show_default=True,
    type=click.IntRange(MEMORY_WINDOW * HEIGHT, LEVEL_SIZE_RANGE[1]),
    help="Size in tiles, at least 20 columns of 14: the windows that are searched for in the corpus are that wide.",
)
@click.option(
    "--temperature",
    "temperatures",
    multiple=True,
    type=click.FloatRange(*TEMPERATURE_RANGE),
    help="Also measure levels with search at this temperature; can be given several times.",
)
@click.option(
    "--loop", "time_loop", is_flag=True, help="Also time MarioGPT's own loop, which takes five to ten minutes."
)
@click.option(
    "--astar",
    "with_agent",
    is_flag=True,
    help="Also let Baumgarten's A* agent play, which needs Java and takes an hour.",
)
@click.option("--seed", default=SEED, show_default=True, help="First seed; the same seed makes the same levels.")
@click.option("--out", default="runs/evaluation", show_default=True, help="Folder for the levels and the table.")
def evaluate(corpus: str, originals: str | None, peers: str | None, out: str, **options: Any) -> None:
    """Measure a model's levels, raw and with search, and compare them with other systems and the originals.

    Prints a table and saves it as Markdown and JSON. Levels are kept in --out, so that the same command continues an
    interrupted run.
    """
    known = _read("--corpus", corpus)
    others = ComparedLevels(known, _read("--originals", originals) if originals else known, _read_peers(peers))
    comparison = Comparison(chosen_generator(), others, out_folder(out), ComparisonOptions(**options))
    with ProgressBar() as bar:
        table = comparison.run(bar.show)
    text, data = comparison.save(table)
    click.echo(f"{markdown(table)}\n\n{text}\n{data}")


def _read(option: str, folder: str) -> list[Level]:
    with naming(option):
        return [named.level for named in read_corpus(folder)]


def _read_peers(folder: str | None) -> dict[str, list[LevelSample]]:
    if folder is None:
        return {}
    with naming("--peers"):
        return read_systems(Path(folder))
