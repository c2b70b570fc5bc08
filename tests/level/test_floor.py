from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.floor import lowest_floor
from mariogpt_mcp.level.grid import Level
from tests.conftest import levels


@pytest.mark.parametrize(
    ("column", "row"),
    [("-" * 14, None), ("X" * 14, 0), ("X" + "-" * 13, 13), ("XXX" + "-" * 11, 11), ("--X-" + "X" * 10, 11)],
)
def test_the_lowest_floor_is_the_lowest_tile_with_room_above(column: str, row: int | None) -> None:
    assert lowest_floor(np.array([symbol == "X" for symbol in column])) == row


@given(levels)
def test_the_lowest_floor_is_solid_below_room(level: Level) -> None:
    solid = IS_SOLID[level.ids[0]][::-1]
    row = lowest_floor(solid[::-1])
    if row is None:
        assert not solid.any()
    else:
        assert solid[row]
        assert row == 0 or not solid[row - 1]
