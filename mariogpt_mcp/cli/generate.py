"""`mariogpt-mcp generate`: makes levels from a prompt and writes them to a folder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from mariogpt_mcp.cli.options.formats import FORMAT_OPTION, save_formats
from mariogpt_mcp.cli.options.model import chosen_generator, model_option
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.cli.options.progress_bar import ProgressBar
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, settings
from mariogpt_mcp.store.records import MadeLevel


@click.command("generate")
@click.argument("prompt")
@model_option
@click.option(
    "--level-size", default=DEFAULT_LEVEL_SIZE, show_default=True, help="Size in tiles, 100 to 2799; a column has 14."
)
@click.option(
    "--temperature",
    type=float,
    default=lambda: settings().temperature,
    show_default="MARIOGPT_TEMPERATURE, else 1.0",
    help="How freely tiles are chosen, from 0.1 (calm) to 2.0 (wild).",
)
@click.option(
    "--seed", type=int, help="Seed of the first level, 0 to 4294967295; each further level adds 1. Random if left out."
)
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 10_000), help="Number of levels to make.")
@click.option("--out", default="levels", show_default=True, help="Folder for a .txt and a .png file of each level.")
@click.option("--format", "formats", **FORMAT_OPTION)
@click.option("--show-path", is_flag=True, help="Draw the path of the run that beat the level.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each level instead of text.")
def generate(
    prompt: str,
    level_size: int,
    temperature: float,
    seed: int | None,
    count: int,
    out: str,
    formats: tuple[str, ...],
    show_path: bool,
    as_json: bool,
) -> None:
    """Make Super Mario levels from PROMPT, for example "many pipes, few enemies"."""
    folder = out_folder(out)
    first = Request.check(prompt, level_size, temperature, seed)
    Request.check(prompt, level_size, temperature, first.seed + count - 1)  # the last seed must be allowed too
    generator = chosen_generator()
    for i in range(count):
        try:
            made = _make(generator, replace(first, seed=first.seed + i), f"level {i + 1} of {count}")
            files = _save(made, folder, formats, show_path)
            click.echo(_json_line(made, files) if as_json else _text(made, files))
        except KeyboardInterrupt:
            raise click.ClickException(f"Stopped; {i} of {count} levels are in {out}.") from None


def _make(generator: MarioGPT, request: Request, name: str) -> MadeLevel:
    """Make a level; on a terminal, show the progress."""
    with ProgressBar("columns", transient=True) as bar:
        bar.show(name if generator.loader.loaded else "loading the model", 0, request.columns)
        return generator.make(request, Hooks(progress=lambda done, total: bar.show(name, done, total)))


def _save(made: MadeLevel, folder: Path, formats: tuple[str, ...], show_path: bool) -> dict[str, Path]:
    """Write a level's files; returns their paths by kind: `text`, `png`, and the names of formats."""
    stem = f"mario-{made.report.seed}-{made.id[:8]}"
    text, png = made.save(folder / f"{stem}.txt"), made.save(folder / f"{stem}.png", path=show_path)
    return {"text": text, "png": png, **save_formats(made, folder, stem, formats)}


def _json_line(made: MadeLevel, files: dict[str, Path]) -> str:
    paths = {kind: str(file) for kind, file in files.items()}
    line = {
        "id": made.id,
        "seed": made.report.seed,
        "prompt": made.report.prompt,
        "text_path": paths.pop("text"),
        "png_path": paths.pop("png"),
        "report": made.report.model_dump(mode="json"),
    }
    return json.dumps({**line, "export_paths": paths} if paths else line)


def _text(made: MadeLevel, files: dict[str, Path]) -> str:
    written = "\n".join(f"- {file}" for file in dict.fromkeys(files.values()))
    return f"{made.text}\n{made.report.text()}\n{written}\n"
