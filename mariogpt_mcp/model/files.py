"""The files of a checkpoint: their names, their folder, and a fingerprint that distinguishes two checkpoints.

A checkpoint is `bundled`, a folder, or a name on the Hugging Face hub. This module hashes weights but does not load
them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib.resources import as_file, files
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.model.hub import fetch, is_hub_name, progress_line
from mariogpt_mcp.settings import BUNDLED

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"
OLD_WEIGHTS_FILE = "pytorch_model.bin"
"""The format in which MarioGPT's authors published their weights."""

BUNDLED_FOLDER = "checkpoint"
"""The folder of the bundled checkpoint in `resources/`."""

_TEXT_FILES = ("*.json", "*.txt")
_WEIGHTS_FILES = (WEIGHTS_FILE, OLD_WEIGHTS_FILE)


class CheckpointFiles:
    """The files of one checkpoint, downloaded from the hub when they are first needed."""

    def __init__(self, source: str, chosen_by: str, report: Callable[[str], None] = lambda status: None) -> None:
        """Take the source of a checkpoint.

        Args:
            source: `bundled`, a folder, or a name on the hub.
            chosen_by: the variable or option that named the source, for error messages.
            report: called with a line of text as a download proceeds, and with an empty text when it ends.
        """
        self.source, self._chosen_by, self._report = source, chosen_by, report
        self._downloaded: Path | None = None

    @property
    def name(self) -> str:
        """Name for reports: `bundled`, the name on the hub, or the folder's name without its path."""
        return self.source if self._is_named else Path(self.source).expanduser().resolve().name

    @property
    def _is_named(self) -> bool:
        return self.source == BUNDLED or is_hub_name(self.source)

    def folder(self) -> AbstractContextManager[Path]:
        """The folder of the files, which need not exist; files on the hub are downloaded first.

        Raises:
            MarioGPTError: the files cannot be downloaded.
        """
        if self.source == BUNDLED:
            return as_file(files("mariogpt_mcp.resources").joinpath(BUNDLED_FOLDER))
        if not is_hub_name(self.source):
            return nullcontext(Path(self.source).expanduser())
        if self._downloaded is None:
            try:
                self._downloaded = fetch(
                    self.source, _TEXT_FILES, _WEIGHTS_FILES, self._report_progress, self._chosen_by
                )
            finally:
                self._report("")
        return nullcontext(self._downloaded)

    def _report_progress(self, done: int, total: int) -> None:
        self._report(progress_line(self.source, done, total))

    def marks(self) -> tuple[str | int, ...]:
        """Values that change when the checkpoint changes: a folder's path and its files' sizes and times.

        No file is read for them. For `bundled` and for a name on the hub, the name is the only value.
        """
        if self._is_named:
            return (self.source,)
        folder = Path(self.source).expanduser().resolve()
        found = [file for pattern in (*_WEIGHTS_FILES, *_TEXT_FILES) for file in folder.glob(pattern)]
        marks = [mark for file in sorted(found) for mark in (file.name, file.stat().st_size, file.stat().st_mtime_ns)]
        return (str(folder), *marks)

    def fingerprint(self) -> str:
        """The name and 12 hexadecimal digits of a SHA-256 over the weights and the statistics.

        Raises:
            MarioGPTError: there is no such checkpoint.
        """
        with self.folder() as folder:
            weights, statistics = folder / WEIGHTS_FILE, folder / STATISTICS_FILE
            try:
                content = (weights if weights.is_file() else folder / OLD_WEIGHTS_FILE).read_bytes()
            except OSError:
                raise MarioGPTError(f"There is no checkpoint in the folder {self.name!r}.") from None
            content += statistics.read_bytes() if statistics.is_file() else b""
        return f"{self.name.replace('/', '-')}-{hashlib.sha256(content).hexdigest()[:12]}"

    def statistics(self) -> CorpusStatistics | None:
        """Statistics of the corpus that the checkpoint was trained on; `None` if it has none.

        Raises:
            MarioGPTError: the file is damaged.
        """
        with self.folder() as folder:
            path = folder / STATISTICS_FILE
            return CorpusStatistics.load(path) if path.is_file() else None
