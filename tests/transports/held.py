"""The real command line with a model that is loaded only after FILE exists.

`python -m tests.transports.held FILE http` serves over HTTP, without `http` over stdio.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from mariogpt_mcp.cli import main
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.models import LoadedModel

load = ModelLoader._load
file = Path(sys.argv[1])


def held(host: ModelLoader) -> LoadedModel:
    file.with_name("requested").touch()
    while not file.exists():
        time.sleep(0.01)
    return load(host)


if __name__ == "__main__":
    setattr(ModelLoader, load.__name__, held)
    main(sys.argv[2:])
