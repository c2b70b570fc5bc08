from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook
from transformers import GPT2LMHeadModel

from mariogpt_mcp.evaluation import baseline
from mariogpt_mcp.evaluation.baseline import COLUMNS, MARIOGPT_SHAPE, BaselineShape, loop_seconds


@pytest.fixture
def windows() -> Iterator[list[int]]:
    """The number of tiles in each call of a GPT-2, in order."""
    lengths: list[int] = []

    def note(module: nn.Module, arguments: tuple[Any, ...]) -> None:
        if isinstance(module, GPT2LMHeadModel):
            tiles = arguments[0]
            assert isinstance(tiles, Tensor)
            lengths.append(tiles.shape[1])

    handle = register_module_forward_pre_hook(note)
    yield lengths
    handle.remove()


@pytest.mark.parametrize(
    ("prompted", "columns"),
    [(True, 55), *(pytest.param(prompted, COLUMNS, marks=pytest.mark.slow) for prompted in (True, False))],
)
def test_the_loop_runs_the_full_window_for_each_tile(
    windows: list[int], monkeypatch: pytest.MonkeyPatch, prompted: bool, columns: int
) -> None:
    monkeypatch.setattr(baseline, "COLUMNS", columns)
    seconds = loop_seconds(BaselineShape(1, 8, 1, 13, prompted))
    assert seconds > 0
    assert len(windows) == columns * 14 - 1  # it starts from one tile
    # MarioGPT's windows: all tiles up to 672, then the last 672 and the tiles of the unfinished column.
    assert windows == [n if n <= 672 else 672 + n % 14 for n in range(1, columns * 14)]


def test_mariogpts_shape_is_distilgpt2_with_a_prompt() -> None:
    assert (MARIOGPT_SHAPE.layers, MARIOGPT_SHAPE.width, MARIOGPT_SHAPE.heads) == (6, 768, 12)
    assert MARIOGPT_SHAPE.prompted
