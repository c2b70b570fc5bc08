"""A training session: chooses recipe, device and held-out levels, runs the training, and stops it on request.

>>> levels = read_corpus("TheVGLC/Super Mario Bros/Processed")
>>> session = TrainingSession(levels, Path("runs/mine"), TrainingOptions(steps=500))
>>> session.run(print).best_loss
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from mariogpt_mcp.errors import MarioGPTError, OptionError
from mariogpt_mcp.hooks import StopFlag
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.column.network import NetworkConfig
from mariogpt_mcp.model.device import choose_device, set_threads
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.models import is_gpt2
from mariogpt_mcp.settings import Device
from mariogpt_mcp.training.column_recipe import ColumnConfig, ColumnRecipe
from mariogpt_mcp.training.corpus import NamedLevel, split_held_out
from mariogpt_mcp.training.mariogpt_recipe import InitialCheckpoint, MarioGPTConfig, MarioGPTRecipe
from mariogpt_mcp.training.trainer import GENTLE_LEARNING_RATE, Recipe, Trainer, TrainingProgress

_SHAPE_FIELDS = {
    "context": "context",
    "layers": "outer_layers",
    "width": "outer_width",
    "heads": "outer_heads",
    "dropout": "dropout",
}
"""Options that belong to the config of the network, with their names there."""

_OPTIONS = {field: option for option, field in _SHAPE_FIELDS.items()}
"""Option names by the names of fields in the config of the network."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Options of a run; `None` takes the default of the recipe, or the value of the initial checkpoint.

    `context` is in columns. `context`, `layers`, `width` and `heads` are only for fresh weights. `threads` is the
    number of torch's CPU threads.
    """

    steps: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    weight_decay: float | None = None
    dropout: float | None = None
    context: int | None = None
    layers: int | None = None
    width: int | None = None
    heads: int | None = None
    seed: int = 0
    keep: Literal["best", "last"] = "best"
    device: Device = "auto"
    threads: int = 1

    def for_recipe(self) -> dict[str, Any]:
        """The options that are not `None`, by name, without device and threads."""
        return {
            name: value
            for name, value in asdict(self).items()
            if value is not None and name not in ("device", "threads")
        }


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """How a run ended; losses are on the held-out levels, in nats per tile.

    `initial_loss` is the loss of the checkpoint that the run began with, `None` for fresh weights.
    """

    best_loss: float
    initial_loss: float | None

    @property
    def improved(self) -> bool:
        """Whether a step reached a lower loss than the checkpoint that the run began with; true for fresh weights."""
        return self.best_loss != self.initial_loss


class TrainingStopped(Exception):
    """The stop flag was set; the run can be resumed."""


class TrainingSession:
    """A run that is ready to start or to be resumed, with its levels: those to train on, and those held out."""

    def __init__(
        self,
        levels: Sequence[NamedLevel],
        folder: Path,
        options: TrainingOptions = TrainingOptions(),
        *,
        initial: ModelLoader | None = None,
        resume: bool = False,
    ) -> None:
        """Prepare a run in `folder`, from fresh weights of the bundled kind or from those of `initial`.

        Raises:
            MarioGPTError: the options exclude each other, the checkpoint cannot be fine-tuned, the levels are too
                short, there is no such device, or the folder cannot be used.
        """
        self.train, self.held_out = split_held_out(levels)
        device = choose_device(options.device)
        if initial is not None:
            _check_initial(initial, folder, options, resume)
        train, held_out = ([named.level for named in part] for part in (self.train, self.held_out))
        recipe = _choose_recipe(options, train, held_out, device, initial)
        set_threads(options.threads)  # after the checkpoint is loaded, because loading it sets them too
        statistics = None if initial is None or initial.statistics.is_empty else initial.statistics
        try:
            self._trainer = Trainer(recipe, train, folder, resume, statistics)
        except OptionError as error:
            raise error.renamed(lambda field: _OPTIONS.get(field, field)) from None

    @property
    def step(self) -> int:
        """Steps taken so far."""
        return self._trainer.step

    @property
    def steps(self) -> int:
        """Steps in all."""
        return self._trainer.config.steps

    @property
    def evaluate_every(self) -> int:
        """Steps between two evaluations on the held-out levels."""
        return self._trainer.config.evaluate_every

    def run(self, report: Callable[[TrainingProgress], None], stop: StopFlag | None = None) -> TrainingResult:
        """Train up to the last step; `report` is called after each.

        Raises:
            TrainingStopped: the stop flag was set; the state after the last step is saved.
            MarioGPTError: the checkpoint, the state or the log cannot be written.
        """

        def report_or_stop(progress: TrainingProgress) -> None:
            report(progress)
            if stop is not None and stop.is_set() and progress.step < progress.steps:
                raise KeyboardInterrupt

        try:
            best = self._trainer.run(report_or_stop)
        except KeyboardInterrupt:
            if stop is not None and stop.is_set():
                raise TrainingStopped from None
            raise
        initial = self._trainer.initial_loss
        return TrainingResult(best, None if math.isnan(initial) else initial)


def _check_initial(initial: ModelLoader, folder: Path, options: TrainingOptions, resume: bool) -> None:
    """Raise `MarioGPTError` if a run in `folder` cannot begin with a checkpoint."""
    given = [name for name in ("context", "layers", "width", "heads") if getattr(options, name) is not None]
    if given:
        raise OptionError(
            lambda name: (
                f"A run that begins with a checkpoint keeps the checkpoint's shape; leave out {name(given[0])}."
            )
        )
    with initial.folder() as source:
        if not resume and folder.resolve() == source.resolve():
            raise MarioGPTError(
                f"The run would overwrite the checkpoint that it begins with, in {str(folder)!r}; choose another "
                "folder for the run, such as runs/tuned."
            )


def _choose_recipe(
    options: TrainingOptions,
    train: Sequence[Level],
    held_out: Sequence[Level],
    device: str,
    initial: ModelLoader | None,
) -> Recipe:
    """The recipe for fresh weights, or for the kind of the checkpoint."""
    given = options.for_recipe()
    if initial is None:
        return _column_recipe(given, train, held_out, device, None)
    with initial.folder() as folder:
        if not is_gpt2(folder):
            return _column_recipe(given, train, held_out, device, initial)
        checkpoint = InitialCheckpoint(folder, initial.name, initial.text_encoder)
        if checkpoint.is_mariogpt:
            given.setdefault("learning_rate", GENTLE_LEARNING_RATE)
        config = MarioGPTConfig(init=initial.fingerprint, bart=initial.settings.bart, **given)
        return MarioGPTRecipe(config, train, held_out, device, checkpoint)


def _column_recipe(
    given: dict[str, Any],
    train: Sequence[Level],
    held_out: Sequence[Level],
    device: str,
    initial: ModelLoader | None,
) -> ColumnRecipe:
    weights, fingerprint = None, ""
    if initial is not None:
        weights, fingerprint = initial.network(), initial.fingerprint
        given.setdefault("learning_rate", GENTLE_LEARNING_RATE)
    shape = {field: given.pop(name) for name, field in _SHAPE_FIELDS.items() if name in given}
    network = replace(weights.config if weights is not None else NetworkConfig(), **shape)
    if network.outer_width % network.outer_heads:
        width, heads = network.outer_width, network.outer_heads
        raise OptionError(
            lambda name: (
                f"{name('width')} {width} is not a multiple of {name('heads')} {heads}; "
                f"try {name('width')} {heads * 32}."
            )
        )
    config = ColumnConfig(network=network, init=fingerprint, **given)
    return ColumnRecipe(config, train, held_out, device, weights)
