"""Runs a training: steps, loss on held-out levels, the state to resume from, and a log.

A recipe decides what is trained and how: `column_recipe` for the bundled kind of model, `mariogpt_recipe` for
MarioGPT's kind.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import torch

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.errors import MarioGPTError, OptionError
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.level.grid import Level

STATE_FILE = "training-state.pt"
LOG_FILE = "log.jsonl"

STEPS = 1000
"""Default number of steps for fresh weights of the bundled kind.

In each run logged in `resources/checkpoint/README.md`, the loss on the held-out levels was lowest between steps 450 and
900.
"""

GENTLE_LEARNING_RATE = 1e-4
"""Learning rate to fine-tune weights that were already trained on levels.

Rates were compared by fine-tuning the bundled weights on three levels of The Lost Levels that were new to them, with
one level of Super Mario Bros. held out. In 200 steps, the rates 1e-4, 3e-4 and 1e-3 reached a held-out loss of 0.183,
0.195 and 0.227 nats per tile at best. Before this, the loss of the bundled weights was 0.162; training from random
weights reached 0.334. The lowest rate forgets least.
"""

SEED_STRIDE = 1_000_003
"""Distance between the torch seeds of two neighbouring training seeds.

Torch takes one number as its seed: a run's seed times this, plus the step. Two runs share no step's seed as long as
they have fewer steps than this. Any number of this size would do.
"""


def step_seed(seed: int, step: int) -> int:
    """The torch seed of one step of a run, so that a resumed run draws what an uninterrupted one would have drawn."""
    return seed * SEED_STRIDE + step


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Settings that all recipes share.

    Attributes:
        steps: optimizer steps.
        batch_size: crops in a step.
        learning_rate: peak of the learning rate.
        weight_decay: weight decay of AdamW.
        warm_up: steps in which the learning rate rises.
        evaluate_every: steps between two evaluations on the held-out levels.
        seed: seed of fresh weights and crops, 0 to 2**32 - 1.
        keep: which weights become the checkpoint: those with the lowest loss on the held-out levels, or the last.
        init: fingerprint of the checkpoint that the run began with; empty for fresh weights.
    """

    steps: int = STEPS
    batch_size: int = 16
    learning_rate: float = 1e-3
    weight_decay: float = 0.2
    warm_up: int = 100
    evaluate_every: int = 50
    seed: int = 0
    keep: Literal["best", "last"] = "best"
    init: str = ""


