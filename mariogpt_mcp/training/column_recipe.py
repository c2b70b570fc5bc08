"""The recipe of the bundled kind of model: a two-level GPT-2 on varied crops, from fresh weights or a checkpoint's.

The recipe validates and saves an average of the weights over the last steps: on a corpus this small, the average
generalises better than the weights of the last step. The crops of a step are drawn from a generator seeded with
(seed, step), so a resumed run continues as the uninterrupted one would have.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mariogpt_mcp.level.features import WINDOW
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.column.checkpoint import save_checkpoint
from mariogpt_mcp.model.column.network import ColumnGPT2, NetworkConfig
from mariogpt_mcp.training.crops import Crop, CropSampler, Variation, cut
from mariogpt_mcp.training.trainer import TrainingConfig, step_seed

BETAS = (0.9, 0.95)
"""Betas of AdamW, those of GPT-3 (Brown et al. 2020, appendix B)."""

GRADIENT_NORM = 1.0
"""Gradients are clipped to this norm, as for GPT-3."""

FINAL_RATE = 0.05
"""The learning-rate schedule ends at this share of its peak: for the bundled weights at 0.00005 of 0.001. Not tuned."""

AVERAGE_WARM_UP = 10
"""Step n keeps at most n / (n + 10) of the average, so that the average soon contains little of the fresh weights.

The form and the 10 are those of `num_updates` in TensorFlow's `ExponentialMovingAverage`.
"""


@dataclass(frozen=True, slots=True)
class ColumnConfig(TrainingConfig):
    """Settings of a run; crops are `network.context` columns wide.

    `average_decay` is the share of the average that a step keeps: 0.998 averages over about the last 500 steps.
    """

    average_decay: float = 0.998
    variation: Variation = field(default_factory=Variation)
    network: NetworkConfig = field(default_factory=NetworkConfig)


class ColumnRecipe:
    """Trains a `ColumnGPT2`."""

    def __init__(
        self,
        config: ColumnConfig,
        train: Sequence[Level],
        held_out: Sequence[Level],
        device: str,
        initial: ColumnGPT2 | None = None,
    ) -> None:
        """Begin with fresh weights, or with those of `initial`, whose shape is the config's."""
        self.config, self.device = config, torch.device(device)
        torch.manual_seed(config.seed)
        self.network = ColumnGPT2(config.network).to(self.device)
        if initial is not None:
            self.network.load_state_dict(initial.state_dict())
        self.average = copy.deepcopy(self.network).eval()
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), config.learning_rate, BETAS, weight_decay=config.weight_decay
        )
        self.crops = CropSampler(train, config.network.context, config.variation)
        self.validation = [crop for level in held_out for crop in validation_crops(level, config.network.context)]

    def step(self, number: int) -> float:
        """Take an optimizer step and return its loss in nats per tile; the step number seeds the crops."""
        rng = np.random.default_rng((self.config.seed, number))
        torch.manual_seed(step_seed(self.config.seed, number))
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(number)
        self.network.train()
        loss = self._batch_loss([self.crops.draw(rng) for _ in range(self.config.batch_size)])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), GRADIENT_NORM)
        self.optimizer.step()
        decay = min(self.config.average_decay, (number + 1) / (number + 1 + AVERAGE_WARM_UP))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - decay)
        return float(loss.detach())

    def learning_rate(self, step: int) -> float:
        """The learning rate of a step: a linear warm-up, then a cosine decay to `FINAL_RATE` of the peak."""
        c = self.config
        warm_up = min(c.warm_up, c.steps // 10)
        if step < warm_up:
            return c.learning_rate * (step + 1) / warm_up
        done = (step - warm_up) / max(1, c.steps - warm_up)
        return c.learning_rate * (FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * done)))

    def _batch_loss(self, crops: Sequence[Crop]) -> Tensor:
        """The mean loss over crops, a scalar with gradients."""
        total = torch.zeros((), device=self.device)
        # The first column of a level has no left neighbour, so crops that begin a level are a separate batch.
        for fresh in (True, False):
            group = [crop for crop in crops if crop.fresh == fresh]
            if group:
                total = total + self._loss(self.network, group, fresh) * len(group)
        return total / len(crops)

    def _loss(self, network: ColumnGPT2, crops: Sequence[Crop], fresh: bool) -> Tensor:
        """The mean loss in nats per tile of crops that all begin a level (`fresh`) or all do not, a scalar."""

        def stack(name: str) -> Tensor:
            return torch.from_numpy(np.stack([getattr(crop, name) for crop in crops])).to(self.device)

        ids, before, seen, conditions = (stack(name) for name in ("ids", "before", "seen", "conditions"))
        logits = network(ids, before, conditions, fresh, seen=seen)  # (crops, T, 14, 13)
        return nn.functional.cross_entropy(logits.flatten(0, 2), ids.flatten())

    @torch.no_grad()
    def validate(self) -> float:
        """The loss of the averaged weights on the held-out levels, in nats per tile."""
        total = sum(float(self._loss(self.average, [crop], crop.fresh)) for crop in self.validation)
        return total / len(self.validation)

    def save(self, folder: Path) -> None:
        """Write the averaged weights as the checkpoint.

        Raises:
            MarioGPTError: it cannot be written.
        """
        save_checkpoint(self.average, folder)

    def state(self) -> dict[str, Any]:
        """The weights, their average and the state of the optimizer."""
        return {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a state."""
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])


def validation_crops(level: Level, columns: int) -> list[Crop]:
    """Cut a whole level into crops of at most `columns` columns, with conditions by windows of 50 columns.

    The crops are not varied. They are equally wide and cover every column; they overlap if the width of the level is
    not a multiple of theirs.
    """
    ids = level.ids.astype(np.int64)
    widths = [min(WINDOW, level.columns - start) for start in range(0, level.columns, WINDOW)]
    columns = min(columns, level.columns)
    count = -(-level.columns // columns)
    span = level.columns - columns
    starts = [span * i // max(count - 1, 1) for i in range(count)]
    return [cut(ids, start, columns, widths) for start in starts]
