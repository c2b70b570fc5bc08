from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.targets import window_widths
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS, tile
from mariogpt_mcp.model.batch import FixedColumns, Sampling
from mariogpt_mcp.model.conditioning import CONDITION_SIZES, Target
from mariogpt_mcp.model.decoding import Draft, Tiles
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.context_window import SEEN, Window, exact, sliding
from mariogpt_mcp.model.mariogpt.decoder import OriginalDecoder, _weights, read_original, shape_of
from mariogpt_mcp.model.mariogpt.network import FlatGPT2
from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from mariogpt_mcp.model.mariogpt.tokenizer import TileTokens, read_tokens
from mariogpt_mcp.model.models import MarioGPTModel
from mariogpt_mcp.model.sampler import sample
from mariogpt_mcp.settings import ModelSettings
from tests.originals import PUBLISHED, TINY, mario_gpt, save_bart, save_original

PROMPTS = [
    "many pipes, no enemies, some blocks, high elevation",
    "no pipes, many enemies, little blocks, low elevation",
]
GREEDY = 1e-6
NOWHERE = np.zeros((2, len(CONDITION_SIZES)), dtype=np.int64)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_original(tmp_path_factory.mktemp("tiny-original"), TINY)


@pytest.fixture(scope="module")
def bart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_bart(tmp_path_factory.mktemp("tiny-bart"), TINY["n_embd"])


def drafts(columns: int) -> list[Draft]:
    return [
        Draft(tuple(Target(width) for width in window_widths(columns)), i, prompt) for i, prompt in enumerate(PROMPTS)
    ]


class Recorded(OriginalDecoder):
    """Keeps the probabilities of every token at every step."""

    probabilities: list[Tensor]

    def states(self) -> Tensor:
        states = super().states()
        self.probabilities.append((states @ self._network.head.t()).softmax(-1))
        return states


def whole(folder: Path, **options: Any) -> tuple[FlatGPT2, TileTokens]:
    """A checkpoint with all entries of its vocabulary."""
    config = json.loads((folder / "config.json").read_text())
    return FlatGPT2(_weights(folder), shape_of(config), **options), read_tokens(folder)


def recorded(folder: Path, prompts: Tensor, columns: int, window: Window, **options: Any) -> Recorded:
    network, tokens = whole(folder, **options)
    decoder = Recorded(network, tokens, prompts, drafts(columns)[: len(prompts)], temperature=GREEDY, window=window)
    decoder.probabilities = []
    return decoder


