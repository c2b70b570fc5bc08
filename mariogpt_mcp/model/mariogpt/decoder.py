"""The original MarioGPT: its checkpoint, read, and a `Decoder` over it.

GPT-2 over tiles, column by column from the bottom up, with cross-attention to its prompt. It writes paths too: where
it puts `x`, the tile is sky and the cell is on the path. So the sampler, which knows thirteen tiles, is told how likely
sky is with or without a path; which of the two it is, is then drawn here. The model goes on from what it
wrote, paths and all.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import SYMBOLS, tile
from mariogpt_mcp.model.conditioning import Conditions
from mariogpt_mcp.model.decoding import Draft, Logits, Tiles
from mariogpt_mcp.model.mariogpt.context_window import CONTEXT, ROOM, Window
from mariogpt_mcp.model.mariogpt.network import FlatCache, FlatConfig, FlatGPT2
from mariogpt_mcp.model.mariogpt.tokenizer import TileTokens, read_tokens

log = logging.getLogger(__name__)

_SKY, _GROUND = tile("-").id, tile("X").id

NEVER = -1e4
"""Logit of what cannot come: finite, so that guidance may add to it."""

_CERTAIN = 500.0
_PATH = 2
"""Sets the chances of paths apart from those of tiles."""


class OriginalDecoder:
    """A batch of levels written by the original.

    Conditions are not for it: it gets its prompts as words.
    """

    def __init__(
        self,
        network: FlatGPT2,
        tokens: TileTokens,
        prompts: Tensor,
        drafts: Sequence[Draft],
        *,
        temperature: float,
        window: Window,
        path: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Start a level for each draft; `prompts` are their vectors, (batch, D).

        `temperature` is what the sampler divides by: the two kinds of sky are put together and told apart at it.
        `path` is that of columns that will be there already, (columns, 14).
        """
        self._network, self._tokens, self._window = network, tokens, window
        self._temperature, self._path = temperature, False if path is None else path
        self._chosen = np.append(tokens.tiles, tokens.path)
        self._head = network.head[torch.from_numpy(self._chosen).to(network.device)]  # (14, D)
        self._cache = FlatCache(network, network.shifts(prompts), ROOM * HEIGHT)
        size = (drafts[0].columns, HEIGHT)
        self._chance = np.stack([np.random.default_rng((*_numbers(d.seed), _PATH)).random(size) for d in drafts])
        self._written = np.zeros((len(drafts), drafts[0].columns * HEIGHT), dtype=np.int64)
        self._length = self._first = 0
        self._odds = np.full(len(drafts), -_CERTAIN)

    @property
    def written(self) -> npt.NDArray[np.int64]:
        """The tokens so far, (batch, tokens)."""
        return self._written[:, : self._length]

    def paths(self) -> npt.NDArray[np.bool_]:
        """Where it put its path, (batch, columns, 14)."""
        on_path: npt.NDArray[np.bool_] = self.written == self._tokens.path
        return on_path.reshape(len(on_path), -1, HEIGHT)

    def begin(self, tiles: Tiles, conditions: Conditions) -> None:
        """Start after columns that are there already: tiles (batch, columns, 14)."""
        on_path = (tiles == _SKY) & self._path
        there = np.where(on_path, self._tokens.path, self._tokens.tiles[tiles]).reshape(len(tiles), -1)
        self._length = there.shape[1]
        self._written[:, : self._length] = there

    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column."""
        first = self._window(self._length // HEIGHT)
        if first != self._first:
            self._first = first
            self._cache.cut(0)

    def states(self) -> Tensor:
        """The final state that the next tile is told from, (batch, D); there is one tile at least."""
        seen = self._written[:, self._first * HEIGHT + self._cache.length : self._length]
        return self._cache.extend(torch.from_numpy(seen))

    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""
        if self._length == 0:  # like its loop, which starts every level from one tile of ground
            begun = np.full((len(self._written), len(SYMBOLS)), NEVER, dtype=np.float32)
            begun[:, _GROUND] = 0
            return begun
        scores = (self.states() @ self._head.t()).cpu().numpy()
        logits: Logits = scores[:, :-1]
        sky, path = (scores[:, i].astype(np.float64) / self._temperature for i in (_SKY, -1))
        self._odds = np.clip(path - sky, -_CERTAIN, _CERTAIN)
        logits[:, _SKY] = np.logaddexp(sky, path) * self._temperature
        return logits

    def push(self, tiles: Tiles) -> None:
        """Take the tiles chosen, (batch,)."""
        column, row = divmod(self._length, HEIGHT)
        on_path = (tiles == _SKY) & (self._chance[:, column, row] < 1 / (1 + np.exp(-self._odds)))
        self._written[:, self._length] = np.where(on_path, self._tokens.path, self._tokens.tiles[tiles])
        self._length += 1

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Go on from the first `columns` columns of the levels `parents`; what they have beyond is forgotten."""
        self._written = self._written[list(parents)]
        self._length = columns * HEIGHT
        self._cache.take(parents)
        # The last tile is still to be taken in: what comes next is told from it.
        self._cache.cut(max(0, self._length - 1 - self._first * HEIGHT))


def _numbers(seed: int | tuple[int, ...]) -> tuple[int, ...]:
    return seed if isinstance(seed, tuple) else (seed,)


def read_original(folder: Path, name: str, device: str, precision: torch.dtype) -> tuple[FlatGPT2, TileTokens]:
    """Read a checkpoint of the published kind: GPT-2 with cross-attention, and its tokenizer beside it.

    Raises:
        MarioGPTError: of another shape, without its tokenizer, or damaged.
    """
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        shape = shape_of(config)
        tokens = read_tokens(folder)
        network = FlatGPT2(_weights(folder), shape, vocabulary=tokens.vocabulary, device=device, precision=precision)
    except Exception as error:  # a damaged file may raise anything in any library that reads it
        log.debug("the checkpoint cannot be read", exc_info=True)
        raise MarioGPTError(
            f"The checkpoint {name!r} is damaged, or no MarioGPT: that is a GPT-2 with cross-attention, at least "
            f"{CONTEXT} positions and its own tokenizer beside it, such as shyamsn97/Mario-GPT2-700-context-length; "
            "train --init makes one of a plain GPT-2."
        ) from error
    return network, tokens


def shape_of(config: Mapping[str, Any]) -> FlatConfig:
    """The shape in a GPT-2's `config.json`; raises ValueError where the arithmetic would be another."""
    expected = {
        "add_cross_attention": True,
        "activation_function": "gelu_new",
        "scale_attn_weights": True,
        "scale_attn_by_inverse_layer_idx": False,
    }
    defaults = {**expected, "add_cross_attention": False}
    for key, value in expected.items():
        if config.get(key, defaults[key]) != value:
            raise ValueError(f"{key} is {config.get(key)}")
    layers, width, heads, positions = (config[key] for key in ("n_layer", "n_embd", "n_head", "n_positions"))
    shape = FlatConfig(layers, width, heads, positions, config.get("layer_norm_epsilon", 1e-5))
    if shape.positions < CONTEXT:
        raise ValueError("too few positions")
    return shape


def _weights(folder: Path) -> Mapping[str, Tensor]:
    from mariogpt_mcp.model.files import OLD_WEIGHTS_FILE, WEIGHTS_FILE

    if (folder / WEIGHTS_FILE).is_file():
        from safetensors.torch import load_file

        return load_file(folder / WEIGHTS_FILE)
    # As older versions of transformers wrote it; nothing but tensors is unpickled.
    weights: Mapping[str, Tensor] = torch.load(folder / OLD_WEIGHTS_FILE, weights_only=True, mmap=True)
    return weights
