from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.model.column.network import DIRECT_CONDITIONS, DIRECT_GAIN, LEFT_COLUMNS, ColumnGPT2, NetworkConfig
from mariogpt_mcp.model.conditioning import CONDITION_SIZES
from mariogpt_mcp.model.loader import ModelLoader

ROUTES = ("condition_in", "condition_near", "condition_out")
"""The three routes from a condition to the logits: the outer GPT-2, the inner one, and directly."""

COLUMNS = 6


@pytest.fixture
def network(loader: ModelLoader) -> ColumnGPT2:
    """A copy of the tiny network, to be changed."""
    return copy.deepcopy(loader.network())


def only(network: ColumnGPT2, *kept: str) -> ColumnGPT2:
    """The same network with zero weights on the other routes."""
    for route in ROUTES:
        for table in getattr(network, route):
            (torch.nn.init.normal_ if route in kept else torch.nn.init.zeros_)(table.weight)
    return network


def inputs() -> tuple[Tensor, Tensor]:
    """A level's columns and its conditions, all of them 1."""
    ids = torch.randint(0, 13, (1, COLUMNS, HEIGHT), generator=torch.Generator().manual_seed(0))
    return ids, torch.ones(1, COLUMNS, len(CONDITION_SIZES), dtype=torch.long)


@torch.inference_mode()
def logits(network: ColumnGPT2, ids: Tensor, conditions: Tensor) -> Tensor:
    before = torch.zeros(1, LEFT_COLUMNS, HEIGHT, dtype=torch.long)
    found: Tensor = network(ids, before, conditions, True)
    return found


def changed(network: ColumnGPT2, column: int, index: int) -> list[bool]:
    """Which columns' logits change with one condition of one column."""
    ids, conditions = inputs()
    before = logits(network, ids, conditions)
    conditions[0, column, index] = 2
    return [not torch.equal(a, b) for a, b in zip(before[0], logits(network, ids, conditions)[0], strict=True)]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("index", range(len(CONDITION_SIZES)), ids=list(CONDITION_SIZES))
def test_each_condition_changes_logits_on_each_route(network: ColumnGPT2, route: str, index: int) -> None:
    reached = changed(only(network, route), 2, index)
    direct = route != "condition_out" or list(CONDITION_SIZES)[index] in DIRECT_CONDITIONS
    assert reached[:3] == [False, False, direct]  # its own column, and none before
    # Only the outer GPT-2 passes it on to the following columns.
    assert reached[3:] == [route == "condition_in"] * (COLUMNS - 3)


def test_conditions_change_nothing_without_any_route(network: ColumnGPT2) -> None:
    assert changed(only(network), 2, 0) == [False] * COLUMNS


def test_direct_logits_are_read_from_a_table_by_row(network: ColumnGPT2) -> None:
    only(network, "condition_out")
    ids, conditions = inputs()
    before = logits(network, ids, conditions)
    conditions[0, 2, list(CONDITION_SIZES).index("elevation")] = 2
    table = network.condition_out[DIRECT_CONDITIONS.index("elevation")]
    assert isinstance(table, nn.Embedding)
    expected = DIRECT_GAIN * (table.weight[2] - table.weight[1]).detach().reshape(HEIGHT, -1)
    found = (logits(network, ids, conditions) - before)[0, 2]
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_an_untrained_network_has_no_direct_logits() -> None:
    network = ColumnGPT2(NetworkConfig(8, 1, 16, 2, 1, 16, 2))
    assert not network.direct_logits(inputs()[1]).any()


def test_the_logits_of_a_tile_depend_only_on_previous_tiles(network: ColumnGPT2) -> None:
    """The logits of a tile do not change with it, nor with any tile above it or to its right."""
    ids, conditions = inputs()
    before = logits(network.eval(), ids, conditions)
    column, row = 3, 5
    ids[0, column, row] = (ids[0, column, row] + 1) % 13
    after = logits(network, ids, conditions)
    torch.testing.assert_close(after[0, :column], before[0, :column])
    torch.testing.assert_close(after[0, column, : row + 1], before[0, column, : row + 1])
    assert not torch.equal(after[0, column, row + 1 :], before[0, column, row + 1 :])


def test_the_inner_gpt2_sees_the_tiles_of_the_nearest_columns(network: ColumnGPT2) -> None:
    """Without the outer GPT-2, a tile changes the logits of its column and the three after it."""
    torch.nn.init.zeros_(network.bridge.weight)
    ids, conditions = inputs()
    before = logits(network, ids, conditions)
    column, row = 1, 5
    ids[0, column, row] = (ids[0, column, row] + 1) % 13
    changed = (logits(network, ids, conditions) != before).any(-1)[0]
    lowest = [int(rows.nonzero()[0]) if rows.any() else None for rows in changed]
    # A row also sees the tile above its own in the nearest column.
    expected = [None, row + 1, row - 1, *[row] * (LEFT_COLUMNS - 1), *[None] * COLUMNS]
    assert lowest == expected[:COLUMNS]


def test_columns_before_the_first_reach_the_columns_that_are_near(network: ColumnGPT2) -> None:
    torch.nn.init.zeros_(network.bridge.weight)
    ids, conditions = inputs()
    none = torch.zeros(1, LEFT_COLUMNS, HEIGHT, dtype=torch.long)
    with torch.inference_mode():
        expected = network(ids, none, conditions, False)
        for i in range(LEFT_COLUMNS):
            before = none.clone()
            before[0, i] = 1
            reached = (network(ids, before, conditions, False) != expected).flatten(2).any(-1)[0]
            assert reached.tolist() == [column <= i for column in range(COLUMNS)]
