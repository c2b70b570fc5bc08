from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.checkpoint import load_checkpoint
from mariogpt_mcp.model.mariogpt.context_window import exact
from mariogpt_mcp.model.mariogpt.decoder import MarioGPTDecoder
from mariogpt_mcp.model.mariogpt.network import Layout
from mariogpt_mcp.settings import ModelSettings
from tests.mariogpt_checkpoints import TINY, save_mariogpt
from tests.model.mariogpt.decoding import (
    decoder,
    drafts,
    push_all,
    random_tiles,
)


@pytest.mark.parametrize("old", [False, True])
def test_both_file_formats_are_read(mariogpt: Path, vectors: Tensor, tmp_path: Path, old: bool) -> None:
    folder = save_mariogpt(tmp_path / "again", TINY, old=old)
    read = load_checkpoint(folder, "again", Layout())
    tokens = read.tokens
    assert tokens.vocabulary == 257
    assert len({*tokens.tiles.tolist(), tokens.path}) == len(SYMBOLS + PATH_SYMBOL)
    again = MarioGPTDecoder(read, vectors, drafts(2), temperature=1.0, window=exact)
    expected = push_all(decoder(mariogpt, vectors, 2), random_tiles(2))
    np.testing.assert_allclose(push_all(again, random_tiles(2)), expected, atol=1e-5)


@pytest.mark.parametrize("damage", ["tokenizer", "weights", "shape", "cross-attention", "not json", "short"])
def test_a_bad_checkpoint_is_one_sentence(mariogpt: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "bad"
    shutil.copytree(mariogpt, folder)
    config = json.loads((folder / "config.json").read_text())
    if damage == "tokenizer":
        (folder / "tokenizer.json").unlink()
    elif damage == "weights":
        path = folder / "model.safetensors"
        path.write_bytes(path.read_bytes()[:1000])
    else:
        config |= {
            "shape": {"n_layer": 3},
            "cross-attention": {"add_cross_attention": False},
            "not json": {"n_embd": "wide"},
            "short": {"n_positions": 64},
        }[damage]
        (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(MarioGPTError, match="is damaged or is not a MarioGPT") as caught:
        ModelLoader(ModelSettings(str(folder), "cpu")).model()
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
