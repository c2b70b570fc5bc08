from __future__ import annotations

from pathlib import Path

import pytest

from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS
from mariogpt_mcp.model.mariogpt.tokenizer import read_tokenizer, read_tokens
from tests.mariogpt_checkpoints import TINY, save_gpt2


def test_tiles_and_the_path_are_one_token_each(mariogpt: Path) -> None:
    tokens, tokenizer = read_tokens(mariogpt), read_tokenizer(mariogpt)
    assert tokens.vocabulary == 257
    assert tokenizer.decode(tokens.tiles.tolist()) == SYMBOLS
    assert tokenizer.decode([tokens.path]) == PATH_SYMBOL


def test_a_tokenizer_of_words_is_trained_again_on_tiles(tmp_path: Path) -> None:
    folder = save_gpt2(tmp_path / "gpt2", {**TINY, "vocab_size": 260})
    with pytest.raises(ValueError, match="one token for each tile"):
        read_tokens(folder)
    tokenizer = read_tokenizer(folder)
    assert len(tokenizer(SYMBOLS * 2)["input_ids"]) == 2 * len(SYMBOLS)


def test_a_folder_without_a_tokenizer_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError)):
        read_tokens(tmp_path)
