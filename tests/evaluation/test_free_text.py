from __future__ import annotations

import pytest

from mariogpt_mcp.evaluation.free_text import FreePrompt, Reading, free_prompts
from mariogpt_mcp.level.features import COUNTABLES, ELEVATIONS
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.prompt_parser.prompt import MAX_LENGTH, clean_prompt
from mariogpt_mcp.prompt_parser.spec import MAX_NUMBER

AMOUNTS = ("no", "little", "some", "many")
# People may mean "no blocks", although every level has blocks.
READINGS = {"pipes": AMOUNTS, "enemies": AMOUNTS, "blocks": AMOUNTS, "elevation": ELEVATIONS, "style": STYLES}


@pytest.mark.parametrize(
    ("text", "asks", "understood"),
    [
        ("", {}, True),
        ("many pipes", {"pipes": ("many",)}, True),
        ("many pipes", {"pipes": ("some", "many")}, True),
        ("many pipes", {"pipes": ("some",)}, False),
        ("many pipes", {"pipes": (None, "many")}, True),
        ("many pipes", {"pipes": (None, "some")}, False),
        # An attribute that the prompt does not name must stay open.
        ("many pipes", {}, False),
        ("many pipes, 3 enemies", {"pipes": ("many",)}, False),
        ("many pipes, 3 enemies", {"pipes": ("many",), "enemies": (3,)}, True),
        ("many pipes, 3 enemies", {"pipes": ("many",), "enemies": ("3",)}, False),
        ("many pipes, 3 enemies", {"pipes": ("many",), "enemies": ("little", 3)}, True),
        # An attribute that the prompt names must be read.
        ("flurbs", {"blocks": ("many",)}, False),
        ("flurbs", {"blocks": (None, "many")}, True),
        ("high elevation", {"elevation": ("high",)}, True),
        ("high elevation", {"elevation": ("low",)}, False),
        ("high elevation", {}, False),
        ("underground", {"style": ("underground",)}, True),
        ("underground", {"style": ("athletic", None)}, False),
        ("underground", {}, False),
    ],
)
def test_a_prompt_is_understood_if_each_attribute_is_read_right(
    text: str, asks: dict[str, tuple[Reading, ...]], understood: bool
) -> None:
    assert FreePrompt(text, asks).understood is understood


def test_there_are_80_different_prompts() -> None:
    prompts = free_prompts()
    assert len(prompts) == 80
    assert len({clean_prompt(prompt.text).lower() for prompt in prompts}) == 80
    assert all(0 < len(clean_prompt(prompt.text)) < MAX_LENGTH for prompt in prompts)


def test_every_reading_is_a_word_or_a_number_that_fits_its_attribute() -> None:
    for prompt in free_prompts():
        assert set(prompt.asks) <= set(READINGS), prompt
        for name, readings in prompt.asks.items():
            assert readings, prompt
            assert len(set(readings)) == len(readings), prompt
            for reading in readings:
                if isinstance(reading, int):
                    assert not isinstance(reading, bool), prompt
                    assert name in COUNTABLES, prompt
                    assert 0 <= reading <= MAX_NUMBER, prompt
                else:
                    assert reading is None or reading in READINGS[name], prompt
