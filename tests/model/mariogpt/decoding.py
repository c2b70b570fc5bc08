"""Levels written by tiny MarioGPTs, for the tests of this folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from torch import Tensor

from mariogpt_mcp.generation.targets import window_widths
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.conditioning import CONDITION_SIZES, Target
from mariogpt_mcp.model.decoding import Draft, Tiles
from mariogpt_mcp.model.mariogpt.checkpoint import Checkpoint, read_weights, shape_of
from mariogpt_mcp.model.mariogpt.context_window import Window, exact
from mariogpt_mcp.model.mariogpt.decoder import MarioGPTDecoder
from mariogpt_mcp.model.mariogpt.network import Layout, MarioGPTNetwork
from mariogpt_mcp.model.mariogpt.tokenizer import read_tokens

PROMPTS = [
    "many pipes, no enemies, some blocks, high elevation",
    "no pipes, many enemies, little blocks, low elevation",
]
NO_CONDITIONS = np.zeros((2, len(CONDITION_SIZES)), dtype=np.int64)


def drafts(columns: int) -> list[Draft]:
    return [
        Draft(tuple(Target(width) for width in window_widths(columns)), i, prompt) for i, prompt in enumerate(PROMPTS)
    ]


def random_tiles(columns: int) -> Tiles:
    return np.random.default_rng(1).integers(0, len(SYMBOLS), (2, columns, HEIGHT))


def full_checkpoint(folder: Path, layout: Layout | None = None) -> Checkpoint:
    """A checkpoint with all entries of its vocabulary, including those that levels never use."""
    config = json.loads((folder / "config.json").read_text())
    network = MarioGPTNetwork(read_weights(folder), shape_of(config), layout=layout or Layout())
    return Checkpoint(network, read_tokens(folder))


def decoder(
    folder: Path, prompts: Tensor, columns: int, window: Window = exact, layout: Layout | None = None
) -> MarioGPTDecoder:
    return MarioGPTDecoder(full_checkpoint(folder, layout), prompts, drafts(columns), temperature=1.0, window=window)


def push_all(decoder: MarioGPTDecoder, tiles: Tiles) -> npt.NDArray[np.float32]:
    """The logits at every tile of some columns (batch, columns, 14), shape (columns * 14, batch, 13)."""
    found = []
    for column in tiles.swapaxes(0, 1):
        decoder.start_column(NO_CONDITIONS)
        for row in range(HEIGHT):
            found.append(decoder.logits())
            decoder.push(column[:, row])
    return np.stack(found)
