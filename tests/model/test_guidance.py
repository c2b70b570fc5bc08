from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.conditioning import Countdown, Target
from mariogpt_mcp.model.decoding import Draft
from mariogpt_mcp.model.guidance import CALM_COLUMNS, GROUND_AT_ENDS, WIDEST_GAP, Guidance
from mariogpt_mcp.model.sampler import sample
from tests.model.test_sampler import Noise


def written(targets: tuple[Target, ...], seed: int, favour: str) -> Level:
    return Level.from_ids(sample(Noise(1, seed, favour), [Draft(targets, seed)])[0])


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 2**32 - 1))
def test_counts_are_never_overshot(pipes: int, enemies: int, seed: int) -> None:
    targets = (Target(15, pipes, enemies), Target(15, pipes, enemies))
    features = Features.of(written(targets, seed, "<[EBb"))
    assert features.pipes <= 2 * pipes
    assert features.enemies <= 2 * enemies


@given(st.integers(0, 2**32 - 1), st.sampled_from(["X", "<[", ""]))
def test_a_low_level_stays_low(seed: int, favour: str) -> None:
    assert Features.of(written((Target(20, high=False),), seed, favour)).elevation == "low"


def test_a_low_level_stays_low_where_a_pipe_would_begin_on_its_last_columns() -> None:
    """Its top was refused there, so that it grew into the high rows."""
    assert Features.of(written((Target(20, high=False),), 4792903, "X")).elevation == "low"


@given(st.integers(0, 2**32 - 1), st.integers(0, 3))
def test_a_low_level_stays_low_when_its_pipes_are_used_up(seed: int, pipes: int) -> None:
    """The last pipe allowed, begun just below the high rows, used to grow into them."""
    assert Features.of(written((Target(20, pipes=pipes, high=False),), seed, "[X")).elevation == "low"


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_start_and_end_can_be_stood_on_and_gaps_be_jumped(seed: int, columns: int) -> None:
    level = written((Target(columns),), seed, "-")
    edge = min(GROUND_AT_ENDS, columns // 2)
    floor = level.rows[-1]
    # A pipe that stands on the lowest row is as good as ground.
    assert all(tile in "X<>[]" for tile in floor[:edge] + floor[len(floor) - edge :])
    assert Features.of(level).widest_gap <= WIDEST_GAP


@given(st.integers(0, 2**32 - 1))
def test_the_first_columns_have_no_enemy(seed: int) -> None:
    level = written((Target(40),), seed, "EBb")
    assert not set("EBb") & set("".join(row[:CALM_COLUMNS] for row in level.rows))
    assert set("EB") & set(level.text())


def test_a_pipe_once_begun_is_finished_even_over_the_budget() -> None:
    """One pipe allowed, and a writer who wants nothing but bodies: it still gets its top."""
    for seed in range(20):
        level = written((Target(10, pipes=1),), seed, "[")
        assert Features.of(level).pipes == 1


def test_batches_are_guided_each_by_itself() -> None:
    drafts = [Draft((Target(20, enemies=0),), 0), Draft((Target(20),), 0)]
    ids = sample(Noise(len(drafts), 3, "E"), drafts)
    counts = [Features.of(Level.from_ids(one)).enemies for one in ids]
    assert counts[0] == 0
    assert counts[1] > 0
    assert np.asarray(ids).shape[0] == 2


@given(st.integers(0, 4), st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_counts_are_reached_by_a_writer_who_would_rather_write_sky(pipes: int, enemies: int, seed: int) -> None:
    """The noise prefers sky and ground by four nats over everything else."""
    features = Features.of(written((Target(40, pipes, enemies),), seed, "-X"))
    assert features.pipes == pipes
    assert features.enemies == enemies


@given(st.integers(0, 2**32 - 1))
def test_a_window_that_is_to_be_high_gets_high(seed: int) -> None:
    assert Features.of(written((Target(40, high=True),), seed, "-")).elevation == "high"


def test_what_is_on_pace_is_not_pushed() -> None:
    countdown = Countdown([Target(10, pipes=2, enemies=None, high=False)])
    guidance = Guidance([countdown])
    sky = np.zeros((1, 14), dtype=np.int64)
    guidance.start_column()
    assert not guidance.bias(0).any()
    for _ in range(6):
        guidance.finish_column(sky)
        guidance.start_column()
    bias = guidance.bias(0)[0]
    assert bias[SYMBOLS.index("<")] == bias[SYMBOLS.index("[")] > 2
    assert bias[SYMBOLS.index("E")] == bias[SYMBOLS.index("X")] == 0


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.sampled_from(["X", "<[", "Bb", "S?"]))
def test_the_last_columns_have_nothing_new_to_climb(seed: int, columns: int, favour: str) -> None:
    """But for the top of what had to be finished: a pipe, a cannon."""
    ids = written((Target(columns),), seed, favour).ids
    solid = IS_SOLID[ids]
    for column in range(columns - min(GROUND_AT_ENDS, columns // 2), columns):
        for row in range(1, solid.shape[1]):
            if solid[column, row] and not solid[column - 1, row]:
                assert SYMBOLS[ids[column, row - 1]] in "[b"


@given(st.integers(0, 2**32 - 1), st.integers(0, 30))
@settings(max_examples=20)
def test_columns_written_before_count_as_if_they_were_written_now(seed: int, columns: int) -> None:
    targets = (Target(20, pipes=3, enemies=4, high=True), Target(20, pipes=2))
    ids = written(targets, seed, "<E-").ids.astype(np.int64)
    followed, told = (Guidance([Countdown(targets)]) for _ in range(2))
    for column in ids[:columns]:
        followed.start_column()
        for row, tile in enumerate(column):
            followed.within(np.ones((1, len(SYMBOLS)), dtype=bool), row)
            followed.place(np.array([tile]), row)
        for guidance in (followed, told):
            guidance.finish_column(column[None])
    for guidance in (followed, told):
        guidance.start_column()
    everything = np.ones((1, len(SYMBOLS)), dtype=bool)
    for row, tile in enumerate(ids[columns]):
        np.testing.assert_array_equal(followed.within(everything, row), told.within(everything, row))
        np.testing.assert_array_equal(followed.bias(row), told.bias(row))
        for guidance in (followed, told):
            guidance.place(np.array([tile]), row)
