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

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.model.hub import fetch, is_hub_name, progress_line
from mariogpt_mcp.settings import BUNDLED, Device, ModelSettings
from mariogpt_mcp.telemetry import span

if TYPE_CHECKING:
    from mariogpt_mcp.model.column.network import ColumnGPT2
    from mariogpt_mcp.model.mariogpt.text_encoder import PromptReader
    from mariogpt_mcp.model.models import LoadedModel

log = logging.getLogger(__name__)

WEIGHTS_FILE = "model.safetensors"
OLD_WEIGHTS_FILE = "pytorch_model.bin"
"""What the original's authors published; other checkpoints have the newer one."""

_TEXT_FILES = ("*.json", "*.txt")
CHECKPOINT = "checkpoint"
"""Folder of the bundled checkpoint in `resources/`."""


class ModelLoader:
    """A checkpoint on a device. Cheap to make: nothing is imported or read before it is asked for."""

    def __init__(self, settings: ModelSettings | None = None) -> None:
        """Take the settings of a model; without any, the bundled one."""
        self.settings = settings or ModelSettings()
        self._lock = threading.Lock()
        self._model: LoadedModel | None = None
        self._statistics: CorpusStatistics | None = None
        self._origin: tuple[str | int, ...] = ()
        self._fetched: dict[str, Path] = {}
        self.preparing = ""
        """What is going on before the first level can be written, to be shown; empty where nothing is."""

    @property
    def name(self) -> str:
        """Name for reports: `bundled`, the folder's name, never its path, or the name on the hub."""
        return self.settings.source if self._is_named else Path(self.settings.source).expanduser().resolve().name

    @property
    def _is_named(self) -> bool:
        return self.settings.source == BUNDLED or is_hub_name(self.settings.source)

    @property
    def origin(self) -> tuple[str | int, ...]:
        """What its levels come of, without reading the weights: a folder's files are told by size and time.

        Once they are loaded, those that were.
        """
        return self._origin or self._look()

    def _look(self) -> tuple[str | int, ...]:
        chosen = self.settings
        settings = (chosen.bart, chosen.window, chosen.precision, chosen.device)
        if self._is_named:
            return (self.settings.source, *settings)
        folder = Path(self.settings.source).expanduser().resolve()
        files = [file for pattern in (WEIGHTS_FILE, OLD_WEIGHTS_FILE, *_TEXT_FILES) for file in folder.glob(pattern)]
        marks = [mark for file in sorted(files) for mark in (file.name, file.stat().st_size, file.stat().st_mtime_ns)]
        return (str(folder), *marks, *settings)

    @property
    def fingerprint(self) -> str:
        """The name and twelve digits that differ where the weights or the statistics do.

        Raises:
            MarioGPTError: no such checkpoint.
        """
        with self.folder() as folder:
            path = folder / WEIGHTS_FILE
            try:
                content = (path if path.is_file() else folder / OLD_WEIGHTS_FILE).read_bytes()
            except OSError:
                raise MarioGPTError(f"There is no checkpoint in the folder {self.name!r}.") from None
            statistics = folder / STATISTICS_FILE
            content += statistics.read_bytes() if statistics.is_file() else b""
        return f"{self.name.replace('/', '-')}-{hashlib.sha256(content).hexdigest()[:12]}"

    def folder(self) -> AbstractContextManager[Path]:
        """Where its files are, fetched if need be; raises `MarioGPTError` where they cannot be."""
        if self.settings.source == BUNDLED:
            return as_file(files("mariogpt_mcp.resources").joinpath(CHECKPOINT))
        return nullcontext(self._found(self.settings.source, self.settings.chosen_by))

    def _found(self, source: str, chosen_by: str) -> Path:
        """A folder, or what the hub has under a name, fetched once."""
        if not is_hub_name(source):
            return Path(source).expanduser()
        if source not in self._fetched:

            def tell(done: int, total: int) -> None:
                self.preparing = progress_line(source, done, total)

            weights = (WEIGHTS_FILE, OLD_WEIGHTS_FILE)
            try:
                self._fetched[source] = fetch(source, _TEXT_FILES, weights, tell, chosen_by)
            finally:
                self.preparing = ""
        return self._fetched[source]

    @property
    def statistics(self) -> CorpusStatistics:
        """What windows of the corpus hold; empty where the checkpoint does not tell.

        Raises:
            MarioGPTError: it is damaged.
        """
        with self._lock:
            if self._statistics is None:
                with self.folder() as folder:
                    path = folder / STATISTICS_FILE
                    if not path.is_file():  # nor kept: the checkpoint may come yet
                        return CorpusStatistics.of([])
                    self._statistics = CorpusStatistics.load(path)
            return self._statistics

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self._model is not None

    def model(self) -> LoadedModel:
        """The model, loaded if it was not; callers that come meanwhile wait for the same one.

        Raises:
            MarioGPTError: no such checkpoint, a damaged one, or no such device.
        """
        with self._lock:
            if self._model is None:
                with span("load the model", source=self.name):
                    self._model = self._load()
            return self._model

    def network(self) -> ColumnGPT2:
        """The network of a model of the bundled kind; raises as `model` does, and where it is of another kind."""
        model = self.model()
        from mariogpt_mcp.model.models import ColumnModel

        if not isinstance(model, ColumnModel):
            raise MarioGPTError(
                f"The checkpoint {self.name!r} is of the original's kind; this takes one of the bundled kind, such as "
                "bundled itself."
            )
        return model.network

    def _load(self) -> LoadedModel:
        began = time.monotonic()
        import torch

        from mariogpt_mcp.model.models import load_model

        device = choose_device(self.settings.device)
        torch.set_num_threads(self.settings.threads)
        origin = self._look()
        with self.folder() as folder:
            model = load_model(folder, self.name, device, self.settings.precision, self.settings.window, self.reader)
        self._origin = origin
        log.info("model %s on %s after %.1f s", self.name, device, time.monotonic() - began)
        return model

    def reader(self) -> PromptReader:
        """What reads prompts for the original, loaded anew; raises `MarioGPTError` where there is none."""
        from mariogpt_mcp.model.mariogpt.text_encoder import PromptReader

        return PromptReader(self._found(self.settings.bart, "MARIOGPT_BART"))


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
