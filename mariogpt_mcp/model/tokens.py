"""The original's tokenizer: which of its tokens stands for which tile.

It is GPT-2's, trained anew on levels: one token for each of the 256 bytes and one for the end of a text. Levels use
fourteen of them: the thirteen tiles and `x`, the path. No other is ever chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mariogpt_mcp.tiles import PATH_SYMBOL, SYMBOLS

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt")


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
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    symbols = SYMBOLS + PATH_SYMBOL
    ids = tokenizer(symbols + symbols, add_special_tokens=False)["input_ids"]
    if len(ids) != 2 * len(symbols) or len(set(ids)) != len(symbols):
        raise ValueError("its tokenizer does not have one token for each tile")
    return TileTokens(np.array(ids[: len(SYMBOLS)]), int(ids[len(SYMBOLS)]), len(tokenizer))
