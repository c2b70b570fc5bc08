"""The recipe of MarioGPT's kind of model: a GPT-2 with cross-attention to the encoded prompt of a window of 50 columns.

A prompt says how many pipes, enemies and blocks its window contains, and whether it is high; BART encodes the prompt.
If a run begins with DistilGPT2, this is the recipe of the published checkpoint (MarioGPT, section 3;
`mario_gpt/trainer.py` and `dataset.py`): levels joined end to end with their paths, windows of 700 tiles that begin on
a column, Adam, and a learning rate that rises for 1,000 steps and then falls to 0, both linearly. A run that begins
with a MarioGPT fine-tunes that model.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from transformers import GPT2LMHeadModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.features import WINDOW, Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.column.checkpoint import write_error
from mariogpt_mcp.model.files import CONFIG_FILE
from mariogpt_mcp.model.mariogpt.checkpoint import shape_of
from mariogpt_mcp.model.mariogpt.context_window import CONTEXT
from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from mariogpt_mcp.model.mariogpt.tokenizer import TileTokens, read_tokenizer, tokens_of
from mariogpt_mcp.training.trainer import TrainingConfig, step_seed

log = logging.getLogger(__name__)

CHECKPOINT_PART = "checkpoint.part"
"""Folder in which a checkpoint is written before it replaces the older one."""


@dataclass(frozen=True, slots=True)
class MarioGPTConfig(TrainingConfig):
    """Settings of a run; the defaults are the authors'.

    `epsilon` is Adam's. If `dropout` is `None`, the dropout of the checkpoint is kept. `bart` names the text encoder.
    """

    steps: int = 50_000
    batch_size: int = 4
    learning_rate: float = 5e-4
    weight_decay: float = 0.0
    warm_up: int = 1000
    evaluate_every: int = 200
    epsilon: float = 1e-9
    dropout: float | None = None
    bart: str = ""


@dataclass(frozen=True, slots=True)
class InitialCheckpoint:
    """The checkpoint that a run begins with: its folder, its name in messages, and a function that loads BART."""

    folder: Path
    name: str
    load_encoder: Callable[[], TextEncoder]

    @property
    def is_mariogpt(self) -> bool:
        """Whether it is already a MarioGPT and not a plain GPT-2, that is, whether it has cross-attention."""
        config = json.loads((self.folder / CONFIG_FILE).read_text(encoding="utf-8"))
        return bool(config.get("add_cross_attention"))

    def read_network(self, dropout: float | None) -> tuple[GPT2LMHeadModel, PreTrainedTokenizerBase]:
        """Read the GPT-2 and its tokenizer; missing cross-attention, as in DistilGPT2, gets fresh weights.

        Raises:
            MarioGPTError: it is not a GPT-2 of at least 700 positions with a tokenizer, or it is damaged.
        """
        options: dict[str, Any] = (
            {} if dropout is None else dict.fromkeys(("resid_pdrop", "embd_pdrop", "attn_pdrop"), dropout)
        )
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # hides its table of fresh weights
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            tokenizer = read_tokenizer(self.folder)
            network: GPT2LMHeadModel = GPT2LMHeadModel.from_pretrained(
                self.folder, local_files_only=True, dtype=torch.float32, add_cross_attention=True, **options
            )
            shape_of(network.config.to_dict())
            if network.config.vocab_size < len(tokenizer):
                raise ValueError("the tokenizer has more tokens than the network")
        except Exception as error:  # a damaged file may raise anything in any library that reads it
            log.debug("the checkpoint cannot be read", exc_info=True)
            raise MarioGPTError(
                f"The checkpoint {self.name!r} cannot be fine-tuned; it is damaged, or it is not a GPT-2 with a "
                f"tokenizer and at least {CONTEXT} positions, such as distilbert/distilgpt2."
            ) from error
        return network, tokenizer


class JoinedLevels:
    """Levels joined end to end as tokens, and the windows of 50 columns in them.

    `tokens` has the token of each cell, (columns, 14).
    """

    def __init__(self, levels: Sequence[Level], tokens: TileTokens) -> None:
        """Join levels of at least 50 columns in total."""
        self._ids = np.concatenate([level.ids for level in levels])
        on_path = np.concatenate([level.on_path for level in levels])
        self.tokens = np.where(on_path, tokens.path, tokens.tiles[self._ids])

    @property
    def windows(self) -> int:
        """Number of windows. As in the authors' dataset, the last window counts only if there is no other."""
        return max(1, len(self._ids) - WINDOW)

    def window(self, first: int) -> tuple[npt.NDArray[np.int64], str]:
        """The tokens of the window that begins at a column, (700,), and its prompt."""
        part = slice(first, first + WINDOW)
        return self.tokens[part].reshape(-1), Features.of(Level.from_ids(self._ids[part])).caption


