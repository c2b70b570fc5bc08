from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import GPT2LMHeadModel, get_linear_schedule_with_warmup

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import WINDOW
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.text_encoder import TextEncoder
from mariogpt_mcp.model.mariogpt.tokenizer import read_tokenizer, read_tokens, tokens_of
from mariogpt_mcp.settings import ModelSettings, SearchSettings
from mariogpt_mcp.training.mariogpt_recipe import InitialCheckpoint, JoinedLevels, MarioGPTConfig, MarioGPTRecipe
from mariogpt_mcp.training.trainer import Trainer, TrainingProgress
from tests.mariogpt_checkpoints import TINY, mario_gpt, save_bart, save_gpt2, save_mariogpt

WORDS = {**TINY, "vocab_size": 260}
CONFIG = MarioGPTConfig(steps=20, batch_size=2, learning_rate=5e-3, evaluate_every=5, init="tiny")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_gpt2(tmp_path_factory.mktemp("tiny-gpt2"), WORDS)


@pytest.fixture(scope="module")
def bart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_bart(tmp_path_factory.mktemp("tiny-bart"), TINY["n_embd"])


@pytest.fixture(scope="module")
def reader(bart: Path) -> TextEncoder:
    return TextEncoder(bart)


@pytest.fixture(scope="module")
def authors(folder: Path, bart: Path, package_level: Level) -> Iterator[tuple[Any, Any]]:
    """The dataset and the prompter of the authors."""
    with mario_gpt():
        from mario_gpt.dataset import MarioDataset  # type: ignore[import-untyped, import-not-found, unused-ignore]
        from mario_gpt.prompter import Prompter  # type: ignore[import-untyped, import-not-found, unused-ignore]
        from transformers import AutoTokenizer

        dataset = MarioDataset(AutoTokenizer.from_pretrained(folder), level_string=package_level.text(path=True))
        yield dataset, Prompter(dataset.tokenizer, prompter_model=str(bart))


def recipe(config: MarioGPTConfig, level: Level, folder: Path, reader: TextEncoder) -> MarioGPTRecipe:
    return MarioGPTRecipe(
        config, [level[:300]], [level[300:420]], "cpu", InitialCheckpoint(folder, "tiny", lambda: reader)
    )


def test_windows_and_prompts_are_those_of_the_authors(
    authors: tuple[Any, Any], folder: Path, reader: TextEncoder, package_level: Level
) -> None:
    dataset, prompter = authors
    assert not InitialCheckpoint(folder, "tiny", lambda: reader).is_mariogpt
    with pytest.raises(ValueError, match="one token for each tile"):
        read_tokens(folder)
    tokenizer = read_tokenizer(folder)
    assert tokenizer.get_vocab() == dataset.tokenizer.get_vocab()
    text = JoinedLevels([package_level[:1000], package_level[1000:]], tokens_of(tokenizer))
    assert text.tokens.reshape(-1).tolist() == dataset.input_ids.tolist()
    assert text.windows == len(dataset)
    for first in range(0, text.windows, 97):
        tokens, prompt = text.window(first)
        theirs, _ = dataset[first]
        assert tokens.tolist() == theirs.tolist()
        their_prompt, vector, _, _ = prompter(theirs)
        assert prompt == their_prompt
        torch.testing.assert_close(reader.vectors([prompt]), vector.clone(), rtol=0, atol=1e-5)


def test_its_steps_are_those_of_the_authors(
    authors: tuple[Any, Any], folder: Path, reader: TextEncoder, package_level: Level
) -> None:
    """The same windows, loss, optimizer and learning rate as in their trainer."""
    dataset, prompter = authors
    ours = MarioGPTRecipe(
        CONFIG, [package_level], [package_level[:50]], "cpu", InitialCheckpoint(folder, "tiny", lambda: reader)
    )
    torch.manual_seed(CONFIG.seed)
    theirs = GPT2LMHeadModel.from_pretrained(folder, add_cross_attention=True)
    optimizer = torch.optim.AdamW(theirs.parameters(), lr=CONFIG.learning_rate, eps=1e-9, weight_decay=0.0)
    schedule = get_linear_schedule_with_warmup(optimizer, 2, CONFIG.steps)  # type: ignore[no-untyped-call]
    theirs.train()
    for step in range(6):
        starts = np.random.default_rng((CONFIG.seed, step)).integers(len(dataset), size=CONFIG.batch_size)
        loss = ours.step(step)
        ids, masks = dataset[starts.tolist()]
        hidden = torch.stack([prompter(level)[1] for level in ids]).view(CONFIG.batch_size, 1, -1)
        torch.manual_seed(CONFIG.seed * 1_000_003 + step)
        theirs.zero_grad()
        out = theirs(input_ids=ids, labels=ids, attention_mask=masks, encoder_hidden_states=hidden.clone())
        out.loss.backward()
        optimizer.step()
        schedule.step()
        assert loss == pytest.approx(float(out.loss.detach()), abs=1e-4)
    state = ours.network.state_dict()
    for name, tensor in theirs.state_dict().items():
        torch.testing.assert_close(state[name], tensor, rtol=0, atol=1e-3)


