"""`mariogpt-mcp generate`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from mariogpt_mcp.cli.options.formats import FORMAT_OPTION, save_formats
from mariogpt_mcp.cli.options.model import model_option
from mariogpt_mcp.cli.options.out_folder import out_folder
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.hooks import Hooks
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, settings
from mariogpt_mcp.store.records import MadeLevel


@click.command("generate")
@click.argument("prompt")
@model_option
@click.option("--level-size", default=DEFAULT_LEVEL_SIZE, show_default=True, help="Tiles, 100 to 2799, 14 a column.")
@click.option(
    "--temperature",
    type=float,
    default=lambda: settings().temperature,
    show_default="MARIOGPT_TEMPERATURE, else 1.0",
    help="0.1 (calm) to 2.0 (wild).",
)
@click.option("--seed", type=int, help="0 to 4294967295; level i of several takes seed + i. Random if left out.")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 10_000), help="Levels to make.")
@click.option("--out", default="levels", show_default=True, help="Folder for a .txt and a .png a level.")
@click.option("--format", "formats", **FORMAT_OPTION)
@click.option("--show-path", is_flag=True, help="Draw the path of the run that beat the level.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line instead of text.")
def command(
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
    request = Request.check(prompt, level_size, temperature, seed)
    Request.check(prompt, level_size, temperature, request.seed + count - 1)
    generator, console = MarioGPT(), Console(stderr=True)
    for i in range(count):
        try:
            with _bar(console) as bar:
                task = bar.add_task(
                    "loading the model" if i == 0 else f"level {i + 1} of {count}", total=request.columns
                )

                def advance(
                    done: int, total: int, bar: Progress = bar, task: TaskID = task, number: int = i + 1
                ) -> None:
                    bar.update(task, completed=done, total=total, description=f"level {number} of {count}")

                made = generator.generate(
                    prompt,
                    level_size=level_size,
                    temperature=temperature,
                    seed=request.seed + i,
                    hooks=Hooks(progress=advance),
                )
            _hand_over(made, folder, formats, show_path, as_json)
        except KeyboardInterrupt:
            raise click.ClickException(f"Stopped; {i} of {count} levels are in {out}.") from None


def _bar(console: Console) -> Progress:
    """One level's progress on a terminal; gone when the level is printed."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f} columns"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def _hand_over(made: MadeLevel, folder: Path, formats: tuple[str, ...], show_path: bool, as_json: bool) -> None:
    stem = f"mario-{made.report.seed}-{made.id[:8]}"
    text, png = made.save(folder / f"{stem}.txt"), made.save(folder / f"{stem}.png", path=show_path)
    exports = save_formats(made, folder, stem, formats)
    if as_json:
        line = {
            "id": made.id,
            "seed": made.report.seed,
            "prompt": made.report.prompt,
            "text_path": str(text),
            "png_path": str(png),
            "report": made.report.model_dump(mode="json"),
        }
        if exports:
            line["export_paths"] = {name: str(file) for name, file in exports.items()}
        click.echo(json.dumps(line))
    else:
        written = "\n".join(f"- {file}" for file in dict.fromkeys((text, png, *exports.values())))
        click.echo(f"{made.text}\n{made.report.text()}\n{written}\n")
