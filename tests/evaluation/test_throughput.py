from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.baseline import MARIOGPT_SHAPE, BaselineShape, random_gpt2
from mariogpt_mcp.evaluation.throughput import TILES, LoopComparison
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.context_window import exact, sliding
from mariogpt_mcp.model.mariogpt.tokenizer import read_tokens
from mariogpt_mcp.settings import ModelSettings
from tests import mariogpt_checkpoints
from tests.mariogpt_checkpoints import save_bart, save_mariogpt

TINY = BaselineShape(1, 16, 2, 20, prompted=True)


@pytest.fixture(scope="module")
def comparison() -> LoopComparison:
    return LoopComparison.random(TINY)


def test_both_compute_the_same(comparison: LoopComparison) -> None:
    seconds, theirs = comparison.loop(100)
    assert seconds > 0
    assert list(theirs) == list(range(1, TILES, 100))
    for pack in (True, False):
        assert comparison.difference(comparison.network(pack=pack), theirs) < 1e-5


@pytest.mark.slow
def test_other_windows_and_precisions_shift_probabilities(comparison: LoopComparison) -> None:
    one = comparison.network()
    assert comparison.shift(one, one, exact).worst == 0
    rounded = comparison.network(precision=torch.bfloat16)
    shifts = comparison.shift(one, one, sliding), comparison.shift(one, rounded, exact)
    for shift in shifts:
        assert 0 < shift.mean < shift.worst < 1


def test_levels_are_written(comparison: LoopComparison) -> None:
    assert comparison.write(comparison.network(), sliding, 2) > 0


@pytest.mark.slow
def test_a_checkpoints_weights_are_compared_over_a_level_that_they_write(tmp_path: Path) -> None:
    folder = save_mariogpt(tmp_path / "original", mariogpt_checkpoints.TINY)
    bart = save_bart(tmp_path / "bart", mariogpt_checkpoints.TINY["n_embd"])
    loader = ModelLoader(ModelSettings(str(folder), "cpu", bart=str(bart)))
    comparison = LoopComparison.of(loader)
    tokens = read_tokens(folder)
    assert set(comparison.level[0].tolist()) <= {*tokens.tiles.tolist(), tokens.path}
    _, theirs = comparison.loop(200)
    assert comparison.difference(comparison.network(), theirs) < 1e-4


def test_a_checkpoint_of_another_kind_is_refused(tiny_checkpoint: Path) -> None:
    with pytest.raises(MarioGPTError, match="is not a MarioGPT; choose a MarioGPT, or choose bundled"):
        LoopComparison.of(ModelLoader(ModelSettings(str(tiny_checkpoint), "cpu")))


@pytest.mark.slow
def test_a_plain_cache_is_timed(comparison: LoopComparison) -> None:
    assert comparison.plain_cache() > 0


def test_the_published_shape_has_the_published_size() -> None:
    """397 MB, which include a mask of 1,024 times 1,024 bytes in each attention layer."""
    with torch.device("meta"):
        parameters = random_gpt2(MARIOGPT_SHAPE).num_parameters()
    assert round((4 * parameters + 12 * 1024 * 1024) / 1e6) == 397
