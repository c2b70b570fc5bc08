from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mariogpt_mcp.hooks import Hooks, Stopped
from mariogpt_mcp.level.column_counts import IS_SOLID
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.batch import FixedColumns, Sampling, choose
from mariogpt_mcp.model.column.decoder import CachedDecoder
from mariogpt_mcp.model.conditioning import CONDITION_SIZES, MAX_EDGE_DISTANCE, Conditions, Target
from mariogpt_mcp.model.decoding import Decoder, Draft, Logits, Tiles
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.sampler import RETREATS, STRETCH, sample
from tests.play.ground import ground

V = len(SYMBOLS)


class Noise:
    """A decoder with random logits, plus four nats for the tiles in `favour`; it ignores the tiles so far."""

    def __init__(self, batch: int, seed: int = 0, favour: str = "") -> None:
        self.rng, self.batch = np.random.default_rng(seed), batch
        self.bias = np.array([4.0 if s in favour else 0.0 for s in SYMBOLS])
        self.conditions: list[Conditions] = []
        self.resumed: list[tuple[list[int], int]] = []

    def begin(self, tiles: Tiles, conditions: Conditions) -> None:
        self.conditions += list(conditions.swapaxes(0, 1))

    def start_column(self, conditions: Conditions) -> None:
        self.conditions.append(conditions)

    def logits(self) -> Logits:
        drawn: Logits = (self.rng.normal(size=(self.batch, V)) + self.bias).astype(np.float32)
        return drawn

    def push(self, tiles: Tiles) -> None:
        assert tiles.shape == (self.batch,)

    def resume(self, parents: Sequence[int], columns: int) -> None:
        assert len(parents) == self.batch
        self.resumed.append((list(parents), columns))


def sampled(decoder: Callable[[int], Decoder], drafts: Sequence[Draft], **options: Any) -> Tiles:
    """The levels that `sample` writes with a decoder for as many levels as there are drafts."""
    return sample(decoder(len(drafts)), drafts, **options)


@given(st.integers(0, 2**32 - 1), st.sampled_from(["", "<[", "EB", "bX", "E-"]), st.integers(1, 25))
def test_noise_becomes_valid_levels(seed: int, favour: str, columns: int) -> None:
    ids = sampled(lambda b: Noise(b, seed, favour), [Draft((Target(columns),), i) for i in range(3)])
    for one in ids:
        assert faults(one) == []


def test_targets_of_a_batch_do_not_mix() -> None:
    drafts = [Draft((Target(20, pipes=0, enemies=0),), 1), Draft((Target(20, pipes=6, enemies=2),), 1)]
    ids = sampled(lambda b: Noise(b, 0, "<E"), drafts)
    texts = [Level.from_ids(one).text() for one in ids]
    assert "<" not in texts[0]
    assert "E" not in texts[0]
    assert "<>" in texts[1]


def test_a_level_does_not_depend_on_the_rest_of_its_batch(loader: ModelLoader) -> None:
    drafts = [Draft((Target(12, i),), i) for i in range(4)]

    def start(batch: int) -> CachedDecoder:
        return CachedDecoder(loader.network(), batch)

    together = sampled(start, drafts)
    for i, draft in enumerate(drafts):
        np.testing.assert_array_equal(sampled(start, [draft])[0], together[i])


def test_levels_of_a_batch_are_equally_wide() -> None:
    with pytest.raises(ValueError, match="equally wide"):
        sampled(Noise, [Draft((Target(5),), 0), Draft((Target(6),), 0)])


def test_progress_and_stop() -> None:
    stop, seen = threading.Event(), []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 2:
            stop.set()

    with pytest.raises(Stopped):
        sampled(Noise, [Draft((Target(10),), 0)], hooks=Hooks(progress, stop=stop))
    assert seen == [(1, 10), (2, 10)]


def test_the_countdown_reaches_the_decoder() -> None:
    decoder = Noise(1, 0, "E")
    sampled(lambda b: decoder, [Draft((Target(12, enemies=9), Target(3)), 0)])
    enemies = [int(c[0, 1]) for c in decoder.conditions]
    assert enemies[0] == 10  # the target is nine
    assert enemies[:12] == sorted(enemies[:12], reverse=True)
    assert enemies[11] < 10
    assert enemies[12:] == [0, 0, 0]  # left open
    assert [int(c[0, 4]) for c in decoder.conditions] == [*range(12, 0, -1), 3, 2, 1]


def test_an_open_gap_reaches_the_decoder() -> None:
    decoder = Noise(1, 0, "-")
    decoder.bias *= 3
    ids = sampled(lambda b: decoder, [Draft((Target(12),), 0)])[0]
    place = list(CONDITION_SIZES).index("gap")
    gaps, expected = [int(c[0, place]) for c in decoder.conditions], [1]
    for column in ids[:-1]:
        expected.append(1 if IS_SOLID[column].any() else expected[-1] + 1)
    assert gaps == expected
    assert max(gaps) > 3


