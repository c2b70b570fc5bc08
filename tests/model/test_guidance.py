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


def test_a_low_level_stays_low_if_a_pipe_would_begin_in_its_last_columns() -> None:
    """The top of the pipe used to be forbidden there, so that the pipe grew into the high rows."""
    assert Features.of(written((Target(20, high=False),), 4792903, "X")).elevation == "low"


@given(st.integers(0, 2**32 - 1), st.integers(0, 3))
def test_a_low_level_stays_low_when_its_pipes_are_used_up(seed: int, pipes: int) -> None:
    """The last allowed pipe used to grow into the high rows if it began just below them."""
    assert Features.of(written((Target(20, pipes=pipes, high=False),), seed, "[X")).elevation == "low"


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_start_and_end_have_ground_and_gaps_can_be_jumped(seed: int, columns: int) -> None:
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


def test_a_pipe_that_has_begun_is_completed_when_no_pipe_is_left() -> None:
    """One pipe is allowed, and the noise prefers bodies of pipes: the pipe still gets its top."""
    for seed in range(20):
        level = written((Target(10, pipes=1),), seed, "[")
        assert Features.of(level).pipes == 1


def test_each_level_of_a_batch_is_guided_separately() -> None:
    drafts = [Draft((Target(20, enemies=0),), 0), Draft((Target(20),), 0)]
    ids = sample(Noise(len(drafts), 3, "E"), drafts)
    counts = [Features.of(Level.from_ids(one)).enemies for one in ids]
    assert counts[0] == 0
    assert counts[1] > 0
    assert np.asarray(ids).shape[0] == 2


@given(st.integers(0, 4), st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_counts_are_reached_although_the_noise_prefers_sky(pipes: int, enemies: int, seed: int) -> None:
    """The noise adds four nats to the logits of sky and ground."""
    features = Features.of(written((Target(40, pipes, enemies),), seed, "-X"))
    assert features.pipes == pipes
    assert features.enemies == enemies


@given(st.integers(0, 2**32 - 1))
def test_a_window_that_must_be_high_is_high(seed: int) -> None:
    assert Features.of(written((Target(40, high=True),), seed, "-")).elevation == "high"


def test_logits_are_raised_only_behind_the_pace() -> None:
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
    """The only exception is the top of a pipe or a cannon that had to be completed."""
    ids = written((Target(columns),), seed, favour).ids
    solid = IS_SOLID[ids]
    for column in range(columns - min(GROUND_AT_ENDS, columns // 2), columns):
        for row in range(1, solid.shape[1]):
            if solid[column, row] and not solid[column - 1, row]:
                assert SYMBOLS[ids[column, row - 1]] in "[b"


@given(st.integers(0, 2**32 - 1), st.integers(0, 30))
@settings(max_examples=20)
def test_columns_that_existed_before_count_like_written_ones(seed: int, columns: int) -> None:
    targets = (Target(20, pipes=3, enemies=4, high=True), Target(20, pipes=2))
    ids = written(targets, seed, "<E-").ids.astype(np.int64)
    followed, counted = (Guidance([Countdown(targets)]) for _ in range(2))
    for column in ids[:columns]:
        followed.start_column()
        for row, tile in enumerate(column):
            followed.within(np.ones((1, len(SYMBOLS)), dtype=bool), row)
            followed.place(np.array([tile]), row)
        for guidance in (followed, counted):
            guidance.finish_column(column[None])
    for guidance in (followed, counted):
        guidance.start_column()
    everything = np.ones((1, len(SYMBOLS)), dtype=bool)
    for row, tile in enumerate(ids[columns]):
        np.testing.assert_array_equal(followed.within(everything, row), counted.within(everything, row))
        np.testing.assert_array_equal(followed.bias(row), counted.bias(row))
        for guidance in (followed, counted):
            guidance.place(np.array([tile]), row)
