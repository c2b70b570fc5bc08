"""The original's recipe: a GPT-2 with cross-attention to BART's reading of what a window of 50 columns holds.

From DistilGPT2 it is the one that made the published checkpoint (MarioGPT, section 3; `mario_gpt/trainer.py` and
`dataset.py`): levels joined end to end with their paths, windows of 700 tiles that begin on a column, Adam, a
learning rate that rises over 1,000 steps and falls to nothing in a straight line. From a MarioGPT it goes on with it.
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
from mariogpt_mcp.model.mariogpt.context_window import CONTEXT
from mariogpt_mcp.model.mariogpt.decoder import shape_of
from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from mariogpt_mcp.model.mariogpt.tokenizer import TileTokens, read_tokenizer, tokens_of
from mariogpt_mcp.training.trainer import TrainingConfig

log = logging.getLogger(__name__)

CHECKPOINT_PART = "checkpoint.part"


@dataclass(frozen=True, slots=True)
class OriginalConfig(TrainingConfig):
    """Its defaults are the authors'; `dropout` is the checkpoint's own if left out, `bart` is what reads prompts."""

    steps: int = 50_000
    batch_size: int = 4
    learning_rate: float = 5e-4
    weight_decay: float = 0.0
    warm_up: int = 1000
    evaluate_every: int = 200
    epsilon: float = 1e-9
    dropout: float | None = None
    bart: str = ""


def read_network(folder: Path, name: str, dropout: float | None) -> tuple[GPT2LMHeadModel, PreTrainedTokenizerBase]:
    """A GPT-2 with its tokenizer; one without cross-attention, such as DistilGPT2, gets it with random weights.

    Raises:
        MarioGPTError: no GPT-2 of 700 positions with a tokenizer, or a damaged one.
    """
    options: dict[str, Any] = (
        {} if dropout is None else dict.fromkeys(("resid_pdrop", "embd_pdrop", "attn_pdrop"), dropout)
    )
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # its table of fresh weights
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        tokenizer = read_tokenizer(folder)
        network: GPT2LMHeadModel = GPT2LMHeadModel.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, add_cross_attention=True, **options
        )
        shape_of(network.config.to_dict())
        if network.config.vocab_size < len(tokenizer):
            raise ValueError("too few entries")
    except Exception as error:  # a damaged file may raise anything in any library that reads it
        log.debug("the checkpoint cannot be read", exc_info=True)
        raise MarioGPTError(
            f"The checkpoint {name!r} cannot be trained on: it is damaged, or no GPT-2 with a tokenizer and at least "
            f"{CONTEXT} positions, such as distilbert/distilgpt2."
        ) from error
    return network, tokenizer


def knows_levels(folder: Path) -> bool:
    """Whether a GPT-2 is a MarioGPT already, told by its cross-attention."""
    config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    return bool(config.get("add_cross_attention"))


class Text:
    """Levels joined end to end as tokens, column by column, and the windows of 50 columns in them."""

    def __init__(self, levels: Sequence[Level], tokens: TileTokens) -> None:
        """Join levels of 50 columns at least."""
        self._ids = np.concatenate([level.ids for level in levels])
        on_path = np.concatenate([level.on_path for level in levels])
        self.tokens = np.where(on_path, tokens.path, tokens.tiles[self._ids])
        """Of each cell, (columns, 14)."""

    @property
    def windows(self) -> int:
        """How many there are; like in the authors' dataset, the last one is no start but where it is the only one."""
        return max(1, len(self._ids) - WINDOW)

    def window(self, first: int) -> tuple[npt.NDArray[np.int64], str]:
        """The tokens of the window that begins at a column, (700,), and its prompt."""
        part = slice(first, first + WINDOW)
        return self.tokens[part].reshape(-1), Features.of(Level.from_ids(self._ids[part])).caption


