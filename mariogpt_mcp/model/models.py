"""A model in memory, of either kind: what the rest of the house needs of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.model.column.checkpoint import load_checkpoint
from mariogpt_mcp.model.column.decoder import CachedDecoder
from mariogpt_mcp.model.column.network import ColumnGPT2
from mariogpt_mcp.model.decoding import Decoder, Draft
from mariogpt_mcp.model.device import has_bfloat16
from mariogpt_mcp.model.files import CONFIG_FILE
from mariogpt_mcp.model.mariogpt.context_window import WINDOWS, Window
from mariogpt_mcp.model.mariogpt.decoder import OriginalDecoder, read_original
from mariogpt_mcp.model.mariogpt.network import FlatGPT2
from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from mariogpt_mcp.model.mariogpt.tokenizer import TileTokens
from mariogpt_mcp.settings import ModelSettings

log = logging.getLogger(__name__)

Kind = Literal["column", "mariogpt"]
"""A model's kind: two-level like the bundled one, or MarioGPT's."""

Paths = Callable[[], npt.NDArray[np.bool_]]
"""The cells that a model has put on its path so far, (batch, columns, 14)."""


class LoadedModel(Protocol):
    """A model on its device."""

    @property
    def kind(self) -> Kind:
        """What it is."""

    @property
    def parameters(self) -> int:
        """How many it has."""

    @property
    def device(self) -> str:
        """Where it runs."""

    def decoder(
        self, drafts: Sequence[Draft], temperature: float, path: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Decoder, Paths]:
        """A decoder for a level for each draft, and the paths it writes; raises `MarioGPTError`.

        `path` is that of the columns the levels begin with, if they begin with any, (columns, 14).
        """


class ColumnModel:
    """The bundled kind."""

    kind: Kind = "column"

    def __init__(self, network: ColumnGPT2) -> None:
        """Take a network on its device."""
        self.network = network

    @property
    def parameters(self) -> int:
        """How many it has."""
        return sum(parameter.numel() for parameter in self.network.parameters())

    @property
    def device(self) -> str:
        """Where it runs."""
        return str(self.network.head.weight.device)

    def decoder(
        self, drafts: Sequence[Draft], temperature: float, path: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Decoder, Paths]:
        """A decoder for a level for each draft; it knows no path and puts no cell on one."""
        nowhere = np.zeros((len(drafts), drafts[0].columns, HEIGHT), dtype=bool)
        return CachedDecoder(self.network, len(drafts)), lambda: nowhere


class MarioGPTModel:
    """MarioGPT's kind, with what reads its prompts."""

    kind: Kind = "mariogpt"

    def __init__(self, network: FlatGPT2, tokens: TileTokens, window: Window, reader: Callable[[], TextEncoder]):
        """Take a network on its device; `reader` loads BART, which is done when the first prompt is read."""
        self.network, self.tokens = network, tokens
        self._window, self._load, self._reader = window, reader, None

    _reader: TextEncoder | None

    @property
    def parameters(self) -> int:
        """How many are in use."""
        return self.network.parameters

    @property
    def device(self) -> str:
        """Where it runs."""
        return self.network.device

    def decoder(
        self, drafts: Sequence[Draft], temperature: float, path: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Decoder, Paths]:
        """A decoder for a level for each draft, and the paths it writes.

        Raises:
            MarioGPTError: BART cannot be had, or is of another width.
        """
        if self._reader is None:
            self._reader = self._load()
        if self._reader.width != self.network.config.width:
            raise MarioGPTError(
                f"MARIOGPT_BART names a BART {self._reader.width} wide, and the model reads prompts of "
                f"{self.network.config.width}; it takes the one it was trained with, such as facebook/bart-base."
            )
        vectors = self._reader.vectors([draft.prompt for draft in drafts])
        self._reader.release()
        decoder = OriginalDecoder(
            self.network, self.tokens, vectors, drafts, temperature=temperature, window=self._window, path=path
        )
        return decoder, decoder.paths


def load_model(
    folder: Path,
    name: str,
    device: str,
    settings: ModelSettings,
    text_encoder: Callable[[], TextEncoder],
) -> LoadedModel:
    """Read a checkpoint folder of either kind; window, precision and text encoder are for MarioGPT.

    Raises:
        MarioGPTError: no checkpoint there, of another kind or shape, or damaged.
    """
    if not is_gpt2(folder):
        return ColumnModel(load_checkpoint(folder).to(device))
    precision = settings.precision
    if precision == "bfloat16" and device == "cpu" and not has_bfloat16():
        log.warning("this processor has no bfloat16, so the model runs in float32")
        precision = "float32"
    network, tokens = read_original(folder, name, device, getattr(torch, precision))
    return MarioGPTModel(network, tokens, WINDOWS[settings.window], text_encoder)


def is_gpt2(folder: Path) -> bool:
    """Whether a checkpoint is a GPT-2, as the original is; what cannot be read is left to who reads it."""
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("model_type") == "gpt2"
