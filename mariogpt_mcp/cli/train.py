"""`mariogpt-mcp train`."""

from __future__ import annotations

import dataclasses
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.settings import ModelSettings, settings

if TYPE_CHECKING:
    from mariogpt_mcp.level.grid import Level
    from mariogpt_mcp.model.loader import ModelLoader
    from mariogpt_mcp.training.trainer import Recipe

_SHAPE = ("context", "layers", "width", "heads")


@click.command("train")
@click.option("--corpus", required=True, help="Folder of VGLC level text, or mario-gpt for the package's.")
@click.option("--out", default="runs/mine", show_default=True, help="Folder of the run: checkpoint, state, log.")
@click.option("--init", metavar="NAME", help="Begin with a checkpoint: bundled, a folder or a name on the hub.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out.")
@click.option("--steps", type=click.IntRange(1), help="Optimizer steps.  [1000; the original's kind 50000]")
@click.option("--batch-size", type=click.IntRange(1), help="Crops a step.  [16; the original's kind 4]")
@click.option("--context", type=click.IntRange(4, 512), help="Columns a crop.  [96]")
@click.option("--layers", type=click.IntRange(1, 24), help="Layers over columns.  [4]")
@click.option("--width", type=click.IntRange(8), help="Width over columns.  [192]")
@click.option("--heads", type=click.IntRange(1), help="Heads over columns.  [6]")
@click.option("--dropout", type=click.FloatRange(0, 0.9), help="Dropout.  [0.25; with --init the checkpoint's]")
@click.option(
    "--learning-rate",
    type=click.FloatRange(1e-6, 1),
    help="Its peak.  [0.001; with --init 0.0001; from a plain GPT-2 0.0005]",
)
@click.option("--weight-decay", type=click.FloatRange(0, 10), help="AdamW's.  [0.2; the original's kind 0]")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Of weights and crops.")
@click.option("--keep", default="best", show_default=True, type=click.Choice(["best", "last"]), help="Which weights.")
@click.option("--device", default="auto", show_default=True, type=click.Choice(["auto", "cpu", "cuda"]), help="Where.")
@click.option("--threads", default=1, show_default=True, type=click.IntRange(1, 64), help="CPU threads.")
def command(
    corpus: str, out: str, init: str | None, resume: bool, device: str, threads: int, keep: str, **options: Any
) -> None:
    """Train a GPT-2 on level text; every tenth level is held out whole.

    It begins with fresh weights of the bundled kind, or with --init's, of whatever kind they are. DistilGPT2's make
    a MarioGPT. The checkpoint (of the step with the lowest loss on the held-out levels, or of the last one), the
    state to resume from and a log of losses are kept in --out. Use the result with --model FOLDER.
    """
    from mariogpt_mcp.training.corpus import read_corpus, split_held_out

    named = click.get_current_context().find_root().get_parameter_source("model")
    if named == click.core.ParameterSource.COMMANDLINE:
        raise MarioGPTError("train takes no --model; to begin with a checkpoint give --init NAME.")
    levels = read_corpus(corpus)
    train, held_out = split_held_out(levels)
    given = {name: value for name, value in options.items() if value is not None} | {"keep": keep}

    from mariogpt_mcp.model.device import choose_device, set_threads
    from mariogpt_mcp.model.loader import ModelLoader
    from mariogpt_mcp.training.trainer import Progress as Standing
    from mariogpt_mcp.training.trainer import Trainer

    device = choose_device(device)  # type: ignore[arg-type]
    loader = None
    if init is not None:
        loader = ModelLoader(ModelSettings(init, "cpu", threads, bart=settings().bart, chosen_by="--init"))
        _check_init(loader, Path(out), given, resume)
    data = [named.level for named in train], [named.level for named in held_out]
    recipe = _recipe(loader, given, *data, device)
    set_threads(threads)
    config = recipe.config
    known = None if loader is None or loader.statistics.is_empty else loader.statistics
    trainer = Trainer(recipe, data[0], Path(out), resume, known)
    console = Console(stderr=True)
    console.print(f"levels to train on: {len(train)}; held out: {', '.join(named.name for named in held_out)}")
    with Progress(
        TextColumn("step {task.completed:.0f} of {task.total:.0f}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("", total=config.steps, completed=trainer.step)

        stopped = threading.Event()
        usual = signal.getsignal(signal.SIGINT)

        def stop(number: int, frame: object) -> None:
            signal.signal(signal.SIGINT, usual)  # who asks again does not wait
            stopped.set()
            console.print("stopping after this step")

        def report(now: Standing) -> None:
            text = f"loss {now.loss:.3f}, held out {now.validation_loss:.4f}, {now.seconds_left / 60:.1f} min left"
            bar.update(task, completed=now.step, description=text)
            if not console.is_terminal and (now.step % config.evaluate_every == 0 or now.step == config.steps):
                console.print(f"step {now.step}: {text}")

            if stopped.is_set() and now.step < now.steps:
                raise KeyboardInterrupt

        signal.signal(signal.SIGINT, stop)
        try:
            best = trainer.run(report)
        except KeyboardInterrupt:
            raise click.ClickException("Stopped; go on by the same command with --resume.") from None
        finally:
            signal.signal(signal.SIGINT, usual)
    if best == trainer.begun and keep == "best":
        click.echo("no step did better on the held-out levels than what it began with, which is kept as it was")
    before = "" if init is None else f", {trainer.begun:.4f} before"
    click.echo(f"best loss on held-out levels: {best:.4f} nats a tile{before}; the checkpoint is in {out}")


def _check_init(loader: ModelLoader, out: Path, given: dict[str, Any], resume: bool) -> None:
    shape = [f"--{name}" for name in _SHAPE if name in given]
    if shape:
        raise MarioGPTError(f"--init and {shape[0]} do not go together: the shape is the checkpoint's; leave one out.")
    with loader.folder() as folder:
        if not resume and out.resolve() == folder.resolve():
            raise MarioGPTError(
                f"--init and --out are the same folder, {str(out)!r}, and the checkpoint in it would be lost; give "
                "another --out, such as runs/tuned."
            )


def _recipe(
    loader: ModelLoader | None, given: dict[str, Any], train: Sequence[Level], held_out: Sequence[Level], device: str
) -> Recipe:
    """What to train, from the options given: fresh weights, or a loader's."""
    if loader is None:
        return _column_recipe(given, train, held_out, device)
    from mariogpt_mcp.model.models import is_gpt2

    with loader.folder() as folder:
        if not is_gpt2(folder):
            return _column_recipe(given, train, held_out, device, loader)
        from mariogpt_mcp.training.mariogpt_recipe import OriginalConfig, OriginalRecipe, knows_levels
        from mariogpt_mcp.training.trainer import GENTLE

        if knows_levels(folder):
            given.setdefault("learning_rate", GENTLE)
        config = OriginalConfig(init=loader.fingerprint, bart=settings().bart, **given)
        return OriginalRecipe(config, train, held_out, device, folder, loader.name, loader.text_encoder)


def _column_recipe(
    given: dict[str, Any],
    train: Sequence[Level],
    held_out: Sequence[Level],
    device: str,
    loader: ModelLoader | None = None,
) -> Recipe:
    from mariogpt_mcp.model.column.network import NetworkConfig
    from mariogpt_mcp.training.column_recipe import ColumnConfig, ColumnRecipe
    from mariogpt_mcp.training.trainer import GENTLE

    begun = loader.network() if loader else None
    if begun:
        given.setdefault("learning_rate", GENTLE)
    network = begun.config if begun else NetworkConfig()
    names = {"context": "context", "layers": "outer_layers", "width": "outer_width", "heads": "outer_heads"}
    shape = {field: given.pop(name) for name, field in (names | {"dropout": "dropout"}).items() if name in given}
    network = dataclasses.replace(network, **shape)
    if network.outer_width % network.outer_heads:
        width, heads = network.outer_width, network.outer_heads
        raise MarioGPTError(f"--width {width} is no multiple of --heads {heads}; try --width {heads * 32}.")
    config = ColumnConfig(network=network, init=loader.fingerprint if loader else "", **given)
    return ColumnRecipe(config, train, held_out, device, begun)