def check_lengths(train: Sequence[Level], held_out: Sequence[Level]) -> None:
    """Raises `MarioGPTError` where either is less than a window."""
    for levels, what, way_out in (
        (train, "to train on", "give it more levels"),
        (held_out, "held out", "every tenth level by name is, or of fewer the last one: make that one longer"),
    ):
        columns = sum(level.columns for level in levels)
        if columns < WINDOW:
            raise MarioGPTError(
                f"There are {columns} columns {what}, and the original's kind takes {WINDOW} at least; {way_out}."
            )


class OriginalRecipe:
    """Trains a `GPT2LMHeadModel`; BART stays as it is."""

    def __init__(
        self,
        config: OriginalConfig,
        train: Sequence[Level],
        held_out: Sequence[Level],
        device: str,
        folder: Path,
        name: str,
        reader: Callable[[], TextEncoder],
    ) -> None:
        """Begin with the checkpoint in `folder`, called `name` in messages; `reader` loads BART.

        Raises:
            MarioGPTError: it cannot be trained on, BART cannot be had or is of another width, or the levels are too
                short.
        """
        check_lengths(train, held_out)
        self.config, self.device = config, torch.device(device)
        torch.manual_seed(config.seed)
        network, self.tokenizer = read_network(folder, name, config.dropout)
        self._reader = reader()
        if network.config.n_embd != self._reader.width:
            raise MarioGPTError(
                f"MARIOGPT_BART names a BART {self._reader.width} wide, and {name!r} is {network.config.n_embd}; they "
                "have to be as wide as each other, as facebook/bart-base and distilbert/distilgpt2 are."
            )
        self.network = network.to(self.device)  # type: ignore[arg-type]
        tokens = tokens_of(self.tokenizer)
        self.text, self.held_out = Text(train, tokens), Text(held_out, tokens)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), config.learning_rate, eps=config.epsilon, weight_decay=config.weight_decay
        )

    def step(self, number: int) -> float:
        """One step on windows of the step's own seed; returns its loss."""
        rng = np.random.default_rng((self.config.seed, number))
        torch.manual_seed(self.config.seed * 1_000_003 + number)
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate(number)
        self.network.train()
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._loss(self.text, rng.integers(self.text.windows, size=self.config.batch_size).tolist())
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return float(loss.detach())

    def _learning_rate(self, step: int) -> float:
        c = self.config
        warm_up = min(c.warm_up, c.steps // 10)
        share = step / warm_up if step < warm_up else (c.steps - step) / (c.steps - warm_up)
        return c.learning_rate * share

    def _loss(self, text: Text, starts: Sequence[int]) -> Tensor:
        tokens, prompts = zip(*(text.window(start) for start in starts), strict=True)
        ids = torch.from_numpy(np.stack(tokens)).to(self.device)
        # A copy: what inference mode has made cannot be learned from.
        vectors = self._reader.vectors(prompts).to(self.device).clone()[:, None]
        loss: Tensor = self.network(input_ids=ids, labels=ids, encoder_hidden_states=vectors, use_cache=False).loss
        return loss

    @torch.no_grad()
    def validate(self) -> float:
        """The loss on the held-out levels, in windows that follow each other."""
        self.network.eval()
        starts = range(0, self.held_out.tokens.shape[0] - WINDOW + 1, WINDOW)
        return sum(float(self._loss(self.held_out, [start])) for start in starts) / len(starts)

    def save(self, folder: Path) -> None:
        """Write network and tokenizer as `transformers` keeps them: for this package, and for `mario_gpt`."""
        part = folder / CHECKPOINT_PART
        try:
            self.network.save_pretrained(part)
            self.tokenizer.save_pretrained(part)
            for path in sorted(part.iterdir()):
                path.replace(folder / path.name)
        except Exception as error:  # on a full disk the tokenizer raises nothing more particular
            raise write_error(folder) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def state(self) -> dict[str, Any]:
        """Weights and the optimizer's state."""
        return {"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take a state."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
