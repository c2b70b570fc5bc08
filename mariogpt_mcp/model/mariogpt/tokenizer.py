"""MarioGPT's tokenizer: which token is which tile.

It is GPT-2's tokenizer, trained again on levels. It has one token for each of the 256 bytes and one for the end of a
text. Levels use 14 of them: the 13 tiles and `x`, the path. The decoder chooses only these.
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
    """The tokens of the tiles by tile id, (13,), the token of the path, and the number of entries of the vocabulary."""

    tiles: npt.NDArray[np.int64]
    path: int
    vocabulary: int


def read_tokens(folder: Path) -> TileTokens:
    """Read the tokenizer of a checkpoint.

    Raises:
        OSError: there is no tokenizer.
        ValueError: a tile is not one token, or two tiles are the same token.
    """
    return tokens_of(_read(folder))


def read_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """Read the tokenizer of a checkpoint for training.

    A tokenizer that joins tiles, such as a tokenizer of words, is trained again on tiles. MarioGPT's dataset does this
    with DistilGPT2's tokenizer (`mario_gpt/dataset.py`).

    Raises:
        OSError: there is no tokenizer.
        ValueError: it has no token for each tile even after training.
    """
    tokenizer = _read(folder)
    try:
        tokens_of(tokenizer)
    except ValueError:
        tokenizer = tokenizer.train_new_from_iterator([[*_SYMBOLS]], len(tokenizer), show_progress=False)
        tokens_of(tokenizer)
    return tokenizer


def tokens_of(tokenizer: PreTrainedTokenizerBase) -> TileTokens:
    """Which tokens of a tokenizer are tiles.

    Raises:
        ValueError: a tile is not one token, or two tiles are the same token.
    """
    # The text has all pairs of neighbouring tiles, because a tokenizer of words joins some pairs into one token.
    pairs = "".join(left + right for left in _SYMBOLS for right in _SYMBOLS)
    ids = tokenizer(_SYMBOLS + pairs, add_special_tokens=False)["input_ids"]
    if len(ids) != len(_SYMBOLS) + len(pairs) or len(set(ids)) != len(_SYMBOLS):
        raise ValueError("the tokenizer does not have one token for each tile")
    return TileTokens(np.array(ids[: len(SYMBOLS)]), int(ids[len(SYMBOLS)]), len(tokenizer))


def _read(folder: Path) -> PreTrainedTokenizerBase:
    from transformers import AutoTokenizer

    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer
