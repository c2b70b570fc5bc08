"""Runs a training: steps, loss on held-out levels, the state to resume from, and a log.

What is trained and how is the recipe's: `columns` for the bundled kind, `original` for MarioGPT's.
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

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.level.grid import Level

STATE_FILE = "training-state.pt"
LOG_FILE = "log.jsonl"

GENTLE = 1e-4
"""Learning rate for weights that know levels already.

On three levels of The Lost Levels that were new to the bundled weights, with one of Super Mario Bros. held out, 200
steps at 1e-4, 3e-4 and 1e-3 came to 0.183, 0.195 and 0.227 nats a tile at best: the less moved, the less forgotten. The
weights themselves had 0.162 there, fresh ones came to 0.334.
"""


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """What all recipes have: `steps` of `batch_size` crops each.

    `keep` says which weights become the checkpoint: those with the lowest loss on the held-out levels, or the last.
    `init` tells the checkpoint that was begun with from others; empty for fresh weights.
    """

    steps: int = 1000
    batch_size: int = 16
    learning_rate: float = 1e-3
    weight_decay: float = 0.2
    warm_up: int = 100
    evaluate_every: int = 50
    seed: int = 0
    keep: Literal["best", "last"] = "best"
    init: str = ""


class Recipe(Protocol):
    """A network, the levels it learns from, and how. Losses are nats a tile."""

    @property
    def config(self) -> TrainingConfig:
        """Its settings; a run is resumed with the same."""

    def step(self, number: int) -> float:
        """Take the optimizer's step of a number, counted from 0, and return its loss."""

    def validate(self) -> float:
        """The loss on the held-out levels."""

    def save(self, folder: Path) -> None:
        """Write the checkpoint; an older one is whole until this one is."""

    def state(self) -> dict[str, Any]:
        """Tensors and numbers from which `restore` goes on as if nothing had been."""

    def restore(self, state: dict[str, Any]) -> None:
        """Take a state."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands: losses are nats a tile; `seconds_left` is an estimate."""

    step: int
    steps: int
    loss: float
    validation_loss: float
    best_loss: float
    seconds_left: float


class Trainer:
    """One training run in one folder: the best checkpoint, the state to resume from, and a log."""

    def __init__(
        self, recipe: Recipe, train: Sequence[Level], folder: Path, resume: bool, known: CorpusStatistics | None = None
    ) -> None:
        """Start a run, or with `resume` take up the one in `folder`.

        The checkpoint's statistics is that of `train`, but `known`, that of the checkpoint that was begun with, while
        that is the best.
        """
        self.recipe, self.config, self.folder = recipe, recipe.config, folder
        self._statistics = CorpusStatistics.of(train)
        self.step = 0
        self.best = math.inf
        self.begun = math.nan
        """The loss on the held-out levels of the checkpoint that was begun with."""
        self.validation_loss = math.nan
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MarioGPTError(
                f"--out {str(folder)!r} cannot be used as a folder ({error.strerror}); give another."
            ) from None
        if resume:
            self._load_state()
        elif (folder / STATE_FILE).exists():
            raise MarioGPTError(
                f"There is a run in {str(folder)!r} already; go on with it by --resume, or give another --out."
            )
        if not resume:
            self._write(known or self._statistics)

    def run(self, report: Callable[[Progress], None]) -> float:
        """Train to the last step; returns the best loss on the held-out levels.

        Raises:
            KeyboardInterrupt: `report` raised it; the state is that after the step it was told of.
        """
        if self.config.init and self.step == 0:  # what it began with may stay the best
            self._evaluate(None)
            self.begun = self.validation_loss
        started, first = time.monotonic(), self.step
        while self.step < self.config.steps:
            loss = self.recipe.step(self.step)
            self.step += 1
            if self.step % self.config.evaluate_every == 0 or self.step == self.config.steps:
                self._evaluate(loss)
            spent = time.monotonic() - started
            left = spent / (self.step - first) * (self.config.steps - self.step)
            try:
                report(Progress(self.step, self.config.steps, loss, self.validation_loss, self.best, left))
            except KeyboardInterrupt:  # between steps all is whole
                self._save_state()
                raise
        return self.best

    def _evaluate(self, loss: float | None) -> None:
        self.validation_loss = self.recipe.validate()
        better = self.validation_loss < self.best
        self.best = min(self.best, self.validation_loss)
        if better or self.config.keep == "last":
            if self.step:
                self._write(self._statistics)
            self.recipe.save(self.folder)
        line = {"step": self.step, "loss": loss, "validation_loss": self.validation_loss}
        self._save_state(json.dumps(line) + "\n")

    def _write(self, statistics: CorpusStatistics) -> None:
        try:
            statistics.save(self.folder / STATISTICS_FILE)
        except OSError as error:
            raise MarioGPTError(f"--out {str(self.folder)!r} cannot be written to ({error.strerror}).") from None

    def _save_state(self, line: str = "") -> None:
        state = {
            "config": asdict(self.config),
            "step": self.step,
            "best": self.best,
            "begun": self.begun,
            "validation_loss": self.validation_loss,
            **self.recipe.state(),
        }
        part = self.folder / (STATE_FILE + ".part")
        try:
            with (self.folder / LOG_FILE).open("a", encoding="utf-8") as log:
                log.write(line)
            torch.save(state, part)
            part.replace(self.folder / STATE_FILE)
        except (OSError, RuntimeError) as error:
            part.unlink(missing_ok=True)
            raise MarioGPTError(
                f"The state of the run could not be written to {str(self.folder)!r}; free some space and go on "
                "with --resume: the last state written is whole."
            ) from error

    def _load_state(self) -> None:
        path = self.folder / STATE_FILE
        if not path.is_file():
            raise MarioGPTError(f"There is no run to resume in {str(self.folder)!r}; leave --resume out to start one.")
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:  # an unpickler raises anything on a damaged file
            raise MarioGPTError(
                f"The state of the run in {str(self.folder)!r} is damaged; start anew with another --out."
            ) from error
        if state["config"].get("init", "") != self.config.init:
            way_out = "resume it with the same --init" if state["config"].get("init") else "resume it without --init"
            raise MarioGPTError(f"The run in {str(self.folder)!r} was not begun with that checkpoint; {way_out}.")
        before, now = ({**config, "steps": 0} for config in (state["config"], asdict(self.config)))
        if before != now:
            names = ", ".join(name for name, value in now.items() if before.get(name) != value)
            raise MarioGPTError(
                f"The run in {str(self.folder)!r} was started with other options ({names}); "
                "resume it with the same ones, only --steps may grow."
            )
        self.recipe.restore(state)
        self.step, self.best, self.begun = state["step"], state["best"], state["begun"]
        self.validation_loss = state["validation_loss"]
