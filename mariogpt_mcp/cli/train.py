"""`mariogpt-mcp train`: trains a checkpoint on a corpus of level text."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mariogpt_mcp.cli.options.interrupt import stop_on_interrupt
from mariogpt_mcp.cli.options.model import named_model
from mariogpt_mcp.cli.options.naming import naming, naming_options
from mariogpt_mcp.cli.options.progress_bar import ProgressBar
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.settings import settings

if TYPE_CHECKING:
    from mariogpt_mcp.model.loader import ModelLoader
    from mariogpt_mcp.training.session import TrainingResult
    from mariogpt_mcp.training.trainer import TrainingProgress


@click.command("train")
@click.option("--corpus", required=True, help="Folder of VGLC level text, or mario-gpt for the text in that package.")
@click.option(
    "--out", default="runs/mine", show_default=True, help="Folder for the checkpoint, the state and the log of the run."
)
@click.option(
    "--init", metavar="NAME", help="Checkpoint to begin with: bundled, a folder or a name on the Hugging Face hub."
)
@click.option("--resume", is_flag=True, help="Continue the run in --out.")
@click.option("--steps", type=click.IntRange(1), help="Optimizer steps.  [1000; MarioGPT's kind 50000]")
@click.option("--batch-size", type=click.IntRange(1), help="Crops per step.  [16; MarioGPT's kind 4]")
@click.option("--context", type=click.IntRange(4, 512), help="Columns per crop.  [96]")
@click.option("--layers", type=click.IntRange(1, 24), help="Layers of the outer network.  [4]")
@click.option("--width", type=click.IntRange(8), help="Width of the outer network.  [192]")
@click.option("--heads", type=click.IntRange(1), help="Heads of the outer network.  [6]")
@click.option("--dropout", type=click.FloatRange(0, 0.9), help="Dropout rate.  [0.25; with --init the checkpoint's]")
@click.option(
    "--learning-rate",
    type=click.FloatRange(1e-6, 1),
    help="Highest learning rate.  [0.001; with --init 0.0001; from a plain GPT-2 0.0005]",
)
@click.option("--weight-decay", type=click.FloatRange(0, 10), help="Weight decay of AdamW.  [0.2; MarioGPT's kind 0]")
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Seed of fresh weights and crops."
)
@click.option(
    "--keep",
    default="best",
    show_default=True,
    type=click.Choice(["best", "last"]),
    help="Which weights become the checkpoint: best, with the lowest loss on the held-out levels, or last.",
)
@click.option(
    "--device",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "cpu", "cuda"]),
    help="Where to train; auto takes CUDA if there is a CUDA device.",
)
@click.option("--threads", default=1, show_default=True, type=click.IntRange(1, 64), help="CPU threads.")
def train(corpus: str, out: str, init: str | None, resume: bool, **options: Any) -> None:
    """Train a GPT-2 on level text; every tenth level is held out.

    Without --init, the run begins with fresh weights of the bundled model's kind. With --init, it begins with a
    checkpoint of that kind or of MarioGPT's kind; from DistilGPT2, it makes a MarioGPT. The checkpoint, the state to
    resume from and a log of losses are kept in --out. Use the result with --model FOLDER.
    """
    if named_model() is not None:
        raise MarioGPTError("train takes no --model; to begin with a checkpoint, give --init NAME.")
    from mariogpt_mcp.training.corpus import read_corpus

    with naming("--corpus"):
        levels = read_corpus(corpus)
    from mariogpt_mcp.training.session import TrainingOptions, TrainingSession, TrainingStopped

    initial = None if init is None else _load_initial(init, options["threads"])
    with naming_options():
        session = TrainingSession(levels, Path(out), TrainingOptions(**options), initial=initial, resume=resume)
    with ProgressBar("steps") as bar, stop_on_interrupt(lambda: bar.print("stopping after this step")) as stop:
        held_out = ", ".join(named.name for named in session.held_out)
        bar.print(f"levels to train on: {len(session.train)}; held out: {held_out}")
        bar.show("", session.step, session.steps)
        try:
            result = session.run(partial(_show, bar, session.evaluate_every), stop)
        except (TrainingStopped, KeyboardInterrupt):
            raise click.ClickException("Stopped; continue with the same command and --resume.") from None
    click.echo(_summary(result, out, options["keep"]))


def _load_initial(init: str, threads: int) -> ModelLoader:
    from mariogpt_mcp.model.loader import ModelLoader

    chosen = replace(settings().for_model(), source=init, device="cpu", threads=threads, chosen_by="--init")
    return ModelLoader(chosen)


def _show(bar: ProgressBar, evaluate_every: int, now: TrainingProgress) -> None:
    """Show a step on the bar; if stderr is not a terminal, print a line for each evaluation."""
    minutes = now.seconds_left / 60
    text = f"loss {now.loss:.3f}, held out {now.validation_loss:.4f}, {minutes:.1f} min left"
    bar.show(text, now.step, now.steps)
    if not bar.on_terminal and (now.step % evaluate_every == 0 or now.step == now.steps):
        bar.print(f"step {now.step}: {text}")


def _summary(result: TrainingResult, out: str, keep: str) -> str:
    before = "" if result.initial_loss is None else f", {result.initial_loss:.4f} before"
    best = f"best loss on held-out levels: {result.best_loss:.4f} nats per tile{before}; the checkpoint is in {out}"
    if result.improved or keep == "last":
        return best
    return f"no step lowered the loss on the held-out levels, so the initial checkpoint is kept\n{best}"
