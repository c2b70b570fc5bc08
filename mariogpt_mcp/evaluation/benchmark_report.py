"""The result of a benchmark as a Markdown table, and as JSON with everything that was measured."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from mariogpt_mcp.evaluation.benchmark import SEED, CacheFigures, LevelFigures, ServerFigures
from mariogpt_mcp.evaluation.table import markdown_table, save_figures


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """What a benchmark measured, and with which model.

    Attributes:
        model: fingerprint of the weights.
        threads: CPU threads of the model.
        caches: `None` if decoding without caches was not timed.
    """

    model: str
    threads: int
    server: ServerFigures
    levels: LevelFigures
    caches: CacheFigures | None

    def markdown(self) -> str:
        """A row for each figure."""
        rows = self.server.rows() + self.levels.rows() + (self.caches.rows() if self.caches else [])
        return markdown_table(["figure", "measured"], rows)

    def save(self, folder: Path) -> tuple[Path, Path]:
        """Write `benchmark.md` and `benchmark.json`; returns their paths.

        Raises:
            MarioGPTError: they cannot be written.
        """
        settings = {
            "model": self.model,
            "levels": len(self.levels.seconds),
            "starts": len(self.server.listed),
            "first_seed": SEED,
            "threads": self.threads,
            "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        }
        data = {
            "settings": settings,
            "server": asdict(self.server),
            "levels": asdict(self.levels),
            "caches": asdict(self.caches) if self.caches else None,
        }
        return save_figures("benchmark", self.markdown(), data, folder)