def check_lengths(train: Sequence[Level], held_out: Sequence[Level]) -> None:
    """Raise `MarioGPTError` if either set of levels is shorter than a window."""
    for levels, what, remedy in (
        (train, "to train on", "add levels to the corpus"),
        (
            held_out,
            "held out",
            "make the held-out levels longer: every tenth by name, or the last of fewer than ten",
        ),
    ):
        columns = sum(level.columns for level in levels)
        if columns < WINDOW:
            raise MarioGPTError(
                f"There are {columns} columns {what}, and MarioGPT's kind of model needs at least {WINDOW}; {remedy}."
            )


class MarioGPTRecipe:
    """Trains a `GPT2LMHeadModel`; BART is not trained."""

    def __init__(
        self,
        config: MarioGPTConfig,
        train: Sequence[Level],
        held_out: Sequence[Level],
        device: str,
        initial: InitialCheckpoint,
    ) -> None:
        """Begin with a checkpoint.

        Raises:
            MarioGPTError: the checkpoint cannot be fine-tuned, BART cannot be loaded or has another width, or the
                levels are too short.
        """
        check_lengths(train, held_out)
        self.config, self.device = config, torch.device(device)
        torch.manual_seed(config.seed)
        network, self.tokenizer = initial.read_network(config.dropout)
        self._encoder = initial.load_encoder()
        if network.config.n_embd != self._encoder.width:
            raise MarioGPTError(
                f"MARIOGPT_BART names a BART of width {self._encoder.width}, but {initial.name!r} has the width "
                f"{network.config.n_embd}; choose two of equal width, such as facebook/bart-base and "
                "distilbert/distilgpt2."
            )
        self.network = network.to(self.device)  # type: ignore[arg-type]
        tokens = tokens_of(self.tokenizer)
        self.train, self.held_out = JoinedLevels(train, tokens), JoinedLevels(held_out, tokens)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), config.learning_rate, eps=config.epsilon, weight_decay=config.weight_decay
        )

    def step(self, number: int) -> float:
        """Take an optimizer step and return its loss in nats per tile; the step number seeds the draw of windows."""
        rng = np.random.default_rng((self.config.seed, number))
        torch.manual_seed(step_seed(self.config.seed, number))
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(number)
        self.network.train()
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._loss(self.train, rng.integers(self.train.windows, size=self.config.batch_size).tolist())
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return float(loss.detach())

    def learning_rate(self, step: int) -> float:
        """The learning rate of a step: a linear warm-up, then a linear decay to 0."""
        c = self.config
        warm_up = min(c.warm_up, c.steps // 10)
        share = step / warm_up if step < warm_up else (c.steps - step) / (c.steps - warm_up)
        return c.learning_rate * share

    def _loss(self, levels: JoinedLevels, starts: Sequence[int]) -> Tensor:
        """The mean loss over the windows that begin at these columns, a scalar."""
        tokens, prompts = zip(*(levels.window(start) for start in starts), strict=True)
        ids = torch.from_numpy(np.stack(tokens)).to(self.device)  # (windows, 700)
        # A copy, because a tensor made in inference mode cannot be used in training.
        vectors = self._encoder.vectors(prompts).to(self.device).clone()[:, None]  # (windows, 1, width)
        loss: Tensor = self.network(input_ids=ids, labels=ids, encoder_hidden_states=vectors, use_cache=False).loss
        return loss

    @torch.no_grad()
    def validate(self) -> float:
        """The loss on the held-out levels, in consecutive windows, in nats per tile."""
        self.network.eval()
        starts = range(0, self.held_out.tokens.shape[0] - WINDOW + 1, WINDOW)
        return sum(float(self._loss(self.held_out, [start])) for start in starts) / len(starts)

    def save(self, folder: Path) -> None:
        """Write network and tokenizer in the format of `transformers`, which this package and `mario_gpt` read.

        Raises:
            MarioGPTError: they cannot be written; an older checkpoint stays unchanged.
        """
        part = folder / CHECKPOINT_PART
        try:
            self.network.save_pretrained(part)
            self.tokenizer.save_pretrained(part)
            for path in sorted(part.iterdir()):
                path.replace(folder / path.name)
        except Exception as error:  # on a full disk the tokenizer raises a bare Exception
            raise write_error(folder) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def state(self) -> dict[str, Any]:
        """The weights and the state of the optimizer."""
        return {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a state."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
