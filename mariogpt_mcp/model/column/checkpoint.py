"""A column model's checkpoint: `config.json` with the shape of the network, `model.safetensors` with its weights."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.column.network import ColumnGPT2, NetworkConfig
from mariogpt_mcp.model.files import CONFIG_FILE, WEIGHTS_FILE

log = logging.getLogger(__name__)

MODEL_TYPE = "column-gpt2"
"""Value of `model_type` in `config.json`; MarioGPT's is `gpt2`."""


def save_checkpoint(network: ColumnGPT2, folder: Path) -> None:
    """Write a checkpoint. If a file cannot be written, the older file in its place stays.

    Raises:
        MarioGPTError: a file cannot be written.
    """
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    config = {"model_type": MODEL_TYPE, **network.config.as_dict()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / WEIGHTS_FILE, lambda path: save_file(weights, path))
        write_atomically(folder / CONFIG_FILE, json.dumps(config, indent=2) + "\n")
    except (OSError, SafetensorError) as error:
        raise write_error(folder) from error


def write_error(folder: Path) -> MarioGPTError:
    """The error for a checkpoint that cannot be written."""
    return MarioGPTError(
        f"The checkpoint could not be written to {str(folder)!r}; free some space or choose another folder."
    )


def load_checkpoint(folder: Path) -> ColumnGPT2:
    """Read a checkpoint into a network in evaluation mode on the CPU.

    Raises:
        MarioGPTError: there is no checkpoint, it is of another type or vocabulary, or it is damaged.
    """
    log.debug("reading the checkpoint in %s", folder)
    name = folder.name
    if not (folder / CONFIG_FILE).is_file() or not (folder / WEIGHTS_FILE).is_file():
        raise MarioGPTError(
            f"There is no checkpoint in the folder {name!r}; it must contain {CONFIG_FILE} and {WEIGHTS_FILE}."
        )
    try:
        network = ColumnGPT2(_read_config(folder))
        network.load_state_dict(load_file(folder / WEIGHTS_FILE))
    except MarioGPTError:
        raise
    except Exception as error:  # the libraries that read a damaged file do not document what they raise
        raise MarioGPTError(
            f"The checkpoint in the folder {name!r} is damaged or of another shape; train or copy it again."
        ) from error
    return network.eval()


def _read_config(folder: Path) -> NetworkConfig:
    config: Any = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    model_type = config.pop("model_type", None) if isinstance(config, dict) else None
    if model_type != MODEL_TYPE:
        raise MarioGPTError(
            f"The checkpoint in the folder {folder.name!r} is of the type {model_type!r}; it must be {MODEL_TYPE!r} or "
            "'gpt2'."
        )
    if config.get("symbols") != SYMBOLS:
        raise MarioGPTError(
            f"The checkpoint in the folder {folder.name!r} was trained on other tiles ({config.get('symbols')!r}); it "
            f"must be trained on {SYMBOLS!r}."
        )
    return NetworkConfig(**config)
