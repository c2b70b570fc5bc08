"""The two kinds of models in memory, behind one interface: what other rooms use of a model."""

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
from mariogpt_mcp.model.column.checkpoint import load_checkpoint as load_column_checkpoint
from mariogpt_mcp.model.column.decoder import CachedDecoder
from mariogpt_mcp.model.column.network import ColumnGPT2
from mariogpt_mcp.model.decoding import Decoder, Draft
from mariogpt_mcp.model.device import has_bfloat16
from mariogpt_mcp.model.files import CONFIG_FILE
from mariogpt_mcp.model.mariogpt.checkpoint import Checkpoint, load_checkpoint
from mariogpt_mcp.model.mariogpt.context_window import WINDOWS, Window
from mariogpt_mcp.model.mariogpt.decoder import MarioGPTDecoder
from mariogpt_mcp.model.mariogpt.network import Layout
from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from mariogpt_mcp.settings import ModelSettings

log = logging.getLogger(__name__)

Kind = Literal["column", "mariogpt"]
"""The kind of a model: a two-level network over columns, such as the bundled one, or a MarioGPT."""

Paths = Callable[[], npt.NDArray[np.bool_]]
"""Returns the cells that a model has put on its path so far, (batch, columns, 14)."""


class LoadedModel(Protocol):
    """A model on its device."""

    @property
    def kind(self) -> Kind:
        """The kind of the model."""

    @property
    def parameters(self) -> int:
        """How many parameters are in use."""

    @property
    def device(self) -> str:
        """The device, such as `cpu`."""

    def decoder(
        self, drafts: Sequence[Draft], temperature: float, path: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Decoder, Paths]:
        """A decoder that writes a level for each draft, and the paths that it writes.

        Args:
            drafts: levels to write, all equally wide.
            temperature: the temperature of the sampler.
            path: the path of the columns that the levels begin with, (columns, 14), if there are any.

        Raises:
            MarioGPTError: the text encoder that the model needs cannot be loaded, or does not match the model.
        """


class ColumnModel:
    """A two-level network over columns. It writes no paths."""

    kind: Kind = "column"

    def __init__(self, network: ColumnGPT2) -> None:
        """Take a network on its device."""
        self.network = network

    @property
    def parameters(self) -> int:
        """How many parameters are in use."""
        return sum(parameter.numel() for parameter in self.network.parameters())

    @property
    def device(self) -> str:
        """The device, such as `cpu`."""
        return str(self.network.head.weight.device)

    def decoder(
        self, drafts: Sequence[Draft], temperature: float, path: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Decoder, Paths]:
        """A decoder that writes a level for each draft, and empty paths."""
        empty = np.zeros((len(drafts), drafts[0].columns, HEIGHT), dtype=bool)
        return CachedDecoder(self.network, len(drafts)), lambda: empty


class MarioGPTModel:
    """A MarioGPT, with the text encoder for its prompts."""

    kind: Kind = "mariogpt"

    def __init__(self, checkpoint: Checkpoint, window: Window, load_text_encoder: Callable[[], TextEncoder]) -> None:
        """Take a checkpoint on its device; the text encoder is loaded for the first prompt."""
        self.checkpoint, self._window, self._load_text_encoder = checkpoint, window, load_text_encoder
        self._text_encoder: TextEncoder | None = None

    @property
    def parameters(self) -> int:
        """How many parameters are in use."""
        return self.checkpoint.network.parameters

    @property
    def device(self) -> str:
        """The device, such as `cpu`."""
        return self.checkpoint.network.device

    def decoder(
        self, drafts: Sequence[Draft], temperature: float, path: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Decoder, Paths]:
        """A decoder that writes a level for each draft, and the paths that it writes.

        Raises:
            MarioGPTError: the text encoder cannot be loaded, or its vectors have another width.
        """
        if self._text_encoder is None:
            self._text_encoder = self._load_text_encoder()
        width = self.checkpoint.network.shape.width
        if self._text_encoder.width != width:
            raise MarioGPTError(
                f"MARIOGPT_BART names a BART of width {self._text_encoder.width}, but the model needs width {width}; "
                "set it to the BART that the model was trained with, such as facebook/bart-base."
            )
        vectors = self._text_encoder.vectors([draft.prompt for draft in drafts])
        self._text_encoder.release()
        decoder = MarioGPTDecoder(
            self.checkpoint, vectors, drafts, temperature=temperature, window=self._window, path=path
        )
        return decoder, decoder.paths


def load_model(
    folder: Path, name: str, device: str, settings: ModelSettings, load_text_encoder: Callable[[], TextEncoder]
) -> LoadedModel:
    """Read a checkpoint of either kind.

    Args:
        folder: its folder.
        name: its name, for error messages.
        device: `cpu` or `cuda`.
        settings: its window and precision are used for a MarioGPT.
        load_text_encoder: loads the text encoder of a MarioGPT.

    Raises:
        MarioGPTError: there is no checkpoint, it is of another type or shape, or it is damaged.
    """
    if not is_gpt2(folder):
        return ColumnModel(load_column_checkpoint(folder).to(device))
    precision = settings.precision
    if precision == "bfloat16" and device == "cpu" and not has_bfloat16():
        log.warning("this processor has no bfloat16, so the model runs in float32")
        precision = "float32"
    checkpoint = load_checkpoint(folder, name, Layout(device, getattr(torch, precision)))
    return MarioGPTModel(checkpoint, WINDOWS[settings.window], load_text_encoder)


def is_gpt2(folder: Path) -> bool:
    """Whether a checkpoint is a plain GPT-2, such as a MarioGPT; false if its `config.json` cannot be read."""
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and config.get("model_type") == "gpt2"
