"""`mariogpt-mcp evaluate`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mariogpt_mcp.cli.options.model import model_option
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation import metrics
from mariogpt_mcp.evaluation.baseline import ORIGINAL, loop_seconds
from mariogpt_mcp.evaluation.free_text import free_prompts
from mariogpt_mcp.evaluation.playability import Bench
from mariogpt_mcp.evaluation.samples import (
    Kind,
    Maker,
    Sample,
    combination_prompts,
    natural_prompts,
    number_prompts,
    read_folder,
    style_prompts,
)
from mariogpt_mcp.evaluation.table import Figures, markdown, save
from mariogpt_mcp.evaluation.tile_patterns import MEMORY_WINDOW
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, LEVEL_SIZE_RANGE, TEMPERATURE_RANGE, settings
from mariogpt_mcp.training.corpus import read_corpus

SEED = 2_000_000
"""First seed of the levels measured; none of them is used for tuning."""

_CASES = {"raw": "raw model", "search": "with search"}


@click.command("evaluate")
@model_option
@click.option("--corpus", required=True, help="Level text the model was trained on: what it may have copied.")
@click.option("--originals", help="Level text to be like; --corpus if left out.")
@click.option("--peers", help="Folder with one folder of level text for each other system to metrics.")
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
    help="Tiles; a window of 20 columns at least, which is looked for in the corpus.",
)
@click.option(
    "--temperature",
    "temperatures",
    multiple=True,
    type=click.FloatRange(*TEMPERATURE_RANGE),
    help="Another temperature to measure, with search; may be given several times.",
)
@click.option("--loop", is_flag=True, help="Time MarioGPT's own loop on its shape as well: five to ten minutes.")
@click.option("--astar", is_flag=True, help="Let Baumgarten's A* agent play the levels: needs Java, takes an hour.")
@click.option("--seed", default=SEED, show_default=True, help="First seed; one seed makes the same table.")
@click.option("--out", default="runs/evaluation", show_default=True, help="Folder for levels and tables.")
def command(
    corpus: str,
    originals: str | None,
    peers: str | None,
    levels: int,
    level_size: int,
    temperatures: Sequence[float],
    loop: bool,
    astar: bool,
    seed: int,
    out: str,
) -> None:
    """Measure levels of the model, raw and with search, beside those of other systems and the originals.

    Levels are kept in --out: a broken run goes on where it stopped. Prints and saves a table (Markdown, JSON).
    """
    chosen = settings()
    Request.check("", level_size, 1.0, seed)
    Request.check("", level_size, 1.0, seed + levels - 1)
    known = [named.level for named in read_corpus(corpus)]
    like = [named.level for named in read_corpus(originals)] if originals else known
    others = {path.name: read_folder(path) for path in _folders(peers)}
    folder = out_folder(out)
    bench = Bench(folder, astar)
    bench.check()
    loader = ModelLoader(chosen.for_model())
    loader.model()
    console = Console(stderr=True)
    kinds = _kinds(levels, like, temperatures, seed)
    made = _make(Maker(loader, level_size, seed, folder), kinds, console)
    table: dict[str, Figures] = {}
    with console.status("measuring"):
        for case, label in _CASES.items():
            table[label] = {**_prompted(made, case, seed), **_row(made[f"natural-{case}"], like, known, False, seed)}
        for temperature in temperatures:
            natural = made[_at(temperature)]
            table[f"temperature {temperature:g}"] = {
                **metrics.speed(natural),
                **_row(natural, like, known, False, seed),
            }
        for name, samples in others.items():
            table[name] = _row(samples, like, known, False, seed)
        table["originals"] = _row([Sample(level) for level in known], like, known, True, seed)
    played = {label: made[f"combinations-{case}"] for case, label in _CASES.items()} | others
    played["originals"] = [Sample(level) for level in known]
    with console.status("letting players try them"):
        for name, samples in played.items():
            table[name] |= bench.figures([sample.level for sample in samples])
        long = bench.figures([sample.level for sample in made["long-search"]])
        table[_CASES["search"]] |= {f"{name}, 200 columns": share for name, share in long.items()}
    if loop:
        with console.status("timing MarioGPT's loop"):
            table["MarioGPT's loop"] = {metrics.SECONDS: _loop(folder / "loop.json")}
    options = {"levels": levels, "level_size": level_size, "seed": seed, "model": loader.fingerprint}
    text, data = save(table, options, folder)
    click.echo(markdown(table))
    click.echo(f"\n{text}\n{data}")


def _loop(path: Path) -> float:
    """Seconds of MarioGPT's loop; as the levels they are kept for when the run is broken off."""
    if path.is_file():
        return float(json.loads(path.read_text(encoding="utf-8")))
    seconds = loop_seconds(ORIGINAL)
    path.write_text(json.dumps(seconds), encoding="utf-8")
    return seconds


