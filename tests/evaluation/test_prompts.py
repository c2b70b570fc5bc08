from __future__ import annotations

from collections import Counter

import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.prompts import combination_prompts, natural_prompts, number_prompts, style_prompts
from mariogpt_mcp.level.features import Features
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.prompt_parser.spec import PromptSpec


def test_each_kind_of_prompt_covers_its_values(package_level: Level) -> None:
    assert len(set(combination_prompts(96))) == 96
    assert combination_prompts(97)[96] == combination_prompts(1)[0]
    styles = [parse_prompt(text).spec for text in style_prompts(4)]
    assert [spec.style for spec in styles] == [*STYLES, STYLES[0]]
    assert all(spec == PromptSpec(style=spec.style) for spec in styles)
    numbers = [parse_prompt(text).spec for text in number_prompts(200, 0)]
    assert {spec.pipes for spec in numbers} == set(range(9))
    assert {spec.enemies for spec in numbers} == set(range(13))
    originals = [package_level[:2000]]
    natural = natural_prompts(50, originals, 0)
    assert natural == natural_prompts(50, originals, 0) != natural_prompts(50, originals, 1)
    assert all(len(parse_prompt(text).spec.text.split(", ")) == 4 for text in natural)


@pytest.mark.parametrize("count", [7, 96, 300])
def test_natural_prompts_are_as_frequent_as_their_windows_for_any_count(package_level: Level, count: int) -> None:
    level = package_level[:3000]
    windows = Counter(Features.of(level[start : start + 50]).caption for start in range(0, 2951, 25))
    for seed in range(5):
        drawn = Counter(natural_prompts(count, [level], seed))
        assert set(drawn) <= set(windows)
        for caption, n in windows.items():
            # Random draws would differ by more.
            assert abs(drawn[caption] - count * n / windows.total()) < 2.5


def test_natural_prompts_need_an_original_that_is_wide_enough(package_level: Level) -> None:
    with pytest.raises(MarioGPTError, match="no level of 50 columns"):
        natural_prompts(3, [package_level[:49]], 0)
