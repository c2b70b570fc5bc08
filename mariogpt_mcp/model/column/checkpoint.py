"""A checkpoint folder: `config.json` with the network's shape, `model.safetensors` with its weights."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.column.network import ColumnGPT2, NetworkConfig
from mariogpt_mcp.model.loader import WEIGHTS_FILE

log = logging.getLogger(__name__)

CONFIG_FILE = "config.json"
MODEL_TYPE = "column-gpt2"


def save_checkpoint(network: ColumnGPT2, folder: Path) -> None:
    """Write a checkpoint; each file appears whole or not at all, so an older one survives a full disk."""
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    config = {"model_type": MODEL_TYPE, **network.config.as_dict()}
    part = folder / (WEIGHTS_FILE + ".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_file(weights, part)
        part.replace(folder / WEIGHTS_FILE)
        part = folder / (CONFIG_FILE + ".part")
        part.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        part.replace(folder / CONFIG_FILE)
    except (OSError, SafetensorError) as error:
        part.unlink(missing_ok=True)
        raise unwritable(folder) from error


def unwritable(folder: Path) -> MarioGPTError:
    """What to say where a checkpoint cannot be written."""
    return MarioGPTError(
        f"The checkpoint could not be written to {str(folder)!r}; free some space or give another --out."
    )


def load_checkpoint(folder: Path) -> ColumnGPT2:
    """Read a checkpoint folder into a network in evaluation mode on the CPU.

    Raises:
        MarioGPTError: no checkpoint there, of another kind or vocabulary, or damaged.
    """
    log.debug("reading the checkpoint in %s", folder)
    name = folder.name
    config_path, weights_path = folder / CONFIG_FILE, folder / WEIGHTS_FILE
    if not config_path.is_file() or not weights_path.is_file():
        raise MarioGPTError(
            f"There is no checkpoint in the folder {name!r}; it takes a folder with {CONFIG_FILE} and {WEIGHTS_FILE}, "
            "as mariogpt-mcp train writes it."
        )
    try:
        config = json.loads(config_path.read_text(encoding="utf-8"))
        kind = config.pop("model_type", None) if isinstance(config, dict) else None
        if kind != MODEL_TYPE:
            raise MarioGPTError(
                f"The checkpoint in the folder {name!r} is of the kind {kind!r}; it takes {MODEL_TYPE!r} or 'gpt2'."
            )
        if config.get("symbols") != SYMBOLS:
            raise MarioGPTError(
                f"The checkpoint in the folder {name!r} was trained on other tiles ({config.get('symbols')!r}); "
                f"it takes one trained on {SYMBOLS!r}."
            )
        network = ColumnGPT2(NetworkConfig(**config))
        network.load_state_dict(load_file(weights_path))
    except MarioGPTError:
        raise
    except Exception as error:  # a damaged file may raise anything in any library that reads it
        raise MarioGPTError(
            f"The checkpoint in the folder {name!r} is damaged or of another shape; train or copy it anew."
        ) from error
    return network.eval()
