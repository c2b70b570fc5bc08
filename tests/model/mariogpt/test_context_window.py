from __future__ import annotations

import pytest

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.model.mariogpt.context_window import exact, sliding


@pytest.mark.parametrize("tiles", [1, 13, 14, 671, 672, 673, 685, 686, 700, 1399])
def test_the_exact_window_is_that_of_mariogpts_sampler(tiles: int) -> None:
    expected = 0 if tiles <= 672 else tiles - (672 + tiles % 14)
    assert exact(tiles // HEIGHT) * HEIGHT == expected


def test_the_sliding_window_fits_the_context_and_moves_rarely() -> None:
    firsts = [sliding(column) for column in range(400)]
    seen = [column + 1 - first for column, first in enumerate(firsts)]
    assert max(seen) * HEIGHT == 700
    assert min(seen[50:]) == 37
    assert len(set(firsts)) == 1 + -(-350 // 14)
    assert firsts == sorted(firsts)