def test_it_learns_and_its_checkpoint_writes_levels(
    folder: Path, bart: Path, reader: TextEncoder, package_level: Level, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    begun = recipe(CONFIG, package_level, folder, reader)
    first = begun.validate()
    best = Trainer(begun, [package_level[:300]], out, False).run(lambda progress: None)
    log = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert best == min(line["validation_loss"] for line in log) < first - 1
    assert not list(out.glob("*.part"))
    assert len(read_tokenizer(out)) == read_tokens(out).vocabulary == 257
    made = MarioGPT(
        ModelLoader(ModelSettings(str(out), "cpu", bart=str(bart))), SearchSettings(candidates=1, rounds=1)
    ).generate("some pipes", level_size=100, seed=1)
    assert made.report.model == "run"
    assert made.level.columns == 7
    # The checkpoint can be trained further.
    again = recipe(replace(CONFIG, init="run"), package_level, out, reader)
    assert again.validate() == pytest.approx(best, abs=1e-6)


def test_it_fine_tunes_a_mariogpt(tmp_path: Path, reader: TextEncoder, package_level: Level) -> None:
    """It keeps the tokens of the checkpoint, which differ from those of a tokenizer that is trained again."""
    folder = save_mariogpt(tmp_path / "original", TINY)
    begun = recipe(CONFIG, package_level, folder, reader)
    assert begun.tokenizer.get_vocab() == read_tokenizer(folder).get_vocab()
    assert InitialCheckpoint(folder, "original", lambda: reader).is_mariogpt
    weights = GPT2LMHeadModel.from_pretrained(folder).state_dict()
    for name, tensor in begun.network.state_dict().items():
        torch.testing.assert_close(tensor, weights[name], rtol=0, atol=0)


@pytest.mark.slow
def test_a_resumed_run_continues_like_an_uninterrupted_one(
    folder: Path, reader: TextEncoder, package_level: Level, tmp_path: Path
) -> None:
    config = replace(CONFIG, steps=10)

    def trainer(out: str, resume: bool = False) -> Trainer:
        return Trainer(recipe(config, package_level, folder, reader), [package_level], tmp_path / out, resume)

    def interrupt(progress: TrainingProgress) -> None:
        if progress.step == 7:
            raise KeyboardInterrupt

    uninterrupted = trainer("uninterrupted").run(lambda progress: None)
    with pytest.raises(KeyboardInterrupt):
        trainer("interrupted").run(interrupt)
    assert trainer("interrupted", resume=True).run(lambda progress: None) == uninterrupted
    with pytest.raises(MarioGPTError, match=r"other options \(dropout\)"):
        Trainer(
            recipe(replace(config, dropout=0.5), package_level, folder, reader),
            [],
            tmp_path / "interrupted",
            resume=True,
        )


def test_dropout_is_that_of_the_checkpoint_unless_it_is_set(
    folder: Path, reader: TextEncoder, package_level: Level
) -> None:
    assert recipe(CONFIG, package_level, folder, reader).network.config.attn_pdrop == 0.1
    config = recipe(replace(CONFIG, dropout=0.3), package_level, folder, reader).network.config
    assert {config.attn_pdrop, config.embd_pdrop, config.resid_pdrop} == {0.3}


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ({**WORDS, "n_positions": 512}, "cannot be fine-tuned; it is damaged, or it is not a GPT-2"),
        ({**WORDS, "vocab_size": 100}, "cannot be fine-tuned; it is damaged, or it is not a GPT-2"),
        ({**WORDS, "n_embd": 64}, "MARIOGPT_BART names a BART of width 32, but 'tiny' has the width 64"),
    ],
)
def test_a_checkpoint_that_cannot_be_fine_tuned_is_one_sentence(
    shape: dict[str, Any], message: str, reader: TextEncoder, package_level: Level, tmp_path: Path
) -> None:
    with pytest.raises(MarioGPTError, match=message):
        recipe(CONFIG, package_level, save_gpt2(tmp_path, shape), reader)