def loop(
    folder: Path, bart: Path, tiles: int, context: int, prompts: Sequence[str], seed: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """MarioGPT's own code, greedily: its tokens, their probabilities at every step, and its prompts' vectors."""
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
    """`before` columns of noise are there already."""
    there = random_tiles(before)[0]
    seed = torch.from_numpy(read_tokens(folder).tiles[there]).view(1, -1) if before else None
    tokens, probabilities, vectors = loop(folder, bart, columns * HEIGHT, context, prompts, seed)
    ours = recorded(folder, TextEncoder(bart).vectors(prompts), columns, window)
    torch.testing.assert_close(TextEncoder(bart).vectors(prompts), vectors, atol=1e-6, rtol=0)
    sample(
        ours,
        drafts(columns)[: len(prompts)],
        Sampling(GREEDY, guided=False, ruled=False),
        fixed=FixedColumns(before=there),
    )
    np.testing.assert_array_equal(ours.written, tokens.numpy())
    assert len(np.unique(ours.written[:, before * HEIGHT :])) > 3, "levels of one tile would prove little"
    torch.testing.assert_close(torch.stack(ours.probabilities, 1), probabilities, atol=1e-4, rtol=0)


def test_it_writes_what_mariogpts_loop_writes(checkpoint: Path, bart: Path) -> None:
    """A context of 70 tiles: the window moves on from the fourth column on."""
    assert_same(checkpoint, bart, 14, 70, lambda column: max(0, column - 3))


@pytest.mark.slow
def test_it_writes_what_mariogpts_loop_writes_over_1400_tiles(checkpoint: Path, bart: Path) -> None:
    assert_same(checkpoint, bart, 100, 700, exact)


@pytest.mark.slow
def test_it_writes_what_mariogpts_loop_writes_in_the_published_shape(tmp_path: Path) -> None:
    """DistilGPT2 and BART-base in full, where the window begins to move. `benchmark --original` takes all tiles."""
    folder = save_original(tmp_path / "original", PUBLISHED, old=True)
    bart = save_bart(tmp_path / "bart", PUBLISHED["n_embd"], base=True)
    assert_same(folder, bart, SEEN + 3, 700, exact, prompts=PROMPTS[:1], before=SEEN - 1)


@pytest.mark.slow
def test_its_memory_stays_in_bounds(tmp_path: Path) -> None:
    """The published shape and BART-base, the usual candidates, a level that is long enough for windows to move on."""
    folder = save_original(tmp_path / "original", PUBLISHED, old=True)
    bart = save_bart(tmp_path / "bart", PUBLISHED["n_embd"], base=True)
    settings = {"MARIOGPT_MODEL": str(folder), "MARIOGPT_BART": str(bart), "MARIOGPT_ROUNDS": "1"}
    code = "from mariogpt_mcp.generation.generator import MarioGPT; MarioGPT().generate('', level_size=742, seed=1)"
    code += "; print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    environment = {**os.environ, **settings, "MARIOGPT_WINDOW": "sliding", "OMP_WAIT_POLICY": "PASSIVE"}
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is read from /proc")
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert int(ran.stdout) * 1024 < 1.5e9


@pytest.mark.parametrize("tiles", [1, 13, 14, 671, 672, 673, 685, 686, 700, 1399])
def test_the_window_is_the_loops(tiles: int) -> None:
    theirs = 0 if tiles <= 672 else tiles - (672 + tiles % 14)
    assert exact(tiles // HEIGHT) * HEIGHT == theirs


def test_a_sliding_window_stays_in_the_context_and_moves_seldom() -> None:
    firsts = [sliding(column) for column in range(400)]
    seen = [column + 1 - first for column, first in enumerate(firsts)]
    assert max(seen) * HEIGHT == 700
    assert min(seen[50:]) == 37
    assert len(set(firsts)) == 1 + -(-350 // 14)
    assert firsts == sorted(firsts)


def states(decoder: OriginalDecoder, tiles: Tiles) -> npt.NDArray[np.float32]:
    """Logits at every tile of some columns, (batch, columns, 14)."""
    found = []
    for column in tiles.swapaxes(0, 1):
        decoder.start_column(NOWHERE)
        for row in range(HEIGHT):
            found.append(decoder.logits())
            decoder.push(column[:, row])
    return np.stack(found)


def random_tiles(columns: int) -> Tiles:
    return np.random.default_rng(1).integers(0, len(SYMBOLS), (2, columns, HEIGHT))


def plain(folder: Path, prompts: Tensor, columns: int, window: Window = exact, **options: Any) -> OriginalDecoder:
    network, tokens = whole(folder, **options)
    return OriginalDecoder(network, tokens, prompts, drafts(columns), temperature=1.0, window=window)


def test_barts_memory_is_given_back_and_its_readings_stay(bart: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(bart, tmp_path / "bart")
    reader = TextEncoder(folder)
    first = reader.vectors(PROMPTS[:1])
    reader.release()
    assert torch.equal(reader.vectors(PROMPTS), TextEncoder(bart).vectors(PROMPTS))
    reader.release()
    shutil.rmtree(folder)
    assert torch.equal(reader.vectors(PROMPTS[:1]), first)
    with pytest.raises(MarioGPTError, match="There is no BART in 'bart', or it is damaged"):
        reader.vectors(["something new"])


@pytest.fixture(scope="module")
def vectors(bart: Path) -> Tensor:
    return TextEncoder(bart).vectors(PROMPTS)


@pytest.mark.parametrize("columns", [0, 3, 9, 10])
def test_going_on_from_other_levels_is_as_if_their_columns_were_written_afresh(
    checkpoint: Path, vectors: Tensor, columns: int
) -> None:
    def window(column: int) -> int:
        return max(0, column - 4)

    tiles, parents = random_tiles(14), [1, 1]
    resumed = plain(checkpoint, vectors, 14, window)
    states(resumed, tiles[:, :10])
    kept = resumed.paths()[parents, :columns]
    resumed.resume(parents, columns)
    np.testing.assert_array_equal(resumed.paths(), kept)
    afresh = plain(checkpoint, vectors[parents], 14, window)
    afresh._written[:, : columns * HEIGHT] = resumed.written
    afresh._length = columns * HEIGHT
    rest = tiles[:, columns:]
    np.testing.assert_allclose(states(resumed, rest)[:14], states(afresh, rest)[:14], atol=1e-4)


def test_starting_after_columns_is_as_if_they_had_been_written(checkpoint: Path, vectors: Tensor) -> None:
    tiles = random_tiles(8)
    tiles[tiles == tile("-").id] = tile("X").id  # where there is sky, a path may be written
    written, begun = plain(checkpoint, vectors, 8), plain(checkpoint, vectors, 8)
    expected = states(written, tiles)[6 * HEIGHT :]
    begun.begin(tiles[:, :6], np.zeros((2, 6, len(CONDITION_SIZES)), dtype=np.int64))
    np.testing.assert_allclose(states(begun, tiles[:, 6:]), expected, atol=1e-4)


def test_sky_is_as_likely_as_sky_and_path_together(checkpoint: Path, vectors: Tensor) -> None:
    for temperature in (0.5, 2.0):
        network, tokens = whole(checkpoint)
        ours = Recorded(network, tokens, vectors, drafts(3), temperature=temperature, window=exact)
        ours.probabilities = []
        tiles = random_tiles(3)
        logits = states(ours, tiles)[1:]
        theirs = torch.stack(ours.probabilities).log() / temperature
        used = [*tokens.tiles.tolist(), tokens.path]
        expected = theirs[..., used].softmax(-1).numpy()
        expected[..., tile("-").id] += expected[..., -1]
        found = torch.from_numpy(logits / temperature).softmax(-1).numpy()
        np.testing.assert_allclose(found, expected[..., :-1], atol=1e-4)


def test_the_path_is_drawn_as_often_as_the_model_says(checkpoint: Path, vectors: Tensor) -> None:
    decoder = plain(checkpoint, vectors, 60)
    sky = np.full((2, 60, HEIGHT), tile("-").id)
    expected = 0.0
    for _ in range(60):
        decoder.start_column(NOWHERE)
        for row in range(HEIGHT):
            decoder.logits()
            expected += float((1 / (1 + np.exp(-decoder._odds))).sum())
            decoder.push(sky[:, 0, row])
    assert 0 < expected < sky.size
    assert decoder.paths().sum() == pytest.approx(expected, abs=4 * np.sqrt(sky.size) / 2)


@pytest.mark.parametrize("old", [False, True])
def test_checkpoints_of_then_and_now_are_read(checkpoint: Path, vectors: Tensor, tmp_path: Path, old: bool) -> None:
    folder = save_original(tmp_path / "again", TINY, old=old)
    network, tokens = read_original(folder, "again", "cpu", torch.float32)
    assert tokens.vocabulary == 257
    assert len({*tokens.tiles.tolist(), tokens.path}) == len(SYMBOLS + PATH_SYMBOL)
    decoder = OriginalDecoder(network, tokens, vectors, drafts(2), temperature=1.0, window=exact)
    expected = states(plain(checkpoint, vectors, 2), random_tiles(2))
    np.testing.assert_allclose(states(decoder, random_tiles(2)), expected, atol=1e-5)


def test_bfloat16_stays_near(checkpoint: Path, vectors: Tensor) -> None:
    near = plain(checkpoint, vectors, 4, precision=torch.bfloat16)
    exactly = plain(checkpoint, vectors, 4)
    tiles = random_tiles(4)
    difference = np.abs(states(near, tiles) - states(exactly, tiles))
    assert 0 < difference.max() < 0.5


@pytest.mark.parametrize("damage", ["tokenizer", "weights", "shape", "cross-attention", "not json", "short"])
def test_a_bad_checkpoint_is_one_sentence(checkpoint: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "bad"
    shutil.copytree(checkpoint, folder)
    config = json.loads((folder / "config.json").read_text())
    if damage == "tokenizer":
        (folder / "tokenizer.json").unlink()
    elif damage == "weights":
        path = folder / "model.safetensors"
        path.write_bytes(path.read_bytes()[:1000])
    else:
        config |= {
            "shape": {"n_layer": 3},
            "cross-attention": {"add_cross_attention": False},
            "not json": {"n_embd": "wide"},
            "short": {"n_positions": 64},
        }[damage]
        (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(MarioGPTError, match="is damaged, or no MarioGPT") as caught:
        ModelLoader(ModelSettings(str(folder), "cpu")).model()
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_the_host_tells_the_kinds_apart(checkpoint: Path, bart: Path, tiny_checkpoint: Path) -> None:
    loader = ModelLoader(ModelSettings(str(checkpoint), "cpu", bart=str(bart)))
    model = loader.model()
    assert isinstance(model, MarioGPTModel)
    assert loader.loaded
    assert model.parameters > 257 * TINY["n_embd"]
    with pytest.raises(MarioGPTError, match="is a MarioGPT; this needs a column model"):
        loader.network()
    assert ModelLoader(ModelSettings(str(tiny_checkpoint), "cpu")).model().kind == "column"
    assert loader.fingerprint.startswith(checkpoint.name)


@pytest.mark.parametrize(
    ("width", "message"), [(16, "names a BART 16 wide, and the model reads prompts of 32"), (None, "There is no BART")]
)
def test_a_bart_that_does_not_fit_is_one_sentence(
    checkpoint: Path, tmp_path: Path, width: int | None, message: str
) -> None:
    if width is not None:
        save_bart(tmp_path / "other", width)
    loader = ModelLoader(ModelSettings(str(checkpoint), "cpu", bart=str(tmp_path / "other")))
    with pytest.raises(MarioGPTError, match=message) as caught:
        loader.model().decoder(drafts(2), 1.0)
    assert str(tmp_path) not in str(caught.value)


def test_a_prompt_is_read_once(bart: Path) -> None:
    reader = TextEncoder(bart)
    first, second = reader.vectors(["many pipes", "many pipes"])
    assert first is not second
    assert torch.equal(first, second)
    assert not torch.allclose(first, reader.vectors(["no pipes"])[0])


def test_structure_rules_and_guidance_hold_for_it(checkpoint: Path, bart: Path) -> None:
    from mariogpt_mcp.level.features import Features
    from mariogpt_mcp.level.structure import faults

    model = ModelLoader(ModelSettings(str(checkpoint), "cpu", bart=str(bart))).model()
    asked = [Draft((Target(30, pipes, enemies, None, False),), 3, PROMPTS[0]) for pipes, enemies in ((0, 0), (2, 3))]
    decoder, paths = model.decoder(asked, 1.0)
    for ids, draft in zip(sample(decoder, asked), asked, strict=True):
        level = Level.from_ids(ids)
        assert faults(level.ids) == []
        assert (Features.of(level).pipes, Features.of(level).enemies) == (
            draft.targets[0].pipes,
            draft.targets[0].enemies,
        )
    assert paths().shape == (2, 30, HEIGHT)
