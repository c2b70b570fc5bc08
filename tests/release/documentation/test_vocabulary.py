"""The tables of settings, formats and classes."""

from __future__ import annotations

import re

import pytest

from mariogpt_mcp.export.formats import FORMATS
from mariogpt_mcp.level.features import COUNTABLES, class_of
from mariogpt_mcp.release.documentation import vocabulary
from mariogpt_mcp.settings import PREFIX, Settings


def test_every_setting_with_its_default_and_what_it_allows() -> None:
    rows = re.findall(r"^\| `(MARIOGPT_\w+)` \| `?([^`|]*?)`? \|", vocabulary.settings_table(), re.MULTILINE)
    assert rows == [(f"{PREFIX}{name.upper()}", str(f.default)) for name, f in Settings.model_fields.items()]
    assert re.search(r"`MARIOGPT_KEEP` \| `200` \| .* \| 1 to 10000 \|", vocabulary.settings_table())
    assert re.search(r"`MARIOGPT_DEVICE` \| `auto` \| .* \| `auto`, `cpu`, `cuda` \|", vocabulary.settings_table())


def test_the_main_settings_are_six_of_them() -> None:
    assert len(vocabulary.MAIN_SETTINGS) == 6
    assert set(vocabulary.MAIN_SETTINGS) < set(Settings.model_fields)


def test_every_format() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\S+)` \|", vocabulary.formats(), re.MULTILINE)
    assert rows == [(one.name, one.ending) for one in FORMATS.values()]


@pytest.mark.parametrize("name", COUNTABLES)
def test_the_bounds_of_the_classes_are_those_that_count(name: str) -> None:
    [row] = [line for line in vocabulary.classes().splitlines() if line.startswith(f"| {name} |")]
    bounds = re.findall(r"`(\w+)` (\d+)(?: to (\d+)| or more)?", row)
    assert [word for word, _, _ in bounds][-1] == "many"
    for word, low, high in bounds:
        for count in {int(low), int(high or low)}:
            assert class_of(name, count, 50) == word  # type: ignore[arg-type]
