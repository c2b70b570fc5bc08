from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.features import CLASSES, ELEVATIONS
from mariogpt_mcp.prompt import MAX_LENGTH, MAX_NUMBER, PromptSpec, clean_prompt, parse_prompt

with (Path(__file__).parent / "data" / "phrases.tsv").open(encoding="utf-8", newline="") as file:
    PHRASES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_table_is_large() -> None:
    assert len(PHRASES) >= 120


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["phrase"])
def test_everyday_english(row: dict[str, str]) -> None:
    prompt = parse_prompt(row["phrase"])
    assert prompt.spec.text == row["understood"]
    assert "; ".join(prompt.not_understood) == row["not understood"]


amounts = {name: st.none() | st.sampled_from(words) | st.integers(0, MAX_NUMBER) for name, words in CLASSES.items()}
specs = st.builds(PromptSpec, **amounts, elevation=st.none() | st.sampled_from(ELEVATIONS))


@given(specs, st.randoms())
def test_a_spec_is_read_back_from_its_text_in_any_order(spec: PromptSpec, random: object) -> None:
    parts = spec.text.split(", ")
    random.shuffle(parts)  # type: ignore[attr-defined]
    prompt = parse_prompt(", ".join(parts))
    assert prompt.spec == spec
    assert prompt.not_understood == ()
    assert prompt.notes == ()


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    prompt = parse_prompt(text)
    assert parse_prompt(prompt.spec.text).spec == prompt.spec


def test_notes_say_what_was_not_taken_as_written() -> None:
    assert "read as 'little blocks'" in parse_prompt("no blocks").notes[0]
    assert "'at least' was passed over" in parse_prompt("at least 3 pipes").notes[0]
    assert "asked for twice" in parse_prompt("many pipes, no pipes").notes[0]
    assert "asked for twice" in parse_prompt("high elevation, low elevation").notes[0]
    assert "reduced to 1000" in parse_prompt("2000 enemies").notes[0]


def test_control_characters_go_and_the_length_is_bounded() -> None:
    assert clean_prompt("many\x00 pipes\n\tand\x1b[31m red\u202e") == "many pipes and [31m red"
    assert len(clean_prompt("pipes " * 1000)) <= MAX_LENGTH
