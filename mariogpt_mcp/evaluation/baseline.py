"""MarioGPT's own decoding loop, to compare its time with our decoder's on the same machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.model.mariogpt.context_window import exact

if TYPE_CHECKING:
    from transformers import GPT2LMHeadModel

COLUMNS = 100
"""Columns of the level that is written."""


@dataclass(frozen=True, slots=True)
class BaselineShape:
    """The shape of a GPT-2 that writes levels tile by tile; `prompted` says whether it attends to a prompt's vector."""

    layers: int
    width: int
    heads: int
    vocabulary: int
    prompted: bool = False


MARIOGPT_SHAPE = BaselineShape(6, 768, 12, 50257, prompted=True)
"""The published checkpoint's shape: DistilGPT2 with cross-attention.

Its tokenizer has 257 entries, but its file of 397 MB has DistilGPT2's whole vocabulary.
"""


def random_gpt2(shape: BaselineShape) -> GPT2LMHeadModel:
    """A GPT-2 with random weights, in evaluation mode."""
    from transformers import GPT2Config, GPT2LMHeadModel

    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=shape.vocabulary,
            n_positions=1024,
            n_embd=shape.width,
            n_layer=shape.layers,
            n_head=shape.heads,
            add_cross_attention=shape.prompted,
            bos_token_id=0,
            eos_token_id=0,
        )
    )
    model.eval()  # type: ignore[no-untyped-call]
    return model


def loop_seconds(shape: BaselineShape) -> float:
    """Seconds for 100 columns in the loop of `mario_gpt/sampler.py`: full windows, no cache, random weights."""
    import torch

    model = random_gpt2(shape)
    prompt = torch.zeros(1, 1, shape.width) if shape.prompted else None
    tiles = torch.zeros(1, 1, dtype=torch.long)
    started = time.monotonic()
    with torch.no_grad():
        for _ in range(COLUMNS * HEIGHT - 1):
            window = tiles[:, exact(tiles.shape[1] // HEIGHT) * HEIGHT :]
            logits = model(window, encoder_hidden_states=prompt, use_cache=False).logits[:, -1]
            tiles = torch.cat([tiles, torch.multinomial(logits.softmax(-1), 1)], dim=1)
    return time.monotonic() - started
