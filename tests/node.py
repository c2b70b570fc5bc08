"""Programs of npm packages, with the Node.js that is installed among them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

MODULES = Path(sys.prefix) / "node" / "node_modules"
NODE = MODULES / "node" / "bin" / "node"


def run_node(
    script: Path, *arguments: str, environment: Mapping[str, str], stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a script to its end; its exit status is the caller's to judge."""
    return subprocess.run(
        [str(NODE), str(script), *arguments],
        env={**environment, "NODE_PATH": str(MODULES)},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
