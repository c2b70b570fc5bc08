"""The model of a process: loaded once, when it is first needed, and shared by all threads.

Importing this module, or making a loader, imports no torch and reads no file.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from mariogpt_mcp.errors import MarioGPTError, error_about
from mariogpt_mcp.level.corpus_statistics import CorpusStatistics
from mariogpt_mcp.model.device import choose_device, set_threads
from mariogpt_mcp.model.files import CheckpointFiles
from mariogpt_mcp.settings import ModelSettings
from mariogpt_mcp.telemetry import span

if TYPE_CHECKING:
    from mariogpt_mcp.model.column.network import ColumnGPT2
    from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
    from mariogpt_mcp.model.models import LoadedModel

log = logging.getLogger(__name__)


class ModelLoader:
    """Loads a checkpoint onto a device and keeps the model; safe to share between threads."""

    def __init__(self, settings: ModelSettings | None = None) -> None:
        """Take the settings of a model; the default is the bundled model."""
        self.settings = settings or ModelSettings()
        self.status = ""
        """What the loader is doing, such as a download, as text for a user who waits; empty if it is doing nothing."""
        self._files = CheckpointFiles(self.settings.source, self.settings.chosen_by, self._set_status)
        self._bart_files = CheckpointFiles(self.settings.bart, "MARIOGPT_BART", self._set_status)
        self._lock = threading.Lock()
        self._model: LoadedModel | None = None
        self._statistics: CorpusStatistics | None = None
        self._origin: tuple[str | int, ...] = ()

    def _set_status(self, status: str) -> None:
        self.status = status

    @property
    def name(self) -> str:
        """Name for reports: `bundled`, the name on the hub, or the folder's name without its path."""
        return self._files.name

    @property
    def origin(self) -> tuple[str | int, ...]:
        """Values that identify the weights and settings that levels come from; the weights are not read for it.

        Once a model is loaded, they identify that model, even if its files change later.
        """
        return self._origin or self._marks()

    def _marks(self) -> tuple[str | int, ...]:
        chosen = self.settings
        return (*self._files.marks(), chosen.bart, chosen.window, chosen.precision, chosen.device)

    @property
    def fingerprint(self) -> str:
        """The name and 12 hexadecimal digits that depend on the weights and the statistics.

        Raises:
            MarioGPTError: there is no such checkpoint.
        """
        return self._files.fingerprint()

    def folder(self) -> AbstractContextManager[Path]:
        """The folder of the checkpoint, downloaded if needed; raises `MarioGPTError` if that fails."""
        return self._files.folder()

    @property
    def statistics(self) -> CorpusStatistics:
        """Statistics of the corpus that the checkpoint was trained on; empty if it has none.

        Raises:
            MarioGPTError: the file is damaged.
        """
        with self._lock:
            if self._statistics is None:
                self._statistics = self._files.statistics()
            # A missing file is searched again at the next call: a checkpoint may be written to the folder later.
            return CorpusStatistics.of([]) if self._statistics is None else self._statistics

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self._model is not None

    def model(self) -> LoadedModel:
        """The model, loaded if it is not yet; other threads wait for the same one.

        Raises:
            MarioGPTError: there is no such checkpoint or device, or the checkpoint is damaged.
        """
        with self._lock:
            if self._model is None:
                with span("load the model", source=self.name):
                    self._model = self._load()
            return self._model

    def network(self) -> ColumnGPT2:
        """The network of a column model.

        Raises:
            MarioGPTError: for the reasons of `model`, and if the checkpoint is a MarioGPT.
        """
        model = self.model()
        from mariogpt_mcp.model.models import ColumnModel

        if not isinstance(model, ColumnModel):
            raise MarioGPTError(
                f"The checkpoint {self.name!r} is a MarioGPT, but a column model is needed here, such as 'bundled'."
            )
        return model.network

    def _load(self) -> LoadedModel:
        start = time.monotonic()
        from mariogpt_mcp.model.models import load_model

        try:
            device = choose_device(self.settings.device)
        except MarioGPTError as error:
            raise error_about("MARIOGPT_DEVICE", error) from None
        set_threads(self.settings.threads)
        origin = self._marks()
        with self.folder() as folder:
            model = load_model(folder, self.name, device, self.settings, self.text_encoder)
        self._origin = origin
        log.info("loaded the model %s on %s in %.1f s", self.name, device, time.monotonic() - start)
        return model

    def text_encoder(self) -> TextEncoder:
        """A new text encoder for the prompts of a MarioGPT; raises `MarioGPTError` if it cannot be loaded."""
        from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder

        with self._bart_files.folder() as folder:
            return TextEncoder(folder)
