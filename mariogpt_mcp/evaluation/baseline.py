"""MarioGPT's own decoding loop, to be timed beside ours on the same machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.model.mariogpt.context_window import exact

if TYPE_CHECKING:
    from transformers import GPT2LMHeadModel

COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Shape:
    """A flat GPT-2: layers, width, heads, entries of its vocabulary, and whether it attends to a prompt."""

    layers: int
    width: int
    heads: int
    vocabulary: int
    prompted: bool = False


ORIGINAL = Shape(6, 768, 12, 50257, prompted=True)
"""DistilGPT2 with cross-attention: the published checkpoint's shape.

Its tokenizer has 257 entries, but its file's 397 MB are those of DistilGPT2's whole vocabulary.
"""


def flat_gpt2(shape: Shape) -> GPT2LMHeadModel:
    """A flat GPT-2 with random weights."""
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


def loop_seconds(shape: Shape) -> float:
    """Seconds for 100 columns in the loop of `mario_gpt/sampler.py`: whole window, no cache, random weights."""
    import torch

    model = flat_gpt2(shape)
    prompt = torch.zeros(1, 1, shape.width) if shape.prompted else None
    tiles = torch.zeros(1, 1, dtype=torch.long)
    began = time.monotonic()
    with torch.no_grad():
        for _ in range(COLUMNS * HEIGHT - 1):
            window = tiles[:, exact(tiles.shape[1] // HEIGHT) * HEIGHT :]
            logits = model(window, encoder_hidden_states=prompt, use_cache=False).logits[:, -1]
            tiles = torch.cat([tiles, torch.multinomial(logits.softmax(-1), 1)], dim=1)
    return time.monotonic() - began