def _kinds(levels: int, like: Sequence[Level], temperatures: Sequence[float], seed: int) -> list[Kind]:
    """Everything that is to be made; styles and other temperatures are counted on a fifth of the levels."""
    fewer = max(2, levels // 5)
    natural = tuple(natural_prompts(levels, like, seed))
    prompts = {
        "combinations": tuple(combination_prompts(levels)),
        "numbers": tuple(number_prompts(levels, seed)),
        "natural": natural,
        "styles": tuple(style_prompts(fewer)),
    }
    kinds = [Kind(f"{name}-{case}", texts, case == "raw") for case in _CASES for name, texts in prompts.items()]
    kinds.append(
        Kind("long-search", prompts["combinations"][: max(1, levels * 5 // 48)], level_size=LEVEL_SIZE_RANGE[1])
    )
    kinds.append(Kind("free-search", tuple(prompt.text for prompt in free_prompts()[:levels])))
    return kinds + [Kind(_at(temperature), natural[:fewer], temperature=temperature) for temperature in temperatures]


def _at(temperature: float) -> str:
    return f"natural-search-{temperature:g}"


def _make(maker: Maker, kinds: Sequence[Kind], console: Console) -> dict[str, list[Sample]]:
    made = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("levels", total=sum(len(kind.prompts) for kind in kinds))
        for kind in kinds:
            bar.update(task, description=kind.name)
            made[kind.name] = maker.levels(kind, lambda: bar.advance(task))
    return made


def _folders(peers: str | None) -> Sequence[Path]:
    if peers is None:
        return []
    found = sorted(path for path in Path(peers).iterdir() if path.is_dir()) if Path(peers).is_dir() else []
    if not found:
        raise MarioGPTError(f"--peers {peers!r} is no folder of folders of level text files.")
    return found


def _prompted(made: Mapping[str, list[Sample]], case: str, seed: int) -> Figures:
    """Figures that need a prompt."""
    combinations, free = made[f"combinations-{case}"], made.get(f"free-{case}", [])
    figures: dict[str, float | metrics.Share] = {}
    for name, share in metrics.adherence(combinations, windows=False).items():
        figures[f"{name} met, level"] = share
    for name, share in metrics.adherence(combinations, windows=True).items():
        figures[f"{name} met, window of 50"] = share
    for name, share in metrics.adherence(made[f"styles-{case}"], windows=False).items():
        figures[f"{name} met, level"] = share
    for name, share in metrics.adherence(made[f"numbers-{case}"], windows=False).items():
        figures[f"number of {name} exact"] = share
    if free:
        figures |= metrics.free_text(free, free_prompts()[: len(free)])
        figures["misses not reported"] = metrics.unreported([*combinations, *made[f"numbers-{case}"], *free])
    figures["diversity, one prompt"] = metrics.prompt_diversity(combinations, seed)
    return {**figures, **metrics.speed(combinations)}


def _row(
    samples: Sequence[Sample], originals: Sequence[Level], corpus: Sequence[Level], own: bool, seed: int
) -> Figures:
    return {
        **metrics.structure(samples),
        **metrics.difficulty(samples),
        **metrics.likeness(samples, originals, corpus, own, seed),
    }
