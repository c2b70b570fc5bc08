"""The original's tokenizer: which of its tokens stands for which tile.

It is GPT-2's, trained anew on levels: one token for each of the 256 bytes and one for the end of a text. Levels use
fourteen of them: the thirteen tiles and `x`, the path. No other is ever chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_SYMBOLS = SYMBOLS + PATH_SYMBOL


@dataclass(frozen=True, slots=True)
class TileTokens:
    """Tokens of the tiles in the order of their ids, the path's, and how many entries the vocabulary has."""

    tiles: npt.NDArray[np.int64]
    path: int
    vocabulary: int


def read_tokens(folder: Path) -> TileTokens:
    """Read a checkpoint's tokenizer.

    Raises:
        ValueError: a tile is not one token, or two tiles are the same.
    """
    return tokens_of(_read(folder))


def read_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """A checkpoint's tokenizer; one of words is trained anew on tiles, as MarioGPT's dataset does with DistilGPT2's.

    Raises:
        ValueError: it cannot tell tiles apart however it is trained.
    """
    tokenizer = _read(folder)
    try:
        tokens_of(tokenizer)
    except ValueError:
        tokenizer = tokenizer.train_new_from_iterator([[*_SYMBOLS]], len(tokenizer), show_progress=False)
        tokens_of(tokenizer)
    return tokenizer


def tokens_of(tokenizer: PreTrainedTokenizerBase) -> TileTokens:
    """Which of a tokenizer's tokens are tiles.

    Raises:
        ValueError: a tile is not one token, or two tiles are the same.
    """
    # Each beside each: a tokenizer of words would join some.
    pairs = "".join(left + right for left in _SYMBOLS for right in _SYMBOLS)
    ids = tokenizer(_SYMBOLS + pairs, add_special_tokens=False)["input_ids"]
    if len(ids) != len(_SYMBOLS) + len(pairs) or len(set(ids)) != len(_SYMBOLS):
        raise ValueError("its tokenizer does not have one token for each tile")
    return TileTokens(np.array(ids[: len(SYMBOLS)]), int(ids[len(SYMBOLS)]), len(tokenizer))


def _read(folder: Path) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer
