from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.structure import faults
from mariogpt_mcp.level.tiles import tile
from mariogpt_mcp.model.batch import FixedColumns, Sampling
from mariogpt_mcp.model.conditioning import CONDITION_SIZES, Target
from mariogpt_mcp.model.decoding import Draft
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.context_window import PREVIOUS_COLUMNS, Window, exact
from mariogpt_mcp.model.mariogpt.decoder import MarioGPTDecoder
from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from mariogpt_mcp.model.mariogpt.tokenizer import read_tokens
from mariogpt_mcp.model.sampler import sample
from mariogpt_mcp.settings import ModelSettings
from tests.mariogpt_checkpoints import PUBLISHED, mario_gpt, save_bart, save_mariogpt
from tests.model.mariogpt.decoding import (
    NO_CONDITIONS,
    PROMPTS,
    decoder,
    drafts,
    full_checkpoint,
    push_all,
    random_tiles,
)

GREEDY = 1e-6


class Recorder(MarioGPTDecoder):
    """A decoder that records the probabilities of every token at every step."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.probabilities: list[Tensor] = []

    def states(self) -> Tensor:
        states = super().states()
        self.probabilities.append((states @ self._network.head.t()).softmax(-1))
        return states


def loop(
    folder: Path, bart: Path, tiles: int, context: int, prompts: Sequence[str], seed: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Run MarioGPT's own sampler greedily: its tokens, their probabilities at every step, and the prompts' vectors."""
    with mario_gpt() as package:
        from mario_gpt.lm.gpt import MarioGPT  # type: ignore[import-untyped, import-not-found, unused-ignore]
        from mario_gpt.prompter import Prompter  # type: ignore[import-untyped, import-not-found, unused-ignore]
        from transformers import AutoModelForCausalLM, AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(folder)
        theirs = MarioGPT(
            AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32),
            tokenizer,
            context,
            Prompter(tokenizer, str(bart)),
        )
        seen: list[Tensor] = []
        theirs.lm.register_forward_hook(lambda module, inputs, out: seen.append(out.logits[:, -1].softmax(-1)))
        sampler = package.GPTSampler(theirs, top_k=1, context_len=context)
        steps = tiles - (1 if seed is None else seed.shape[1])
        _, tokens = sampler.sample(seed=seed, prompts=list(prompts), num_steps=steps, return_tensor=True)
        vectors = torch.cat([theirs.prompter.output_hidden(prompt) for prompt in prompts])
    return tokens, torch.stack(seen, 1), vectors


def assert_same(
    folder: Path,
    bart: Path,
    columns: int,
    context: int,
    window: Window,
    *,
    prompts: Sequence[str] = PROMPTS,
    before: int = 0,
) -> None:
    """Compare our levels with those of MarioGPT's sampler; both start after `before` columns of noise."""
    noise = random_tiles(before)[0]
    seed = torch.from_numpy(read_tokens(folder).tiles[noise]).view(1, -1) if before else None
    tokens, probabilities, vectors = loop(folder, bart, columns * HEIGHT, context, prompts, seed)
    ours = Recorder(
        full_checkpoint(folder),
        TextEncoder(bart).vectors(prompts),
        drafts(columns)[: len(prompts)],
        temperature=GREEDY,
        window=window,
    )
    torch.testing.assert_close(TextEncoder(bart).vectors(prompts), vectors, atol=1e-6, rtol=0)
    sample(
        ours,
        drafts(columns)[: len(prompts)],
        Sampling(GREEDY, guided=False, ruled=False),
        fixed=FixedColumns(before=noise),
    )
    np.testing.assert_array_equal(ours.written, tokens.numpy())
    assert len(np.unique(ours.written[:, before * HEIGHT :])) > 3, "a level of one tile would prove little"
    torch.testing.assert_close(torch.stack(ours.probabilities, 1), probabilities, atol=1e-4, rtol=0)


def test_it_writes_what_mariogpts_sampler_writes(mariogpt: Path, bart: Path) -> None:
    """With a context of 70 tiles, the window moves from the fourth column on."""
    assert_same(mariogpt, bart, 14, 70, lambda column: max(0, column - 3))


@pytest.mark.slow
def test_it_writes_what_mariogpts_sampler_writes_over_1400_tiles(mariogpt: Path, bart: Path) -> None:
    assert_same(mariogpt, bart, 100, 700, exact)


@pytest.mark.slow
def test_it_writes_what_mariogpts_sampler_writes_in_the_published_shape(tmp_path: Path) -> None:
    """DistilGPT2 and BART-base in full size, at the columns where the window begins to move."""
    folder = save_mariogpt(tmp_path / "original", PUBLISHED, old=True)
    bart = save_bart(tmp_path / "bart", PUBLISHED["n_embd"], base=True)
    assert_same(folder, bart, PREVIOUS_COLUMNS + 3, 700, exact, prompts=PROMPTS[:1], before=PREVIOUS_COLUMNS - 1)


@pytest.mark.parametrize("columns", [0, 3, 9, 10])
def test_resuming_from_other_levels_equals_writing_their_columns_again(
    mariogpt: Path, vectors: Tensor, columns: int
) -> None:
    def window(column: int) -> int:
        return max(0, column - 4)

    tiles, parents = random_tiles(14), [1, 1]
    resumed = decoder(mariogpt, vectors, 14, window)
    push_all(resumed, tiles[:, :10])
    kept = resumed.paths()[parents, :columns]
    resumed.resume(parents, columns)
    np.testing.assert_array_equal(resumed.paths(), kept)
    uncached = decoder(mariogpt, vectors[parents], 14, window)
    uncached._written[:, : columns * HEIGHT] = resumed.written
    uncached._length = columns * HEIGHT
    rest = tiles[:, columns:]
    np.testing.assert_allclose(push_all(resumed, rest)[:14], push_all(uncached, rest)[:14], atol=1e-4)


def test_starting_after_columns_equals_writing_them(mariogpt: Path, vectors: Tensor) -> None:
    tiles = random_tiles(8)
    tiles[tiles == tile("-").id] = tile("X").id  # a path may only be written on sky
    written, begun = decoder(mariogpt, vectors, 8), decoder(mariogpt, vectors, 8)
    expected = push_all(written, tiles)[6 * HEIGHT :]
    begun.begin(tiles[:, :6], np.zeros((2, 6, len(CONDITION_SIZES)), dtype=np.int64))
    np.testing.assert_allclose(push_all(begun, tiles[:, 6:]), expected, atol=1e-4)


def test_the_probability_of_sky_includes_that_of_the_path(mariogpt: Path, vectors: Tensor) -> None:
    for temperature in (0.5, 2.0):
        tiny = full_checkpoint(mariogpt)
        ours = Recorder(tiny, vectors, drafts(3), temperature=temperature, window=exact)
        tiles = random_tiles(3)
        logits = push_all(ours, tiles)[1:]
        theirs = torch.stack(ours.probabilities).log() / temperature
        used = [*tiny.tokens.tiles.tolist(), tiny.tokens.path]
        expected = theirs[..., used].softmax(-1).numpy()
        expected[..., tile("-").id] += expected[..., -1]
        found = torch.from_numpy(logits / temperature).softmax(-1).numpy()
        np.testing.assert_allclose(found, expected[..., :-1], atol=1e-4)


def test_the_path_is_drawn_with_the_probability_of_the_model(mariogpt: Path, vectors: Tensor) -> None:
    levels = decoder(mariogpt, vectors, 60)
    sky = np.full((2, 60, HEIGHT), tile("-").id)
    expected = 0.0
    for _ in range(60):
        levels.start_column(NO_CONDITIONS)
        for row in range(HEIGHT):
            levels.logits()
            expected += float((1 / (1 + np.exp(-levels._log_odds))).sum())
            levels.push(sky[:, 0, row])
    assert 0 < expected < sky.size
    assert levels.paths().sum() == pytest.approx(expected, abs=4 * np.sqrt(sky.size) / 2)


def test_structure_rules_and_guidance_apply_to_mariogpt(mariogpt: Path, bart: Path) -> None:
    model = ModelLoader(ModelSettings(str(mariogpt), "cpu", bart=str(bart))).model()
    wanted = [Draft((Target(30, pipes, enemies, None, False),), 3, PROMPTS[0]) for pipes, enemies in ((0, 0), (2, 3))]
    levels, paths = model.decoder(wanted, 1.0)
    for ids, draft in zip(sample(levels, wanted), wanted, strict=True):
        level = Level.from_ids(ids)
        assert faults(level.ids) == []
        assert (Features.of(level).pipes, Features.of(level).enemies) == (
            draft.targets[0].pipes,
            draft.targets[0].enemies,
        )
    assert paths().shape == (2, 30, HEIGHT)
