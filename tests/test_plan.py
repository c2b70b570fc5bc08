from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.features import CLASSES, COUNTABLES, class_of, class_range
from mariogpt_mcp.plan import plan, window_widths
from mariogpt_mcp.wishes import PromptSpec
from tests.test_prompt import specs


@pytest.mark.parametrize(
    ("columns", "widths"), [(7, [7]), (50, [50]), (51, [25, 26]), (100, [50, 50]), (200, [50] * 4), (120, [40] * 3)]
)
def test_windows_are_at_most_50_columns_and_even(columns: int, widths: list[int]) -> None:
    assert window_widths(columns) == widths


@given(specs, st.integers(7, 200), st.integers(0, 2**32 - 1))
def test_targets_are_what_the_prompt_asks_for(spec: PromptSpec, columns: int, seed: int) -> None:
    targets = plan(spec, columns, np.random.default_rng(seed))
    assert sum(t.columns for t in targets) == columns
    for name in COUNTABLES:
        amount, drawn = spec.amount(name), [getattr(t, name) for t in targets]
        if amount is None:
            assert drawn == [None] * len(targets)
        elif isinstance(amount, int):
            assert sum(drawn) == amount
        else:
            low, high = class_range(name, amount, columns)
            if high is None or low <= high:  # else no level this narrow has the class
                assert class_of(name, sum(drawn), columns) == amount
    assert {t.high for t in targets} == {None if spec.elevation is None else spec.elevation == "high"}


@given(st.integers(0, 2**32 - 1))
def test_each_window_of_50_is_in_the_class_by_itself(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for name in COUNTABLES:
        for word in CLASSES[name]:
            for target in plan(PromptSpec(**{name: word}), 150, rng):
                assert class_of(name, getattr(target, name), 50) == word


def test_the_same_seed_draws_the_same_targets() -> None:
    spec = PromptSpec("many", "some", "some", "high")
    assert plan(spec, 100, np.random.default_rng(5)) == plan(spec, 100, np.random.default_rng(5))
