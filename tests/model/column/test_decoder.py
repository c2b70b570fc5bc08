from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from mariogpt_mcp.model.column.decoder import CachedDecoder, UncachedDecoder, visible_columns
from mariogpt_mcp.model.conditioning import CONDITION_SIZES, Target
from mariogpt_mcp.model.decoding import Draft, Logits, Tiles
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.sampler import sample

DRAFTS = [
    Draft((Target(15, pipes, 3, 30, True, "athletic", natural=False), Target(15, 2, None, 30, False)), pipes)
    for pipes in range(3)
]
SIZES = list(CONDITION_SIZES.values())
WRITTEN, AFTER = 12, 6


def test_cached_and_uncached_decoding_agree_token_for_token(loader: ModelLoader) -> None:
    """30 columns through a context of 8: the window slides four times."""
    network = loader.network()
    cached = sample(CachedDecoder(network, len(DRAFTS)), DRAFTS)
    uncached = sample(UncachedDecoder(network, len(DRAFTS)), DRAFTS)
    np.testing.assert_array_equal(cached, uncached)


def test_cached_and_uncached_logits_agree(loader: ModelLoader) -> None:
    network, rng = loader.network(), np.random.default_rng(0)
    cached, uncached = CachedDecoder(network, 2), UncachedDecoder(network, 2)
    for _ in range(20):
        conditions = rng.integers(0, SIZES, (2, len(SIZES)))
        for decoder in (cached, uncached):
            decoder.start_column(conditions)
        for _ in range(14):
            np.testing.assert_allclose(cached.logits(), uncached.logits(), atol=1e-5)
            tiles = rng.integers(0, 13, 2)
            cached.push(tiles)
            uncached.push(tiles)


@pytest.mark.parametrize("context", [4, 8, 96])
def test_the_window_fits_the_context_and_keeps_at_least_half(context: int) -> None:
    kept = [visible_columns(n, context) for n in range(500)]
    assert kept[:context] == list(range(context))
    # The next column takes a place in the context too.
    assert max(kept) + 1 == context
    assert min(kept[context:]) == context // 2
    assert all(b in (a + 1, context // 2) for a, b in itertools.pairwise(kept))


def write(decoder: CachedDecoder | UncachedDecoder, conditions: Tiles, tiles: Tiles) -> list[Logits]:
    """The logits of every tile of some columns: conditions are (columns, batch, 13), tiles (columns, batch, 14)."""
    found = []
    for here, column in zip(conditions, tiles, strict=True):
        decoder.start_column(here)
        for row in range(column.shape[1]):
            found.append(decoder.logits())
            decoder.push(column[:, row])
    return found


@pytest.mark.parametrize("kind", [CachedDecoder, UncachedDecoder])
@pytest.mark.parametrize("columns", [0, 5, 8, 11, 12])
def test_resuming_from_other_levels_equals_writing_their_columns_again(
    loader: ModelLoader, kind: type[CachedDecoder | UncachedDecoder], columns: int
) -> None:
    """12 columns are written with a context of 8; then the levels resume from some of them."""
    parents = [2, 0, 0]
    rng = np.random.default_rng(columns)
    conditions = rng.integers(0, SIZES, (WRITTEN + AFTER, 3, len(SIZES)))
    tiles = rng.integers(0, 13, (WRITTEN + AFTER, 3, 14))
    resumed, fresh = (kind(loader.network(), 3) for _ in range(2))
    write(resumed, conditions[:WRITTEN], tiles[:WRITTEN])
    resumed.resume(parents, columns)
    write(fresh, conditions[:columns, parents], tiles[:columns, parents])
    after = slice(WRITTEN, None)
    for found, expected in zip(
        write(resumed, conditions[after], tiles[after]), write(fresh, conditions[after], tiles[after]), strict=True
    ):
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_cached_and_uncached_decoding_agree_when_levels_are_copied_and_go_back(loader: ModelLoader) -> None:
    network = loader.network()

    def passable(ids: Tiles, before: int) -> npt.NDArray[np.bool_]:
        verdict: npt.NDArray[np.bool_] = ids[:, before:].sum((1, 2)) % 3 == 0
        return verdict

    cached = sample(CachedDecoder(network, len(DRAFTS)), DRAFTS, passable=passable)
    uncached = sample(UncachedDecoder(network, len(DRAFTS)), DRAFTS, passable=passable)
    np.testing.assert_array_equal(cached, uncached)
    assert (cached != sample(CachedDecoder(loader.network(), len(DRAFTS)), DRAFTS)).any()


@pytest.mark.parametrize("kind", [CachedDecoder, UncachedDecoder])
@pytest.mark.parametrize("columns", [3, 11])
def test_starting_after_columns_equals_writing_them(
    loader: ModelLoader, kind: type[CachedDecoder] | type[UncachedDecoder], columns: int
) -> None:
    """The context has 8 columns."""
    rng, batch = np.random.default_rng(0), 2
    conditions = rng.integers(0, SIZES, (columns + 2, batch, len(SIZES)))
    tiles = rng.integers(0, 13, (columns + 2, batch, 14))
    expected = write(kind(loader.network(), batch), conditions, tiles)[columns * 14 :]
    decoder = kind(loader.network(), batch)
    decoder.begin(tiles[:columns].swapaxes(0, 1), conditions[:columns].swapaxes(0, 1))
    np.testing.assert_allclose(write(decoder, conditions[columns:], tiles[columns:]), expected, atol=1e-5)