logits = st.lists(st.floats(-30, 30), min_size=V, max_size=V)
masks = st.lists(st.booleans(), min_size=V, max_size=V).filter(any)


@given(logits, masks, st.floats(0, 1, exclude_max=True), st.floats(0.1, 2), st.integers(1, V))
def test_only_allowed_tiles_are_chosen(
    scores: list[float], mask: list[bool], chance: float, temperature: float, top_k: int
) -> None:
    row, allowed = np.array([scores], dtype=np.float32), np.array([mask])
    tile = int(choose(row, allowed, np.array([chance]), Sampling(temperature, top_k))[0])
    assert mask[tile]
    likelier = sum(m and s > np.float32(scores[tile]) for s, m in zip(row[0], mask, strict=True))
    assert likelier < top_k


def test_temperature_and_chance_are_those_of_softmax() -> None:
    row = np.array([[1.0, 2.0, 0.5] + [0.0] * (V - 3)], dtype=np.float32)
    allowed = np.array([[True] * 3 + [False] * (V - 3)])
    chances = (np.arange(10_000) + 0.5) / 10_000
    for temperature in (0.1, 1.0, 2.0):
        tiles = choose(np.repeat(row, 10_000, 0), np.repeat(allowed, 10_000, 0), chances, Sampling(temperature, 16))
        weights = np.exp(row[0, :3] / temperature)
        np.testing.assert_allclose(np.bincount(tiles, minlength=3) / 10_000, weights / weights.sum(), atol=1e-3)


def test_ids_have_the_documented_shape() -> None:
    assert sampled(Noise, [Draft((Target(5), Target(6)), i) for i in range(2)]).shape == (2, 11, HEIGHT)


Verdict = npt.NDArray[np.bool_]


def test_passable_is_called_every_stretch_and_at_the_end() -> None:
    calls: list[tuple[tuple[int, ...], int]] = []

    def passable(ids: Tiles, before: int) -> Verdict:
        calls.append((ids.shape, before))
        return np.ones(len(ids), dtype=bool)

    sampled(Noise, [Draft((Target(2 * STRETCH + 3),), i) for i in range(2)], passable=passable)
    assert calls == [
        ((2, STRETCH, HEIGHT), 0),
        ((2, 2 * STRETCH, HEIGHT), STRETCH),
        ((2, 2 * STRETCH + 3, HEIGHT), 2 * STRETCH),
    ]


def test_checks_change_nothing_if_all_levels_can_be_passed() -> None:
    drafts = [Draft((Target(25),), i) for i in range(3)]
    checked = sampled(Noise, drafts, passable=lambda ids, _: np.ones(len(ids), dtype=bool))
    np.testing.assert_array_equal(checked, sampled(Noise, drafts))


def test_levels_that_cannot_be_passed_continue_as_copies_of_levels_that_can() -> None:
    decoder = Noise(4)
    seen: list[Tiles] = []

    def passable(ids: Tiles, before: int) -> Verdict:
        seen.append(ids.copy())
        return np.array([False, True, False, True]) if before == 0 else np.ones(4, dtype=bool)

    drafts = [Draft((Target(25),), i) for i in range(4)]
    ids = sampled(lambda b: decoder, drafts, passable=passable)
    assert decoder.resumed == [([1, 1, 3, 3], STRETCH)]
    np.testing.assert_array_equal(ids[:, :STRETCH], seen[0][[1, 1, 3, 3]])
    for copied, original in ((0, 1), (2, 3)):
        assert (ids[copied, STRETCH:] != ids[original, STRETCH:]).any()
    np.testing.assert_array_equal(ids[[1, 3]], sampled(Noise, drafts)[[1, 3]])


def test_copies_have_the_targets_of_the_level_that_was_copied() -> None:
    drafts = [Draft((Target(30, enemies=0),), 0), Draft((Target(30, enemies=5),), 1)]
    ids = sampled(lambda b: Noise(b, 0, "E"), drafts, passable=lambda ids, before: np.array([before > 0, True]))
    assert [Level.from_ids(one).text().count("E") for one in ids] == [5, 5]


def test_if_no_level_can_be_passed_the_batch_goes_back_a_few_times_and_is_completed() -> None:
    decoder = Noise(2)
    calls: list[int] = []

    def passable(ids: Tiles, before: int) -> Verdict:
        calls.append(before)
        return np.full(2, ids.shape[1] <= 2 * STRETCH)

    drafts = [Draft((Target(40),), i) for i in range(2)]
    ids = sampled(lambda b: decoder, drafts, passable=passable)
    back = [columns for _, columns in decoder.resumed]
    assert back[0] == 2 * STRETCH
    assert set(back) == {0, STRETCH, 2 * STRETCH}
    assert RETREATS <= len(back) <= RETREATS + 1
    assert ids.shape == (2, 40, HEIGHT)
    assert [faults(one) for one in ids] == [[], []]


