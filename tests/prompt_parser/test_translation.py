from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from mariogpt_mcp.prompt_parser.lexicon import entries
from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.prompt_parser.translation import translate
from tests.conftest import ROOT

FOLDER = Path(__file__).parent
LANGUAGES = json.loads((ROOT / "resources" / "languages.json").read_text(encoding="utf-8"))


def rows(file: str) -> list[dict[str, str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


PHRASES = rows("languages.tsv")


@pytest.mark.parametrize("row", PHRASES, ids=lambda row: row["phrase"])
def test_prompts_in_other_languages(row: dict[str, str]) -> None:
    parsed = parse_prompt(row["phrase"])
    assert parsed.spec.text == row["understood"]
    assert parsed.not_understood == ()
    assert parsed.text == row["phrase"]


def test_every_language_has_thirty_phrases() -> None:
    assert set(Counter(row["language"] for row in PHRASES).values()) == {30}
    assert {row["language"] for row in PHRASES} == set(LANGUAGES)


def test_english_is_not_translated() -> None:
    for row in rows("phrases.tsv"):
        if row["phrase"] != "ein Level mit vielen Röhren":
            assert translate(row["phrase"]) == row["phrase"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_is_a_word_of_the_lexicon(language: str) -> None:
    known = {word for phrase, _, _ in entries() for word in phrase.split()} | {",", "2", "i"}
    for english, phrases in LANGUAGES[language].items():
        assert all(word in known or word.isdecimal() for word in english.split()), english
        assert all(phrase == phrase.lower().strip() for phrase in phrases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_listed_twice_in_a_language(language: str) -> None:
    count = Counter(phrase for phrases in LANGUAGES[language].values() for phrase in phrases)
    assert [phrase for phrase, times in count.items() if times > 1] == []


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("viele pipes, wenige enemies", "many pipes, little enemies"),
        ("MUCHAS TUBERÍAS", "many pipes"),
        ("土管５本", "5 pipes"),
        ("beaucoup d\u2019ennemis", "many enemies"),
    ],
)
def test_mixed_and_unusual_spellings(text: str, understood: str) -> None:
    assert parse_prompt(text).spec.text == understood


@pytest.mark.parametrize("text", ["a seven deadly sin level", "die hard level", "plus size level", "la la land level"])
def test_single_foreign_words_in_english_change_nothing(text: str) -> None:
    assert translate(text) == text


def test_words_that_no_language_knows_are_named_as_they_were_written() -> None:
    assert parse_prompt("viele Röhren mit Lavafontänen").not_understood == ("lavafontänen",)
