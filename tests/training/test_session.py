from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.corpus_statistics import STATISTICS_FILE, CorpusStatistics
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import ModelSettings
from mariogpt_mcp.training.column_recipe import ColumnRecipe
from mariogpt_mcp.training.corpus import NamedLevel
from mariogpt_mcp.training.mariogpt_recipe import MarioGPTRecipe
from mariogpt_mcp.training.session import TrainingOptions, TrainingSession, TrainingStopped
from mariogpt_mcp.training.trainer import GENTLE_LEARNING_RATE, TrainingProgress
from tests.mariogpt_checkpoints import TINY, save_bart, save_gpt2, save_mariogpt

SMALL = {"context": 12, "layers": 1, "width": 32, "heads": 2, "batch_size": 1}


@pytest.fixture(scope="module")
def levels(package_level: Level) -> list[NamedLevel]:
    return [NamedLevel(name, package_level[i : i + 60]) for i, name in ((0, "a"), (60, "b"))]


@pytest.fixture(autouse=True)
def _threads_as_before() -> None:
    torch.set_num_threads(1)


def small(**more: int | float | str) -> TrainingOptions:
    return TrainingOptions(**{**SMALL, **more})  # type: ignore[arg-type]


def nothing(progress: TrainingProgress) -> None:
    pass


def test_fresh_weights_are_trained_on_all_levels_except_the_held_out_ones(
    levels: list[NamedLevel], tmp_path: Path
) -> None:
    session = TrainingSession(levels, tmp_path, small(steps=3))
    assert ([named.name for named in session.train], [named.name for named in session.held_out]) == (["a"], ["b"])
    assert (session.step, session.steps) == (0, 3)
    seen: list[TrainingProgress] = []
    result = session.run(seen.append)
    assert [progress.step for progress in seen] == [1, 2, 3]
    assert (result.best_loss, result.initial_loss) == (seen[-1].best_loss, None)
    assert result.improved
    statistics = CorpusStatistics.load(tmp_path / STATISTICS_FILE)
    assert statistics.windows.tolist() == CorpusStatistics.of([levels[0].level]).windows.tolist()


def test_options_that_are_none_take_the_default_of_the_recipe(levels: list[NamedLevel], tmp_path: Path) -> None:
    chosen = TrainingOptions(batch_size=1, dropout=0.5, context=8, seed=3, keep="last")
    recipe = TrainingSession(levels, tmp_path, chosen)._trainer.recipe
    assert isinstance(recipe, ColumnRecipe)
    c = recipe.config
    assert (c.steps, c.batch_size, c.learning_rate, c.weight_decay) == (1000, 1, 1e-3, 0.2)
    assert (c.seed, c.keep, c.init) == (3, "last", "")
    assert (c.network.context, c.network.dropout) == (8, 0.5)
    assert (c.network.outer_layers, c.network.outer_width, c.network.outer_heads) == (4, 192, 6)


def test_a_stopped_run_is_resumed_at_its_last_step(levels: list[NamedLevel], tmp_path: Path) -> None:
    stop = threading.Event()

    def stop_at_two(progress: TrainingProgress) -> None:
        if progress.step == 2:
            stop.set()

    with pytest.raises(TrainingStopped):
        TrainingSession(levels, tmp_path / "run", small(steps=4)).run(stop_at_two, stop)
    again = TrainingSession(levels, tmp_path / "run", small(steps=4), resume=True)
    assert again.step == 2
    uninterrupted = TrainingSession(levels, tmp_path / "other", small(steps=4)).run(nothing)
    # A flag that is set after the last step stops nothing.
    assert again.run(lambda progress: stop.set() if progress.step == 4 else stop.clear(), stop) == uninterrupted


