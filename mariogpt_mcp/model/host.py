"""Holds the one loaded model of a process: loaded on first use, once, whoever asks first."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from mariogpt_mcp.census import CENSUS_FILE, Census
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.model.sampler import Decoder
from mariogpt_mcp.settings import BUNDLED, Device

if TYPE_CHECKING:
    from mariogpt_mcp.model.network import ColumnGPT2

log = logging.getLogger(__name__)

WEIGHTS_FILE = "model.safetensors"
CHECKPOINT = "checkpoint"
"""Folder of the bundled checkpoint in `resources/`."""


class ModelHost:
    """A checkpoint on a device. Cheap to make: nothing is imported or read before it is asked for."""

    def __init__(self, source: str = BUNDLED, device: Device = "auto", threads: int = 1) -> None:
        """Take `bundled` or a checkpoint folder, and where it shall run."""
        self.source, self.device, self.threads = source, device, threads
        self._lock = threading.Lock()
        self._network: ColumnGPT2 | None = None
        self._census: Census | None = None

    @property
    def name(self) -> str:
        """Name for reports: `bundled` or the folder's name, never its path."""
        return self.source if self.source == BUNDLED else Path(self.source).name

    @property
    def fingerprint(self) -> str:
        """The name and twelve digits that differ where the weights or the census do.

        Raises:
            MarioGPTError: no such checkpoint.
        """
        with self._folder() as folder:
            try:
                content = (folder / WEIGHTS_FILE).read_bytes()
            except OSError:
                raise MarioGPTError(f"There is no checkpoint in the folder {folder.name!r}.") from None
            census = folder / CENSUS_FILE
            content += census.read_bytes() if census.is_file() else b""
        return f"{self.name}-{hashlib.sha256(content).hexdigest()[:12]}"

    def _folder(self) -> AbstractContextManager[Path]:
        if self.source == BUNDLED:
            return as_file(files("mariogpt_mcp.resources").joinpath(CHECKPOINT))
        return nullcontext(Path(self.source).expanduser())

    @property
    def census(self) -> Census:
        """What windows of the corpus hold; empty where the checkpoint does not tell.

        Raises:
            MarioGPTError: it is damaged.
        """
        with self._lock:
            if self._census is None:
                with self._folder() as folder:
                    path = folder / CENSUS_FILE
                    if not path.is_file():  # nor kept: the checkpoint may come yet
                        return Census.of([])
                    self._census = Census.load(path)
            return self._census

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self._network is not None

    def network(self) -> ColumnGPT2:
        """The network, loaded if it was not; callers that come meanwhile wait for the same one.

        Raises:
            MarioGPTError: no such checkpoint, a damaged one, or no such device.
        """
        with self._lock:
            if self._network is None:
                self._network = self._load()
            return self._network

    def start(self, batch: int) -> Decoder:
        """A decoder for a batch of empty levels."""
        network = self.network()
        from mariogpt_mcp.model.decoder import CachedDecoder

        return CachedDecoder(network, batch)

    def _load(self) -> ColumnGPT2:
        began = time.monotonic()
        import torch

        from mariogpt_mcp.model.checkpoint import load_checkpoint

        device = choose_device(self.device)
        torch.set_num_threads(self.threads)
        with self._folder() as folder:
            network = load_checkpoint(folder)
        network.to(device)
        log.info("model %s on %s after %.1f s", self.name, device, time.monotonic() - began)
        return network


def choose_device(device: Device) -> str:
    """`cpu` or `cuda`; raises `MarioGPTError` where CUDA is asked for and there is none."""
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise MarioGPTError(
            "There is no CUDA device here; set MARIOGPT_DEVICE=cpu or leave it at auto, which finds one itself."
        )
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device
