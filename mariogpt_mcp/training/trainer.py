"""Trains the bundled network from scratch; resumable, seeded, on a CPU or CUDA.

An average of the weights over the last steps is what is validated and saved: on a corpus this small it
generalises better than the last step's weights. Each step's crops are drawn from a generator seeded with
(seed, step), so a resumed run goes on as the unbroken one would have.
"""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from mariogpt_mcp.census import CENSUS_FILE, Census
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.features import WINDOW
from mariogpt_mcp.level import Level
from mariogpt_mcp.model.checkpoint import save_checkpoint
from mariogpt_mcp.model.network import ColumnGPT2, NetworkConfig
from mariogpt_mcp.training.windows import Crop, CropSampler, Variation, cut

STATE_FILE = "training-state.pt"
LOG_FILE = "log.jsonl"


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """A run's settings. `steps` of `batch_size` crops of `context` columns each.

    `keep` says which weights become the checkpoint: those with the lowest loss on the held-out levels, or the last.
    """

    steps: int = 1000
    batch_size: int = 16
    learning_rate: float = 1e-3
    weight_decay: float = 0.2
    warm_up: int = 100
    average_decay: float = 0.998
    evaluate_every: int = 50
    seed: int = 0
    keep: Literal["best", "last"] = "best"
    variation: Variation = field(default_factory=Variation)
    network: NetworkConfig = field(default_factory=NetworkConfig)


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
        self,
        config: TrainingConfig,
        train: Sequence[Level],
        held_out: Sequence[Level],
        folder: Path,
        device: str,
        resume: bool,
    ) -> None:
        """Start a run, or with `resume` take up the one in `folder`."""
        self.config, self.folder, self.device = config, folder, torch.device(device)
        torch.manual_seed(config.seed)
        self.network = ColumnGPT2(config.network).to(self.device)
        self.average = copy.deepcopy(self.network).eval()
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), config.learning_rate, (0.9, 0.95), weight_decay=config.weight_decay
        )
        self.crops = CropSampler(train, config.network.context, config.variation)
        self.validation = [batch for level in held_out for batch in _whole(level, config.network.context)]
        self.step = 0
        self.best = math.inf
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

        try:
            if not resume or not (folder / CENSUS_FILE).exists():
                Census.of(train).save(folder / CENSUS_FILE)
        except OSError as error:
            raise MarioGPTError(f"--out {str(folder)!r} cannot be written to ({error.strerror}).") from None

    def run(self, report: Callable[[Progress], None]) -> float:
        """Train to the last step; returns the best loss on the held-out levels."""
        started, first = time.monotonic(), self.step
        while self.step < self.config.steps:
            loss = self._train_step()
            if self.step % self.config.evaluate_every == 0 or self.step == self.config.steps:
                self._evaluate(loss)
            spent = time.monotonic() - started
            left = spent / (self.step - first) * (self.config.steps - self.step)
            report(Progress(self.step, self.config.steps, loss, self.validation_loss, self.best, left))
        return self.best

    def _train_step(self) -> float:
        rng = np.random.default_rng((self.config.seed, self.step))
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        self.network.train()
        crops = [self.crops.draw(rng) for _ in range(self.config.batch_size)]
        # A level's first column has nothing to its left: such crops go through the network apart.
        losses, tiles = torch.zeros((), device=self.device), 0
        for fresh in (True, False):
            group_crops = [crop for crop in crops if crop.fresh == fresh]
            if group_crops:
                losses = losses + self._loss(self.network, group_crops, fresh) * len(group_crops)
                tiles += len(group_crops)
        loss = losses / tiles
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        decay = min(self.config.average_decay, self.step / (self.step + 10))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - decay)
        return float(loss.detach())

    def _learning_rate(self) -> float:
        c = self.config
        if self.step < c.warm_up:
            return c.learning_rate * (self.step + 1) / c.warm_up
        done = (self.step - c.warm_up) / max(1, c.steps - c.warm_up)
        return c.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done)))

    def _loss(self, network: ColumnGPT2, crops: Sequence[Crop], fresh: bool) -> Tensor:
        def stack(name: str) -> Tensor:
            return torch.from_numpy(np.stack([getattr(crop, name) for crop in crops])).to(self.device)

        ids, before, seen, conditions = (stack(name) for name in ("ids", "before", "seen", "conditions"))
        logits = network(ids, before, conditions, fresh, seen=seen)
        return nn.functional.cross_entropy(logits.flatten(0, 2), ids.flatten())

    @torch.no_grad()
    def _evaluate(self, loss: float) -> None:
        total = sum(float(self._loss(self.average, [crop], crop.fresh)) for crop in self.validation)
        self.validation_loss = total / len(self.validation)
        better = self.validation_loss < self.best
        self.best = min(self.best, self.validation_loss)
        if better or self.config.keep == "last":
            save_checkpoint(self.average, self.folder)
        line = {"step": self.step, "loss": loss, "validation_loss": self.validation_loss}
        with (self.folder / LOG_FILE).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")
        self._save_state()

    def _save_state(self) -> None:
        state = {
            "config": asdict(self.config),
            "step": self.step,
            "best": self.best,
            "validation_loss": self.validation_loss,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        part = self.folder / (STATE_FILE + ".part")
        try:
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
            state = torch.load(path, map_location=self.device, weights_only=True)
        except Exception as error:  # an unpickler raises anything on a damaged file
            raise MarioGPTError(
                f"The state of the run in {str(self.folder)!r} is damaged; leave --resume out to start anew."
            ) from error
        before, now = ({**config, "steps": 0} for config in (state["config"], asdict(self.config)))
        if before != now:
            names = ", ".join(name for name, value in now.items() if before.get(name) != value)
            raise MarioGPTError(
                f"The run in {str(self.folder)!r} was started with other options ({names}); "
                "resume it with the same ones, only --steps may grow."
            )
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.best = state["step"], state["best"]
        self.validation_loss = state["validation_loss"]


def _whole(level: Level, columns: int) -> list[Crop]:
    """A whole level in crops of at most `columns`, described in windows of 50 columns, nothing varied.

    The crops are equally wide and overlap where that does not come out even, so that every column is in one.
    """
    ids = level.ids.astype(np.int64)
    widths = [min(WINDOW, level.columns - start) for start in range(0, level.columns, WINDOW)]
    columns = min(columns, level.columns)
    count = -(-level.columns // columns)
    span = level.columns - columns
    starts = [span * i // max(count - 1, 1) for i in range(count)]
    return [cut(ids, start, columns, widths) for start in starts]