def test_an_interrupt_without_a_stop_flag_reaches_the_caller(levels: list[NamedLevel], tmp_path: Path) -> None:
    def interrupt(progress: TrainingProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        TrainingSession(levels, tmp_path, small(steps=2)).run(interrupt)


def test_a_run_begins_with_a_checkpoint_of_the_bundled_kind(
    levels: list[NamedLevel], loader: ModelLoader, tmp_path: Path
) -> None:
    session = TrainingSession(levels, tmp_path, TrainingOptions(steps=1, batch_size=1), initial=loader)
    recipe = session._trainer.recipe
    assert isinstance(recipe, ColumnRecipe)
    assert recipe.config.network == loader.network().config
    assert recipe.config.init == loader.fingerprint
    assert recipe.config.learning_rate == GENTLE_LEARNING_RATE
    before = recipe.validate()
    result = session.run(nothing)
    assert result.initial_loss == before
    assert result.improved == (result.best_loss < before)


def test_a_run_without_improvement_is_reported(levels: list[NamedLevel], loader: ModelLoader, tmp_path: Path) -> None:
    wild = TrainingOptions(steps=2, batch_size=1, learning_rate=1.0)
    result = TrainingSession(levels, tmp_path, wild, initial=loader).run(nothing)
    assert not result.improved
    assert result.best_loss == result.initial_loss


@pytest.mark.parametrize(("kind", "rate"), [("distilgpt2", 5e-4), ("mariogpt", GENTLE_LEARNING_RATE)])
def test_a_run_begins_with_a_gpt2(levels: list[NamedLevel], tmp_path: Path, kind: str, rate: float) -> None:
    checkpoint = tmp_path / "checkpoint"
    if kind == "mariogpt":
        save_mariogpt(checkpoint, TINY)
    else:
        save_gpt2(checkpoint, {**TINY, "vocab_size": 260})
    bart = str(save_bart(tmp_path / "bart", TINY["n_embd"]))
    initial = ModelLoader(ModelSettings(str(checkpoint), "cpu", bart=bart))
    recipe = TrainingSession(levels, tmp_path / "run", TrainingOptions(), initial=initial)._trainer.recipe
    assert isinstance(recipe, MarioGPTRecipe)
    assert (recipe.config.learning_rate, recipe.config.bart) == (rate, bart)
    assert recipe.config.init == initial.fingerprint


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"heads": 2}, r"keeps the checkpoint's shape; leave out heads\.$"),
        ({"context": 8, "width": 64}, r"keeps the checkpoint's shape; leave out context\.$"),
    ],
)
def test_a_checkpoint_keeps_its_shape(
    levels: list[NamedLevel], loader: ModelLoader, tmp_path: Path, options: dict[str, int], sentence: str
) -> None:
    with pytest.raises(MarioGPTError, match=sentence):
        TrainingSession(levels, tmp_path, TrainingOptions(**options), initial=loader)  # type: ignore[arg-type]


def test_a_run_does_not_overwrite_the_checkpoint_that_it_begins_with(
    levels: list[NamedLevel], loader: ModelLoader, tiny_checkpoint: Path
) -> None:
    around = tiny_checkpoint / ".." / tiny_checkpoint.name
    with pytest.raises(MarioGPTError, match="would overwrite the checkpoint that it begins with"):
        TrainingSession(levels, around, initial=loader)


def test_a_width_that_heads_do_not_divide_is_refused(levels: list[NamedLevel], tmp_path: Path) -> None:
    with pytest.raises(MarioGPTError, match=r"^width 65 is not a multiple of heads 6; try width 192\.$"):
        TrainingSession(levels, tmp_path, TrainingOptions(width=65))


def test_the_number_of_threads_is_set_after_a_checkpoint_was_loaded(
    levels: list[NamedLevel], tiny_checkpoint: Path, tmp_path: Path
) -> None:
    initial = ModelLoader(ModelSettings(str(tiny_checkpoint), "cpu"))
    try:
        TrainingSession(levels, tmp_path, TrainingOptions(threads=2), initial=initial)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
