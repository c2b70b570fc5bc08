"""`mariogpt-mcp train`."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mariogpt_mcp.errors import MarioGPTError


@click.command("train")
@click.option("--corpus", required=True, help="Folder of VGLC level text, or mario-gpt for the package's.")
@click.option("--out", default="runs/column-gpt2", show_default=True, help="Folder of the run: checkpoint, state, log.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out.")
@click.option("--steps", default=1000, show_default=True, type=click.IntRange(1), help="Optimizer steps.")
@click.option("--batch-size", default=16, show_default=True, type=click.IntRange(1), help="Crops a step.")
@click.option("--context", default=96, show_default=True, type=click.IntRange(4, 512), help="Columns a crop.")
@click.option("--layers", default=4, show_default=True, type=click.IntRange(1, 24), help="Layers over columns.")
@click.option("--width", default=192, show_default=True, type=click.IntRange(8), help="Width over columns.")
@click.option("--heads", default=6, show_default=True, type=click.IntRange(1), help="Heads over columns.")
@click.option("--dropout", default=0.25, show_default=True, type=click.FloatRange(0, 0.9), help="Dropout.")
@click.option("--learning-rate", default=1e-3, show_default=True, type=click.FloatRange(1e-6, 1), help="Its peak.")
@click.option("--weight-decay", default=0.2, show_default=True, type=click.FloatRange(0, 10), help="AdamW's.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Of weights and crops.")
@click.option("--keep", default="best", show_default=True, type=click.Choice(["best", "last"]), help="Which weights.")
@click.option("--device", default="auto", show_default=True, type=click.Choice(["auto", "cpu", "cuda"]), help="Where.")
@click.option("--threads", default=1, show_default=True, type=click.IntRange(1, 64), help="CPU threads.")
def command(
    corpus: str,
    out: str,
    resume: bool,
    steps: int,
    batch_size: int,
    context: int,
    layers: int,
    width: int,
    heads: int,
    dropout: float,
    learning_rate: float,
    weight_decay: float,
    seed: int,
    keep: str,
    device: str,
    threads: int,
) -> None:
    """Train a GPT-2 on level text from scratch; every tenth level is held out whole.

    The checkpoint (of the step with the lowest loss on the held-out levels, or of the last one), the state to resume
    from and a log of losses are kept in --out. Use the result with MARIOGPT_MODEL=FOLDER.
    """
    from mariogpt_mcp.training.corpus import read_corpus, split_held_out

    levels = read_corpus(corpus)
    train, held_out = split_held_out(levels)
    if width % heads:
        raise MarioGPTError(f"--width {width} is no multiple of --heads {heads}; try --width {heads * 32}.")

    import torch

    from mariogpt_mcp.model.host import choose_device
    from mariogpt_mcp.model.network import NetworkConfig
    from mariogpt_mcp.training.trainer import Progress as Standing
    from mariogpt_mcp.training.trainer import Trainer, TrainingConfig

    torch.set_num_threads(threads)
    config = TrainingConfig(
        steps=steps,
        batch_size=batch_size,
        learning_rate=learning_rate,
        weight_decay=weight_decay,
        seed=seed,
        keep=keep,  # type: ignore[arg-type]
        network=NetworkConfig(context, layers, width, heads, dropout=dropout),
    )
    trainer = Trainer(
        config,
        [named.level for named in train],
        [named.level for named in held_out],
        Path(out),
        choose_device(device),  # type: ignore[arg-type]
        resume,
    )
    console = Console(stderr=True)
    console.print(f"{len(train)} levels to train on, held out: {', '.join(named.name for named in held_out)}")
    with Progress(
        TextColumn("step {task.completed:.0f} of {task.total:.0f}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task("", total=steps, completed=trainer.step)

        def report(now: Standing) -> None:
            text = f"loss {now.loss:.3f}, held out {now.validation_loss:.4f}, {now.seconds_left / 60:.1f} min left"
            bar.update(task, completed=now.step, description=text)
            if not console.is_terminal and (now.step % config.evaluate_every == 0 or now.step == steps):
                console.print(f"step {now.step}: {text}")

        try:
            best = trainer.run(report)
        except KeyboardInterrupt:
            raise click.ClickException(f"Stopped; go on from the last evaluation with --resume --out {out}.") from None
    click.echo(f"best loss on held-out levels: {best:.4f} nats a tile; the checkpoint is in {out}")