class Recipe(Protocol):
    """A network, the levels it learns from, and how it learns. Losses are in nats per tile."""

    @property
    def config(self) -> TrainingConfig:
        """The settings; a run can only be resumed with the same ones."""

    def step(self, number: int) -> float:
        """Take an optimizer step, numbered from 0, and return its loss."""

    def validate(self) -> float:
        """Return the loss on the held-out levels."""

    def save(self, folder: Path) -> None:
        """Write the checkpoint; an older one stays complete until the new one is."""

    def state(self) -> dict[str, Any]:
        """Return tensors and numbers from which `restore` continues the run as if it had not been interrupted."""

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a state."""


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """How far a run is. Losses are in nats per tile; `seconds_left` is an estimate."""

    step: int
    steps: int
    loss: float
    validation_loss: float
    best_loss: float
    seconds_left: float


class Trainer:
    """One training run in one folder: the best checkpoint, the state to resume from, and a log.

    Attributes:
        step: steps taken so far.
        best: lowest loss on the held-out levels so far.
        initial_loss: loss on the held-out levels of the checkpoint that the run began with; NaN for fresh weights.
        validation_loss: last loss on the held-out levels.
    """

    def __init__(
        self,
        recipe: Recipe,
        train: Sequence[Level],
        folder: Path,
        resume: bool,
        initial_statistics: CorpusStatistics | None = None,
    ) -> None:
        """Start a run in `folder`, or resume the one in it.

        The saved statistics describe the levels that the saved weights were trained on. While the weights of the
        checkpoint that the run began with are the best, these are `initial_statistics`; afterwards they are the
        statistics of `train`.

        Raises:
            MarioGPTError: the folder cannot be used, already contains a run, or contains no run that can be resumed
                with these settings.
        """
        self.recipe, self.config, self.folder = recipe, recipe.config, folder
        self._statistics = CorpusStatistics.of(train)
        self.step = 0
        self.best = math.inf
        self.initial_loss = math.nan
        self.validation_loss = math.nan
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MarioGPTError(
                f"{str(folder)!r} cannot be used as a folder ({error.strerror}); choose another folder for the run."
            ) from None
        if resume:
            self._load_state()
        elif (folder / STATE_FILE).exists():
            raise MarioGPTError(f"There is a run in {str(folder)!r} already; resume it, or choose another folder.")
        else:
            self._write_statistics(initial_statistics or self._statistics)

    def run(self, report: Callable[[TrainingProgress], None]) -> float:
        """Train up to the last step; returns the lowest loss on the held-out levels.

        Raises:
            KeyboardInterrupt: `report` raised it; the state after the reported step is saved.
            MarioGPTError: the checkpoint, the state or the log cannot be written.
        """
        if self.config.init and self.step == 0:  # training may never improve on the initial weights
            self._evaluate(None)
            self.initial_loss = self.validation_loss
        started, first = time.monotonic(), self.step
        while self.step < self.config.steps:
            loss = self.recipe.step(self.step)
            self.step += 1
            if self.step % self.config.evaluate_every == 0 or self.step == self.config.steps:
                self._evaluate(loss)
            spent = time.monotonic() - started
            left = spent / (self.step - first) * (self.config.steps - self.step)
            try:
                report(TrainingProgress(self.step, self.config.steps, loss, self.validation_loss, self.best, left))
            except KeyboardInterrupt:  # raised after a finished step, so the state is consistent
                self._save_state()
                raise
        return self.best

    def _evaluate(self, loss: float | None) -> None:
        self.validation_loss = self.recipe.validate()
        better = self.validation_loss < self.best
        self.best = min(self.best, self.validation_loss)
        if better or self.config.keep == "last":
            if self.step:
                self._write_statistics(self._statistics)
            self.recipe.save(self.folder)
        line = {"step": self.step, "loss": loss, "validation_loss": self.validation_loss}
        self._save_state(json.dumps(line) + "\n")

    def _write_statistics(self, statistics: CorpusStatistics) -> None:
        try:
            statistics.save(self.folder / STATISTICS_FILE)
        except OSError as error:
            raise MarioGPTError(
                f"The folder {str(self.folder)!r} cannot be written to ({error.strerror}); free some space or choose "
                "another folder."
            ) from None

    def _save_state(self, log_line: str = "") -> None:
        state = {
            "config": asdict(self.config),
            "step": self.step,
            "best": self.best,
            "begun": self.initial_loss,
            "validation_loss": self.validation_loss,
            **self.recipe.state(),
        }
        try:
            with (self.folder / LOG_FILE).open("a", encoding="utf-8") as log:
                log.write(log_line)
            write_atomically(self.folder / STATE_FILE, lambda part: torch.save(state, part))
        except (OSError, RuntimeError) as error:
            raise MarioGPTError(
                f"The state of the run could not be written to {str(self.folder)!r}; free some space and resume the "
                "run, which continues from the last state that was written."
            ) from error

    def _load_state(self) -> None:
        path = self.folder / STATE_FILE
        if not path.is_file():
            raise MarioGPTError(
                f"There is no run to resume in {str(self.folder)!r}; start one there, or choose the folder of a run."
            )
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:  # an unpickler raises anything on a damaged file
            raise MarioGPTError(
                f"The state of the run in {str(self.folder)!r} is damaged; start a new run in another folder."
            ) from error
        self._check_config(state["config"])
        self.recipe.restore(state)
        self.step, self.best, self.initial_loss = state["step"], state["best"], state["begun"]
        self.validation_loss = state["validation_loss"]

    def _check_config(self, saved: dict[str, Any]) -> None:
        """Raise `MarioGPTError` if a run with the saved config cannot be continued with this one."""
        if saved.get("init", "") != self.config.init:
            start, remedy = (
                ("a checkpoint", "with the same checkpoint")
                if saved.get("init")
                else ("fresh weights", "without a checkpoint")
            )
            raise MarioGPTError(f"The run in {str(self.folder)!r} began with {start}; resume it {remedy}.")
        before, now = ({**config, "steps": 0} for config in (saved, asdict(self.config)))
        if before != now:
            fields = _differences(before, now)
            raise OptionError(
                lambda name: (
                    f"The run in {str(self.folder)!r} was started with other options "
                    f"({', '.join(map(name, fields))}); resume it with the same options; only {name('steps')} may be "
                    "larger."
                )
            )


def _differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """The names of the fields that differ between two configs; of a config inside a config, the names of its fields."""
    names = []
    for name, value in now.items():
        old = before.get(name)
        if isinstance(value, dict) and isinstance(old, dict):
            names += _differences(old, value)
        elif old != value:
            names.append(name)
    return names