def test_a_corpus_of_less_than_a_window_is_one_sentence(
    folder: Path, reader: TextEncoder, package_level: Level
) -> None:
    short, long = [package_level[:20], package_level[20 : WINDOW - 1]], [package_level[:100]]
    with pytest.raises(MarioGPTError, match=r"There are 49 columns to train on, .* needs at least 50; add levels"):
        MarioGPTRecipe(CONFIG, short, long, "cpu", InitialCheckpoint(folder, "tiny", lambda: reader))
    with pytest.raises(MarioGPTError, match=r"There are 49 columns held out, .* make the held-out levels longer"):
        MarioGPTRecipe(CONFIG, long, short, "cpu", InitialCheckpoint(folder, "tiny", lambda: reader))
    just = [package_level[:20], package_level[20:WINDOW]]
    one = MarioGPTRecipe(CONFIG, just, just, "cpu", InitialCheckpoint(folder, "tiny", lambda: reader))
    assert one.train.windows == 1


def test_a_corpus_may_be_longer_than_any_level(folder: Path, reader: TextEncoder, package_level: Level) -> None:
    long = MarioGPTRecipe(
        CONFIG, [package_level] * 2, [package_level[:50]], "cpu", InitialCheckpoint(folder, "tiny", lambda: reader)
    )
    assert long.train.windows == 2 * package_level.columns - WINDOW
    assert np.array_equal(long.train.window(package_level.columns)[0], long.train.window(0)[0])


def test_a_network_that_could_not_be_served_is_not_trained(
    tmp_path: Path, reader: TextEncoder, package_level: Level
) -> None:
    folder = save_gpt2(tmp_path, {**WORDS, "scale_attn_by_inverse_layer_idx": True})
    with pytest.raises(MarioGPTError, match="cannot be fine-tuned"):
        recipe(CONFIG, package_level, folder, reader)


def test_the_defaults_are_those_of_the_authors(folder: Path, reader: TextEncoder, package_level: Level) -> None:
    """Those of `TrainingConfig` in their `trainer.py`, and the defaults of AdamW that they do not change."""
    c = MarioGPTConfig()
    assert (c.steps, c.batch_size, c.learning_rate, c.epsilon) == (50_000, 4, 5e-4, 1e-9)
    assert (c.warm_up, c.weight_decay, c.dropout) == (1000, 0, None)
    ours = recipe(c, package_level, folder, reader)
    schedule = get_linear_schedule_with_warmup(ours.optimizer, 1000, c.steps)  # type: ignore[no-untyped-call]
    for step in (0, 1, 999, 1000, 1001, 49_999):
        assert ours.learning_rate(step) == pytest.approx(c.learning_rate * schedule.lr_lambdas[0](step))


@pytest.mark.parametrize(("steps", "rates"), [(1, [1]), (2, [1, 0.5]), (20, [0, 0.5, 1])])
def test_the_learning_rate_of_short_runs_rises_too(
    folder: Path, reader: TextEncoder, package_level: Level, steps: int, rates: list[float]
) -> None:
    ours = recipe(replace(CONFIG, steps=steps), package_level, folder, reader)
    assert [ours.learning_rate(step) / CONFIG.learning_rate for step in range(len(rates))] == pytest.approx(rates)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), Exception("No space left on device")])
def test_a_full_disk_leaves_the_last_checkpoint_unchanged(
    folder: Path,
    reader: TextEncoder,
    package_level: Level,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    """On a full disk the tokenizer raises a bare `Exception`."""
    begun = recipe(CONFIG, package_level, folder, reader)
    begun.save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    begun.step(1)

    def full(target: Path) -> None:
        (target / "tokenizer.json").write_bytes(b"half")
        raise error

    monkeypatch.setattr(begun.tokenizer, "save_pretrained", full)
    with pytest.raises(MarioGPTError, match="could not be written"):
        begun.save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
