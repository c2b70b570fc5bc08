"""uv as somebody has it who has nothing else: with a cache, a home and a working folder that are empty."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.conftest import ROOT

BIN = Path(sys.executable).parent
CONSTRAINTS = ROOT / "constraints.txt"

_OURS = ("VIRTUAL_ENV", "PYTHON", "MARIOGPT_", "UV_", "XDG_")


class Newcomer:
    """A user's folders, and the environment in which uv and what it installs see nothing else."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        """Make the folders; `wheels` is one more place for uv to look for packages."""
        self.home, self.cache, self.here = (folder / name for name in ("home", "cache", "here"))
        for made in (self.home, self.cache, self.here):
            made.mkdir(parents=True)
        # What a machine needs to reach a package index at all stays: proxies, certificates, other indexes.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        indexes = {name: value for name, value in os.environ.items() if "INDEX" in name and name.startswith("UV_")}
        self.environment = {
            **kept,
            **indexes,
            "PATH": os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if part != str(BIN)),
            "HOME": str(self.home),
            "UV_CACHE_DIR": str(self.cache),
            "UV_FIND_LINKS": str(wheels),
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
        }
