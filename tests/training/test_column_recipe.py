from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.model.column.checkpoint import load_checkpoint
from mariogpt_mcp.training.column_recipe import ColumnRecipe, validation_crops
from mariogpt_mcp.training.trainer import Trainer
from tests.training.test_trainer import CONFIG


@pytest.fixture(scope="module")
def pieces(package_level: Level) -> tuple[list[Level], list[Level]]:
    return [package_level[:200]], [package_level[200:300]]


@pytest.fixture(scope="module")
def begun(pieces: tuple[list[Level], list[Level]]) -> ColumnRecipe:
    """A recipe after some steps; no test trains it further."""
    recipe = ColumnRecipe(CONFIG, *pieces, "cpu")
    for number in range(20):
        recipe.step(number)
    return recipe


def test_it_begins_with_the_initial_weights(pieces: tuple[list[Level], list[Level]], begun: ColumnRecipe) -> None:
    train, held_out = pieces
    again = ColumnRecipe(replace(CONFIG, seed=1), train, held_out, "cpu", begun.average)
    assert again.validate() == begun.validate()
    assert again.validate() < ColumnRecipe(CONFIG, train, held_out, "cpu").validate()
    again.step(0)
    assert again.validate() != begun.validate()


def test_weights_that_get_worse_are_not_kept(
    pieces: tuple[list[Level], list[Level]], begun: ColumnRecipe, tmp_path: Path
) -> None:
    train, held_out = pieces
    config = replace(CONFIG, init="begun", learning_rate=1.0)
    best = Trainer(ColumnRecipe(config, train, held_out, "cpu", begun.average), train, tmp_path, False).run(print)
    log = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in log] == [0, 5, 10, 15, 20]
    assert best == log[0]["validation_loss"] == begun.validate()
    assert log[-1]["validation_loss"] > best
    kept = load_checkpoint(tmp_path).state_dict()
    for name, tensor in begun.average.state_dict().items():
        torch.testing.assert_close(kept[name], tensor, rtol=0, atol=0)


@pytest.mark.parametrize("steps", [10, 20, 200])
def test_the_learning_rate_rises_and_falls_in_a_short_run_too(package_level: Level, steps: int) -> None:
    config = replace(CONFIG, steps=steps, warm_up=100)
    recipe = ColumnRecipe(config, [package_level[:100]], [package_level[100:150]], "cpu")
    rates = [recipe.learning_rate(step) for step in range(steps)]
    assert max(rates) == pytest.approx(config.learning_rate)
    assert rates[-1] < config.learning_rate / 5


def test_every_column_of_a_held_out_level_is_validated() -> None:
    for columns in (8, 12, 13, 24, 30, 145):
        # Each column is its number in binary, so that the columns of a crop can be recognised.
        numbers = [format(column, "014b").replace("0", "-").replace("1", "X") for column in range(columns)]
        level = Level(tuple("".join(row) for row in zip(*numbers, strict=True)))
        crops = validation_crops(level, 12)
        seen = {int("".join(str(int(t > 0)) for t in column[::-1]), 2) for crop in crops for column in crop.ids}
        assert seen == set(range(columns))
        assert {len(crop.ids) for crop in crops} == {min(12, columns)}
