from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.baseline import ORIGINAL, Shape, flat_gpt2
from mariogpt_mcp.evaluation.throughput import TILES, Rivals
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.context_window import exact, sliding
from mariogpt_mcp.model.mariogpt.tokenizer import read_tokens
from mariogpt_mcp.settings import ModelSettings
from tests import originals
from tests.originals import save_bart, save_original

TINY = Shape(1, 16, 2, 20, prompted=True)


@pytest.fixture(scope="module")
def rivals() -> Rivals:
    return Rivals.random(TINY)


def test_both_compute_the_same(rivals: Rivals) -> None:
    seconds, theirs = rivals.loop(100)
    assert seconds > 0
    assert list(theirs) == list(range(1, TILES, 100))
    for pack in (True, False):
        assert rivals.difference(rivals.network(pack=pack), theirs) < 1e-5


@pytest.mark.slow
def test_other_windows_and_precisions_stray(rivals: Rivals) -> None:
    one = rivals.network()
    assert rivals.stray(one, one, exact).worst == 0
    slid, rounded = rivals.stray(one, one, sliding), rivals.stray(one, rivals.network(precision=torch.bfloat16), exact)
    for stray in (slid, rounded):
        assert 0 < stray.mean < stray.worst < 1


def test_levels_are_written(rivals: Rivals) -> None:
    assert rivals.write(rivals.network(), sliding, 2) > 0


@pytest.mark.slow
def test_a_checkpoints_weights_are_compared_over_a_level_they_write(tmp_path: Path) -> None:
    folder = save_original(tmp_path / "original", originals.TINY)
    bart = save_bart(tmp_path / "bart", originals.TINY["n_embd"])
    loader = ModelLoader(ModelSettings(str(folder), "cpu", bart=str(bart)))
    rivals = Rivals.of(loader)
    tokens = read_tokens(folder)
    assert set(rivals.level[0].tolist()) <= {*tokens.tiles.tolist(), tokens.path}
    _, theirs = rivals.loop(200)
    assert rivals.difference(rivals.network(), theirs) < 1e-4


def test_a_checkpoint_of_another_kind_is_refused(tiny_checkpoint: Path) -> None:
    with pytest.raises(MarioGPTError, match="is not of the original's kind; give --model bundled"):
        Rivals.of(ModelLoader(ModelSettings(str(tiny_checkpoint), "cpu")))


@pytest.mark.slow
def test_a_plain_cache_is_timed(rivals: Rivals) -> None:
    assert rivals.plain_cache() > 0


def test_the_published_shape_has_the_published_size() -> None:
    """397 MB, with a mask of 1,024 times 1,024 bytes in each attention."""
    with torch.device("meta"):
        parameters = flat_gpt2(ORIGINAL).num_parameters()
    assert round((4 * parameters + 12 * 1024 * 1024) / 1e6) == 397
