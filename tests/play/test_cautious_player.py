from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.play.cautious_player import MARGIN, CautiousPlayer, is_comfortable
from mariogpt_mcp.play.certificate import Beaten
from mariogpt_mcp.play.solver import QUICK, solve
from tests.play.ground import ground, pit, rolling, tunnel, wall


def passes(level: Level) -> bool:
    (passable,) = CautiousPlayer().passable(level.ids[None], 0)
    return bool(passable)


@pytest.mark.parametrize("level", [ground([1] * 30), pit(6), wall(4), tunnel(2)])
def test_levels_well_inside_the_limits_are_passable_and_comfortable(level: Level) -> None:
    assert passes(level)
    assert is_comfortable(level.ids)


@pytest.mark.parametrize("level", [pit(10), wall(5), tunnel(1), ground([0] + [1] * 20), ground([1] * 9 + [14] * 9)])
def test_other_levels_are_neither(level: Level) -> None:
    assert not passes(level)
    assert not is_comfortable(level.ids)


def test_a_pit_that_mario_barely_crosses_is_not_passable() -> None:
    assert isinstance(solve(pit(10).ids, QUICK), Beaten)
    assert not passes(pit(10))


def test_the_player_does_not_walk_over_the_ceiling() -> None:
    over = ground([10] * 5 + [HEIGHT] * 10 + [10] * 5)
    assert isinstance(solve(over.ids, QUICK), Beaten)
    assert not passes(over)
    assert not is_comfortable(over.ids)


def test_the_player_meets_no_enemies() -> None:
    level = ground([1] * 30, {(0, 1): "E", (9, 1): "E", (20, 1): "B"})
    assert not isinstance(solve(level.ids, QUICK), Beaten)
    assert passes(level)


def test_the_last_columns_of_an_unfinished_level_need_not_be_reached() -> None:
    assert passes(ground([1] * 20 + [14] * MARGIN))
    assert not passes(ground([1] * 20 + [14] * (MARGIN + 2)))


def test_each_level_of_a_batch_is_judged_separately() -> None:
    batch = [ground([1] * 30), ground([1] * 9 + [14] * 21), ground([1] * 12 + [0] * 6 + [1] * 12), ground([0] * 30)]
    passable = CautiousPlayer().passable(np.stack([level.ids for level in batch]), 0)
    assert passable.tolist() == [True, False, True, False]


@given(rolling(columns=(30, 40), highest=3))
@settings(max_examples=20)
def test_a_level_that_was_passable_in_stretches_is_beaten(level: Level) -> None:
    player, before = CautiousPlayer(), 0
    for columns in (10, 20, 30):
        if not player.passable(level.ids[None, :columns], before)[0]:
            return
        before = columns
    peaceful = Level(tuple(row.replace("E", "-") for row in level.rows))
    assert isinstance(solve(peaceful[: 30 - MARGIN].ids, QUICK), Beaten)


def test_a_player_that_did_not_follow_a_level_starts_at_its_first_column() -> None:
    level = ground([1] * 12 + [0] * 5 + [1] * 20)
    assert CautiousPlayer().passable(level.ids[None], 20)[0]


def test_copies_are_followed_from_where_their_source_was() -> None:
    player, level = CautiousPlayer(), ground([1] * 40)
    assert player.passable(np.stack([level.ids[:10], ground([1, 1, *[14] * 8]).ids]), 0).tolist() == [True, False]
    both = np.stack([level.ids[:20], ground([1] * 14 + [2] * 6).ids])
    assert player.passable(both, 10).tolist() == [True, True]


def test_the_same_level_is_judged_the_same() -> None:
    for level in (pit(6), pit(7), pit(8), wall(4)):
        assert len({(passes(level), is_comfortable(level.ids)) for _ in range(3)}) == 1


def test_a_route_that_leads_far_back_is_not_comfortable() -> None:
    """The route over the wall starts at bricks 16 columns before it, which lead up to a bridge."""
    steps = {(c, 4): "S" for c in range(6, 9)} | {(c, 8): "S" for c in range(9, 30)}
    level = ground([1] * 30 + [8] * 3 + [1] * 10, steps)
    assert isinstance(solve(level.ids, QUICK), Beaten)
    assert not is_comfortable(level.ids)
