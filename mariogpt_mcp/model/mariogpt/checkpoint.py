"""A MarioGPT checkpoint: a GPT-2 with cross-attention as `transformers` saves it, with its tokenizer."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.model.files import CONFIG_FILE, OLD_WEIGHTS_FILE, WEIGHTS_FILE
from mariogpt_mcp.model.gpt2 import GPT2Shape
from mariogpt_mcp.model.mariogpt.context_window import CONTEXT
from mariogpt_mcp.model.mariogpt.network import Layout, MarioGPTNetwork
from mariogpt_mcp.model.mariogpt.tokenizer import TileTokens, read_tokens

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A network and the tokens of its vocabulary."""

    network: MarioGPTNetwork
    tokens: TileTokens


def load_checkpoint(folder: Path, name: str, layout: Layout) -> Checkpoint:
    """Read a checkpoint; `name` is for error messages.

    Raises:
        MarioGPTError: it is damaged, of another shape, or its tokenizer does not have one token for each tile.
    """
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        shape = shape_of(config)
        tokens = read_tokens(folder)
        network = MarioGPTNetwork(read_weights(folder), shape, vocabulary=tokens.vocabulary, layout=layout)
    except Exception as error:  # the libraries that read a damaged file do not document what they raise
        log.debug("the checkpoint cannot be read", exc_info=True)
        raise MarioGPTError(
            f"The checkpoint {name!r} is damaged or is not a MarioGPT; a MarioGPT is a GPT-2 with cross-attention, at "
            f"least {CONTEXT} positions and a token for each tile, such as shyamsn97/Mario-GPT2-700-context-length."
        ) from error
    return Checkpoint(network, tokens)


def shape_of(config: Mapping[str, Any]) -> GPT2Shape:
    """The shape in the `config.json` of a MarioGPT.

    Raises:
        KeyError: the shape is missing.
        ValueError: `MarioGPTNetwork` does not compute what this config describes, or there are too few positions.
    """
    required = {
        "add_cross_attention": True,
        "activation_function": "gelu_new",
        "scale_attn_weights": True,
        "scale_attn_by_inverse_layer_idx": False,
    }
    defaults = {**required, "add_cross_attention": False}
    for key, value in required.items():
        if config.get(key, defaults[key]) != value:
            raise ValueError(f"{key} is {config.get(key)}")
    layers, width, heads, positions = (config[key] for key in ("n_layer", "n_embd", "n_head", "n_positions"))
    if positions < CONTEXT:
        raise ValueError("too few positions")
    return GPT2Shape(layers, width, heads, positions, config.get("layer_norm_epsilon", 1e-5))


def read_weights(folder: Path) -> Mapping[str, Tensor]:
    """The tensors of a checkpoint by name, from `model.safetensors` or the older `pytorch_model.bin`."""
    if (folder / WEIGHTS_FILE).is_file():
        from safetensors.torch import load_file

        return load_file(folder / WEIGHTS_FILE)
    # `weights_only` unpickles only tensors and runs no code of the file.
    weights: Mapping[str, Tensor] = torch.load(folder / OLD_WEIGHTS_FILE, weights_only=True, mmap=True)
    return weights
