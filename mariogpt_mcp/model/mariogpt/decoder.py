"""MarioGPT as a `Decoder`.

MarioGPT writes tiles column by column from the bottom up, and also a path: a cell with its token `x` is sky and on the
path. The sampler has 13 tiles and no path, so this module adds the probability of `x` to that of sky. If the sampler
chooses sky, this module draws whether the cell is on the path. The model continues from the tokens so far, including
those of the path.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import SYMBOLS, tile
from mariogpt_mcp.model.conditioning import Conditions
from mariogpt_mcp.model.decoding import Draft, Logits, Tiles
from mariogpt_mcp.model.mariogpt.checkpoint import Checkpoint
from mariogpt_mcp.model.mariogpt.context_window import MAX_COLUMNS, Window

_SKY, _GROUND = tile("-").id, tile("X").id

EXCLUDED = -1e4
"""Logit of a tile that cannot come next; finite, because guidance adds to logits."""

_MAX_LOG_ODDS = 500.0
_PATH_STREAM = 2
"""Makes the random numbers of paths different from those of tiles, which have the same seed."""


class MarioGPTDecoder:
    """A batch of levels written by MarioGPT. It ignores conditions, because it receives prompts."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        prompts: Tensor,
        drafts: Sequence[Draft],
        *,
        temperature: float,
        window: Window,
        path: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Start a level for each draft.

        Args:
            checkpoint: the network on its device, and its tokens.
            prompts: a vector for each draft, (batch, D).
            drafts: one for each level, all equally wide.
            temperature: the temperature of the sampler, at which the probabilities of sky and path are added.
            window: which columns of a long level the network sees.
            path: the path of the columns that `begin` will receive, (columns, 14).
        """
        self._network, self._tokens, self._window = checkpoint.network, checkpoint.tokens, window
        self._temperature, self._path = temperature, False if path is None else path
        chosen = torch.from_numpy(np.append(self._tokens.tiles, self._tokens.path))
        self._head = self._network.head[chosen.to(self._network.device)]  # (14, D)
        self._cache = self._network.cache(prompts, MAX_COLUMNS * HEIGHT)
        columns = drafts[0].columns
        seeds = [(*draft.seed_numbers, _PATH_STREAM) for draft in drafts]
        self._chances = np.stack([np.random.default_rng(seed).random((columns, HEIGHT)) for seed in seeds])
        self._written = np.zeros((len(drafts), columns * HEIGHT), dtype=np.int64)  # tokens
        self._length = self._first_column = 0
        self._log_odds = np.full(len(drafts), -_MAX_LOG_ODDS)

    @property
    def written(self) -> npt.NDArray[np.int64]:
        """The tokens so far, (batch, tokens)."""
        return self._written[:, : self._length]

    def paths(self) -> npt.NDArray[np.bool_]:
        """The cells on the path, (batch, columns, 14)."""
        on_path: npt.NDArray[np.bool_] = self.written == self._tokens.path
        return on_path.reshape(len(on_path), -1, HEIGHT)

    def begin(self, tiles: Tiles, conditions: Conditions) -> None:
        """Start after existing columns: tiles (batch, columns, 14); conditions are ignored."""
        on_path = (tiles == _SKY) & self._path
        tokens = np.where(on_path, self._tokens.path, self._tokens.tiles[tiles]).reshape(len(tiles), -1)
        self._length = tokens.shape[1]
        self._written[:, : self._length] = tokens

    def start_column(self, conditions: Conditions) -> None:
        """Begin the next column; conditions are ignored."""
        first_column = self._window(self._length // HEIGHT)
        if first_column != self._first_column:
            self._first_column = first_column
            self._cache.truncate(0)

    def states(self) -> Tensor:
        """The network's final states after the last tile, (batch, D); at least one tile must be written."""
        start = self._first_column * HEIGHT + self._cache.length
        return self._network.extend(self._cache, torch.from_numpy(self._written[:, start : self._length]))

    def logits(self) -> Logits:
        """Logits of the next tile, (batch, 13)."""
        if self._length == 0:  # MarioGPT's sampler starts every level with one tile of ground
            first = np.full((len(self._written), len(SYMBOLS)), EXCLUDED, dtype=np.float32)
            first[:, _GROUND] = 0
            return first
        scores = (self.states() @ self._head.t()).cpu().numpy()
        logits: Logits = scores[:, :-1]
        sky, path = (scores[:, i].astype(np.float64) / self._temperature for i in (_SKY, -1))
        self._log_odds = np.clip(path - sky, -_MAX_LOG_ODDS, _MAX_LOG_ODDS)
        logits[:, _SKY] = np.logaddexp(sky, path) * self._temperature
        return logits

    def push(self, tiles: Tiles) -> None:
        """Append the chosen tiles, (batch,)."""
        column, row = divmod(self._length, HEIGHT)
        on_path = (tiles == _SKY) & (self._chances[:, column, row] < 1 / (1 + np.exp(-self._log_odds)))
        self._written[:, self._length] = np.where(on_path, self._tokens.path, self._tokens.tiles[tiles])
        self._length += 1

    def resume(self, parents: Sequence[int], columns: int) -> None:
        """Cut the levels to their first `columns` columns; level i becomes a copy of level `parents[i]`."""
        self._written = self._written[list(parents)]
        self._length = columns * HEIGHT
        self._cache.select(parents)
        # The next logits need the state of the last tile, so the last tile has to be appended again.
        self._cache.truncate(max(0, self._length - 1 - self._first_column * HEIGHT))
