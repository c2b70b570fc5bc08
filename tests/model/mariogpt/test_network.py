from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from mariogpt_mcp.model.mariogpt.network import Layout
from tests.mariogpt_checkpoints import PUBLISHED, save_bart, save_mariogpt
from tests.model.mariogpt.decoding import (
    decoder,
    push_all,
    random_tiles,
)


def test_bfloat16_gives_nearly_the_same_logits(mariogpt: Path, vectors: Tensor) -> None:
    near = decoder(mariogpt, vectors, 4, layout=Layout(precision=torch.bfloat16))
    exactly = decoder(mariogpt, vectors, 4)
    tiles = random_tiles(4)
    difference = np.abs(push_all(near, tiles) - push_all(exactly, tiles))
    assert 0 < difference.max() < 0.5


@pytest.mark.slow
def test_its_memory_stays_below_a_bound(tmp_path: Path) -> None:
    """With the published shape, BART-base, the default candidates, and a level so long that the window moves."""
    folder = save_mariogpt(tmp_path / "original", PUBLISHED, old=True)
    bart = save_bart(tmp_path / "bart", PUBLISHED["n_embd"], base=True)
    settings = {"MARIOGPT_MODEL": str(folder), "MARIOGPT_BART": str(bart), "MARIOGPT_ROUNDS": "1"}
    code = "from mariogpt_mcp.generation.generator import MarioGPT; MarioGPT().generate('', level_size=742, seed=1)"
    code += "; print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    environment = {**os.environ, **settings, "MARIOGPT_WINDOW": "sliding", "OMP_WAIT_POLICY": "PASSIVE"}
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is read from /proc")
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert int(ran.stdout) * 1024 < 1.5e9
