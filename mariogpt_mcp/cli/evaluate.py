"""`mariogpt-mcp evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mariogpt_mcp.cli.folder import out_folder
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.measure import Share, adherence, likeness, prompt_diversity, speed, structure
from mariogpt_mcp.evaluation.source import (
    Maker,
    Sample,
    combination_prompts,
    natural_prompts,
    number_prompts,
    read_folder,
)
from mariogpt_mcp.evaluation.table import Figures, markdown, save
from mariogpt_mcp.generator import DEFAULT_LEVEL_SIZE, Request
from mariogpt_mcp.level import Level
from mariogpt_mcp.model.host import ModelHost
from mariogpt_mcp.settings import settings
from mariogpt_mcp.training.corpus import read_corpus

SEED = 2_000_000
"""First seed of the levels measured; none of them is used for tuning."""


@click.command("evaluate")
@click.option("--corpus", required=True, help="Level text the model was trained on: what it may have copied.")
@click.option("--originals", help="Level text to be like; --corpus if left out.")
@click.option("--peers", help="Folder with one folder of level text for each other system to measure.")
@click.option("--levels", default=96, show_default=True, type=click.IntRange(2), help="Levels of each kind.")
@click.option("--level-size", default=DEFAULT_LEVEL_SIZE, show_default=True, help="Tiles, 100 to 2799.")
@click.option("--seed", default=SEED, show_default=True, help="First seed; one seed makes the same table.")
@click.option("--out", default="runs/evaluation", show_default=True, help="Folder for levels and tables.")
def command(
    corpus: str, originals: str | None, peers: str | None, levels: int, level_size: int, seed: int, out: str
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
    host = ModelHost(chosen.model, chosen.device, chosen.threads)
    host.network()
    maker = Maker(host, level_size, seed, folder)
    made: dict[str, list[Sample]] = {}
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    ) as bar:
        task = bar.add_task("levels", total=levels * len(KINDS))
        for name, raw in KINDS:
            prompts = {
                "combinations": combination_prompts(levels),
                "numbers": number_prompts(levels, seed),
                "natural": natural_prompts(levels, like, seed),
            }[name]
            kind = f"{name}-{'raw' if raw else 'search'}"
            bar.update(task, description=kind)
            made[kind] = maker.levels(kind, prompts, raw, lambda: bar.advance(task))
    table: dict[str, Figures] = {}
    with console.status("measuring"):
        for label, key in (("raw model", "raw"), ("with search", "search")):
            prompted = {kind: made[f"{kind}-{key}"] for kind in ("combinations", "numbers", "natural")}
            table[label] = {**_prompted(prompted, seed), **_row(prompted["natural"], like, known, False, seed)}
        for name, samples in others.items():
            table[name] = _row(samples, like, known, False, seed)
        table["originals"] = _row([Sample(level) for level in known], like, known, True, seed)
    options = {"levels": levels, "level_size": level_size, "seed": seed, "model": host.fingerprint}
    text, data = save(table, options, folder)
    click.echo(markdown(table))
    click.echo(f"\n{text}\n{data}")


KINDS = [(name, raw) for raw in (False, True) for name in ("combinations", "numbers", "natural")]


def _folders(peers: str | None) -> Sequence[Path]:
    if peers is None:
        return []
    found = sorted(path for path in Path(peers).iterdir() if path.is_dir()) if Path(peers).is_dir() else []
    if not found:
        raise MarioGPTError(f"--peers {peers!r} is no folder of folders of level text files.")
    return found


def _prompted(made: dict[str, list[Sample]], seed: int) -> dict[str, float | Share]:
    """Figures that need a prompt."""
    figures: dict[str, float | Share] = {}
    for name, share in adherence(made["combinations"], windows=False).items():
        figures[f"{name} met, level"] = share
    for name, share in adherence(made["combinations"], windows=True).items():
        figures[f"{name} met, window of 50"] = share
    for name, share in adherence(made["numbers"], windows=False).items():
        figures[f"number of {name} exact"] = share
    figures["diversity, one prompt"] = prompt_diversity(made["combinations"], seed)
    return {**figures, **speed(made["combinations"])}


def _row(
    samples: Sequence[Sample], originals: Sequence[Level], corpus: Sequence[Level], own: bool, seed: int
) -> dict[str, float]:
    return {**structure(samples), **likeness(samples, originals, corpus, own, seed)}