def test_rewritten_columns_are_different() -> None:
    tries: list[bytes] = []

    def passable(ids: Tiles, _: int) -> Verdict:
        tries.append(ids.tobytes())
        return np.zeros(1, dtype=bool)

    sampled(Noise, [Draft((Target(STRETCH),), 0)], passable=passable)
    assert len(set(tries)) == len(tries) >= RETREATS


def picky(ids: Tiles, before: int) -> Verdict:
    """Passes some levels and not others, depending on their tiles."""
    verdict: Verdict = ids[:, before:].sum((1, 2)) % 3 > 0
    return verdict


@given(st.integers(0, 2**32 - 1), st.integers(1, 45), st.integers(1, 4))
@settings(max_examples=15)
def test_the_same_seeds_write_the_same_levels_whatever_cannot_be_passed(seed: int, columns: int, batch: int) -> None:
    drafts = [Draft((Target(columns),), (seed, i)) for i in range(batch)]
    first, second = (sampled(lambda b: Noise(b, seed), drafts, passable=picky) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@given(st.integers(0, 2**32 - 1), st.integers(1, 45), st.integers(1, 3), st.sampled_from(["", "<[", "EB", "E-"]))
@settings(max_examples=25)
def test_levels_are_valid_whatever_cannot_be_passed_and_progress_never_falls(
    seed: int, columns: int, batch: int, favour: str
) -> None:
    rng, seen = np.random.default_rng(seed), []

    def passable(ids: Tiles, before: int) -> Verdict:
        verdict: Verdict = rng.random(len(ids)) < 0.5
        return verdict

    ids = sampled(
        lambda b: Noise(b, seed, favour),
        [Draft((Target(columns),), i) for i in range(batch)],
        passable=passable,
        hooks=Hooks(lambda done, total: seen.append((done, total))),
    )
    assert ids.shape == (batch, columns, HEIGHT)
    for one in ids:
        assert faults(one) == []
    assert seen == sorted(seen)
    assert {done for done, _ in seen} == set(range(1, columns + 1))
    assert {total for _, total in seen} == {columns}


def test_the_stop_flag_works_when_no_level_can_be_passed() -> None:
    stop = threading.Event()

    def passable(ids: Tiles, _: int) -> Verdict:
        stop.set()
        return np.zeros(len(ids), dtype=bool)

    with pytest.raises(Stopped):
        sampled(Noise, [Draft((Target(30),), 0)], passable=passable, hooks=Hooks(stop=stop))


def test_fixed_columns_stay_and_are_counted() -> None:
    """Three windows of ten columns: the first and the last are fixed, with enemies; the middle one is written."""
    before, after = (ground([1] * 10, {(c, 1): "E" for c in places}).ids for places in ((8, 9), (0, 1, 2)))
    targets = (Target(10, enemies=2), Target(10, enemies=3), Target(10, enemies=3))
    decoder, reported, calls = Noise(2, 0, "E"), [], []

    def passable(ids: Tiles, checked: int) -> Verdict:
        calls.append((ids.shape[1], checked))
        return np.ones(len(ids), dtype=bool)

    ids = sampled(
        lambda b: decoder,
        [Draft(targets, i) for i in range(2)],
        fixed=FixedColumns(before, after),
        passable=passable,
        hooks=Hooks(lambda done, total: reported.append((done, total))),
    )
    assert ids.shape == (2, 30, HEIGHT)
    for one in ids:
        np.testing.assert_array_equal(one[:10], before)
        np.testing.assert_array_equal(one[20:], after)
        assert Level.from_ids(one[10:20]).text().count("E") == 3
    assert reported == [(done, 10) for done in range(1, 11)]
    assert calls == [(30, 10)]
    place = list(CONDITION_SIZES).index("to_end")
    assert [int(c[0, place]) for c in decoder.conditions] == [1 + min(29 - i, MAX_EDGE_DISTANCE) for i in range(20)]


def test_a_batch_never_goes_back_into_fixed_columns() -> None:
    decoder = Noise(2)
    drafts = [Draft((Target(12), Target(20)), i) for i in range(2)]
    sampled(
        lambda b: decoder,
        drafts,
        fixed=FixedColumns(before=ground([1] * 12).ids),
        passable=lambda ids, _: np.zeros(2, dtype=bool),
    )
    assert {columns for _, columns in decoder.resumed} == {12}
    assert len(decoder.resumed) == RETREATS + 1


def test_a_gap_in_fixed_columns_does_not_get_wider() -> None:
    for seed in range(20):
        [ids] = sampled(
            lambda b: Noise(b, 0, "-"),
            [Draft((Target(9), Target(9)), seed)],
            fixed=FixedColumns(after=ground([0] * 4 + [1] * 5).ids),
        )
        assert IS_SOLID[ids[8, 0]]
