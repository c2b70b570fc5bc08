"""The recipe of the bundled kind: a two-level GPT-2 on varied crops, from fresh weights or from a checkpoint's.

An average of the weights over the last steps is what is validated and saved: on a corpus this small it
generalises better than the last step's weights. Each step's crops are drawn from a generator seeded with
(seed, step), so a resumed run goes on as the unbroken one would have.
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
from mariogpt_mcp.training.trainer import TrainingConfig


@dataclass(frozen=True, slots=True)
class ColumnConfig(TrainingConfig):
    """Crops are `network.context` columns wide."""

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
        begun: ColumnGPT2 | None = None,
    ) -> None:
        """Begin with fresh weights, or with those of `begun`, which is of the config's shape."""
        self.config, self.device = config, torch.device(device)
        torch.manual_seed(config.seed)
        self.network = ColumnGPT2(config.network).to(self.device)
        if begun is not None:
            self.network.load_state_dict(begun.state_dict())
        self.average = copy.deepcopy(self.network).eval()
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), config.learning_rate, (0.9, 0.95), weight_decay=config.weight_decay
        )
        self.crops = CropSampler(train, config.network.context, config.variation)
        self.validation = [batch for level in held_out for batch in _whole(level, config.network.context)]

    def step(self, number: int) -> float:
        """One step on crops of the step's own seed; returns its loss."""
        rng = np.random.default_rng((self.config.seed, number))
        torch.manual_seed(self.config.seed * 1_000_003 + number)
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate(number)
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
        decay = min(self.config.average_decay, (number + 1) / (number + 11))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - decay)
        return float(loss.detach())

    def _learning_rate(self, step: int) -> float:
        c = self.config
        warm_up = min(c.warm_up, c.steps // 10)
        if step < warm_up:
            return c.learning_rate * (step + 1) / warm_up
        done = (step - warm_up) / max(1, c.steps - warm_up)
        return c.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done)))

    def _loss(self, network: ColumnGPT2, crops: Sequence[Crop], fresh: bool) -> Tensor:
        def stack(name: str) -> Tensor:
            return torch.from_numpy(np.stack([getattr(crop, name) for crop in crops])).to(self.device)

        ids, before, seen, conditions = (stack(name) for name in ("ids", "before", "seen", "conditions"))
        logits = network(ids, before, conditions, fresh, seen=seen)
        return nn.functional.cross_entropy(logits.flatten(0, 2), ids.flatten())

    @torch.no_grad()
    def validate(self) -> float:
        """The loss of the average on the held-out levels."""
        total = sum(float(self._loss(self.average, [crop], crop.fresh)) for crop in self.validation)
        return total / len(self.validation)

    def save(self, folder: Path) -> None:
        """Write the average as the checkpoint."""
        save_checkpoint(self.average, folder)

    def state(self) -> dict[str, Any]:
        """Weights, their average and the optimizer's state."""
        return {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take a state."""
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])


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
