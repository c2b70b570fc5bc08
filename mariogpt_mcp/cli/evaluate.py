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
@click.option("--corpus", required=True, help="Level text that the model was trained on, and may have copied.")
@click.option("--originals", help="Level text that levels are to be like; --corpus if left out.")
@click.option("--peers", help="Folder with a folder of level text for each other system to measure.")
@click.option(
    "--levels",
    default=96,
    show_default=True,
    type=click.IntRange(2),
    help="Levels of each kind; a fifth of them for styles and temperatures.",
)
@click.option(
    "--level-size",
    default=DEFAULT_LEVEL_SIZE,
    show_default=True,
    type=click.IntRange(MEMORY_WINDOW * HEIGHT, LEVEL_SIZE_RANGE[1]),
    help="Tiles; at least 20 columns, the width of the windows that are looked for in the corpus.",
)
@click.option(
    "--temperature",
    "temperatures",
    multiple=True,
    type=click.FloatRange(*TEMPERATURE_RANGE),
    help="Another temperature to measure, with search; may be given several times.",
)
@click.option("--loop", "time_loop", is_flag=True, help="Time MarioGPT's own loop too: five to ten minutes.")
@click.option("--astar", "with_agent", is_flag=True, help="Let Baumgarten's A* agent play: needs Java, takes an hour.")
@click.option("--seed", default=SEED, show_default=True, help="First seed; the same seed makes the same table.")
@click.option("--out", default="runs/evaluation", show_default=True, help="Folder for levels and tables.")
def evaluate(corpus: str, originals: str | None, peers: str | None, out: str, **options: Any) -> None:
    """Measure levels of the model, raw and with search, beside those of other systems and the originals.

    Prints the table and saves it as Markdown and JSON. Levels are kept in --out: an interrupted run continues where it
    stopped.
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
