from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from typing import get_args

from mariogpt_mcp.level.features import CLASSES
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.prompt_parser import lexicon
from mariogpt_mcp.prompt_parser.lexicon import (
    ELEVATION_NOUNS,
    Kind,
    aliases,
    entries,
    fallback_moods,
    longest_alias,
    longest_phrase,
    moods,
    opposites,
    phrases,
    verb_particles,
)

WORDS = json.loads(files("mariogpt_mcp.resources").joinpath("lexicon.json").read_text(encoding="utf-8"))


def values_of(kind: Kind) -> set[str]:
    return {value for _, other, value in entries() if other == kind}


def test_no_phrase_is_listed_twice() -> None:
    counts = Counter(phrase for phrase, _, _ in entries())
    assert [phrase for phrase, count in counts.items() if count > 1] == []


def test_every_section_is_documented() -> None:
    rows = [line for line in (lexicon.__doc__ or "").splitlines() if " | " in line]
    assert {row.split(" | ")[0].strip("`") for row in rows[1:]} == set(WORDS)


def test_every_kind_has_phrases() -> None:
    assert {kind for _, kind, _ in entries()} | {"stop", "colon"} == set(get_args(Kind))


def test_values_are_those_that_the_parser_knows() -> None:
    classes = set(CLASSES["pipes"])
    assert values_of("quantity") == classes | {"medium", "open"}
    assert values_of("adjustment") | values_of("suffix") <= classes
    assert values_of("noun") == {*CLASSES, *ELEVATION_NOUNS, "difficulty", "gaps"}
    assert values_of("elevation") == values_of("degree") == {"low", "high"}
    assert values_of("style") == set(STYLES)
    assert values_of("bound") == {"least", "most", "above", "below", "about", "range"}
    assert values_of("mood") == set(moods())
    assert all(float(value) > 0 for value in values_of("ratio"))
    assert all(int(value) >= 0 for value in values_of("number"))


def test_moods_set_attributes_that_exist() -> None:
    assert moods()["easy"] == {"enemies": "little", "elevation": "low"}
    assert fallback_moods() == {"young"}


def test_opposites_are_values() -> None:
    known = {value for kind in ("quantity", "mood", "elevation") for value in values_of(kind)}
    assert {*opposites(), *opposites().values()} <= known


def test_measures_are_quantities_with_each_of_their_nouns() -> None:
    assert phrases()["a", "number", "of"] == ("quantity", "some")
    assert phrases()["huge", "amount", "of"] == phrases()["huge", "number", "of"] == ("quantity", "many")


def test_aliases_are_split_into_words() -> None:
    assert aliases()["w", "/", "o"] == ("without",)


def test_the_longest_phrase_and_alias_bound_the_search() -> None:
    assert longest_phrase() == max(len(phrase.split()) for phrase, _, _ in entries())
    assert longest_alias() == max(len(alias.split()) for listed in WORDS["aliases"].values() for alias in listed)


def test_particles_are_the_rest_of_separable_verbs_the_longest_first() -> None:
    assert ("out",) in verb_particles()["leave"]
    assert set(verb_particles()) <= set(WORDS["separable_verbs"])
    for rests in verb_particles().values():
        assert [len(rest) for rest in rests] == sorted((len(rest) for rest in rests), reverse=True)
