from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.prompt_parser.prompt import MAX_LENGTH, MAX_RAW_LENGTH, clean_prompt, parse_prompt
from mariogpt_mcp.prompt_parser.spec import PromptSpec
from tests.prompt_parser.strategies import prompts, specs

with (Path(__file__).parent / "phrases.tsv").open(encoding="utf-8", newline="") as file:
    PHRASES = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_table_is_large() -> None:
    assert len(PHRASES) >= 300


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["phrase"])
def test_everyday_english(row: dict[str, str]) -> None:
    prompt = parse_prompt(row["phrase"])
    assert prompt.spec.text == row["understood"]
    assert "; ".join(prompt.not_understood) == row["not understood"]


@given(specs, st.randoms())
def test_a_spec_is_read_back_from_its_text_in_any_order(spec: PromptSpec, random: object) -> None:
    parts = spec.text.split(", ")
    random.shuffle(parts)  # type: ignore[attr-defined]
    prompt = parse_prompt(", ".join(parts))
    assert prompt.spec == spec
    assert prompt.not_understood == ()
    assert prompt.notes == ()


@given(st.text(max_size=200) | prompts)
def test_no_text_breaks_it(text: str) -> None:
    prompt = parse_prompt(text)
    assert parse_prompt(prompt.spec.text).spec == prompt.spec


def test_notes_say_what_was_not_taken_as_written() -> None:
    assert "read as 'little blocks'" in parse_prompt("no blocks").notes[0]
    assert "'at least 3' was read as 3" in parse_prompt("at least 3 pipes").notes[0]
    for prompt, last in (
        ("lots of tubes, no tubes", "no tubes"),
        ("high elevation, low elevation", "low elevation"),
        ("5 pipes. Actually 7 pipes", "7 pipes"),
    ):
        assert parse_prompt(prompt).notes[0].endswith(f"were requested; the last one, '{last}', was used")
    assert "reduced to 1000" in parse_prompt("2000 enemies").notes[0]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1.5 pipes", "1.5 was rounded to 2"),
        ("difficulty 5", "5 was ignored"),
        ("medium elevation", "elevation is low or high"),
        ("many goombas, no koopas", "all kinds of enemies are counted together, so 'many enemies' was used"),
        ("3 koopas and 2 goombas", "3 and 2 were added"),
        ("900 bricks and 900 boxes", "1800 blocks was reduced to 1000"),
        ("3 to 5 pipes", "3 to 5 was read as 4"),
        ("3 pipes max", "'3 max' was read as 3"),
        ("pipes < 3", "'< 3' was read as 2"),
        ("-5 pipes", "the minus sign was ignored"),
        ("no more than 3 pipes", "'no more than 3' was read as 3"),
    ],
)
def test_notes_name_the_assumption(text: str, note: str) -> None:
    assert any(note in n for n in parse_prompt(text).notes)


def test_a_note_is_given_once() -> None:
    assert len(parse_prompt("-5 pipes, -3 enemies").notes) == 1
    assert len(parse_prompt("no gaps, no pits").notes) == 1


def test_lists_are_read_line_by_line() -> None:
    for text in (
        "many pipes\n- few enemies",
        "1. many pipes\n2. few enemies",
        "pipes: many\nenemies: few",
        "1) many pipes 2) few enemies",
        "a) many pipes b) few enemies",
    ):
        assert parse_prompt(text).spec == PromptSpec(pipes="many", enemies="little")
    assert parse_prompt("easy\npipes: 3").spec.text == "3 pipes, little enemies, low elevation"
    assert clean_prompt("a level with many\npipes") == "a level with many pipes"


def test_a_prompt_knows_whether_it_was_cut() -> None:
    assert not parse_prompt("pipes " + " " * MAX_RAW_LENGTH * 2).cut
    assert not parse_prompt("x" * MAX_LENGTH).cut
    assert parse_prompt("x" * (MAX_LENGTH + 1)).cut
    assert parse_prompt(" " * MAX_RAW_LENGTH + "pipes").cut


def test_control_characters_go_and_the_length_is_bounded() -> None:
    assert clean_prompt("many\x00 pipes\n\tand\x1b[31m red\u202e") == "many pipes and [31m red"
    assert len(clean_prompt("pipes " * 1000)) <= MAX_LENGTH


@given(st.text(max_size=2 * MAX_LENGTH))
def test_a_cleaned_prompt_is_one_line(text: str) -> None:
    cleaned = clean_prompt(text)
    assert len(cleaned) <= MAX_LENGTH
    assert cleaned == " ".join(cleaned.split())


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("one hundred and twenty three", 123),
        ("1 500", 1000),
        ("1 000", 1000),
        ("1.000", 1000),
        ("1,000", 1000),
        ("1'000", 1000),
        ("1\u202f000", 1000),
        ("1e3", 1000),
        ("2e2", 200),
        ("1.500.000", 1000),
        ("2.5", 3),
        ("12", 12),
    ],
)
def test_numbers_as_people_write_them(written: str, number: int) -> None:
    parsed = parse_prompt(f"{written} bricks")
    assert parsed.spec.blocks == number
    assert not parsed.not_understood


@pytest.mark.parametrize(
    "word",
    [
        *("keine", "ohne", "kein", "geen", "zonder", "nessun", "senza", "aucun", "sans", "pas de", "sin", "ninguna"),
        *("nenhum", "sem", "bez", "\u017cadnych", "Keine", "OHNE"),
    ],
)
def test_a_negation_of_another_language_is_not_its_opposite(word: str) -> None:
    parsed = parse_prompt(f"{word} pipes")
    assert parsed.spec.pipes == "no"
    assert not parsed.not_understood
