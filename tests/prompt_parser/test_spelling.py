from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.prompt_parser import spelling
from mariogpt_mcp.prompt_parser.lexicon import phrases, section
from mariogpt_mcp.prompt_parser.spelling import MIN_LENGTH, correct, known_words

LONG_WORDS = sorted(
    phrase[0]
    for phrase, (kind, _) in phrases().items()
    if kind in ("quantity", "noun", "elevation", "style", "mood")
    and len(phrase) == 1
    and len(phrase[0]) > MIN_LENGTH
    and phrase[0].isalpha()
)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("pipes", ("pipes",)),
        ("goomba's", ("goomba",)),
        ("sooo", ("so",)),
        ("pipesss", ("pipes",)),
        ("lorryload", ("loads",)),
        ("pipeless", ("pipe", "-", "less")),
        ("goombafree", ("goomba", "-", "free")),
        ("plattforms", ("platforms",)),
        ("mountians", ("mountains",)),
        ("eneimes", ("enemies",)),
        ("elevatmon", ("elevation",)),
        ("difficullty", ("difficulty",)),
        ("undergruond", ("underground",)),
        ("tuebs", ("tubes",)),
    ],
)
def test_what_was_meant(word: str, meant: tuple[str, ...]) -> None:
    assert correct(word) == meant


@pytest.mark.parametrize(
    "word",
    [
        "spooky",  # like no word of the lexicon
        "tubez",  # five letters: only swapped ones are corrected
        "mutains",  # two errors
        "sountains",  # another first letter
        "remaining",  # English words are left alone: this is not "raining"
        "models",
        "минус",
    ],
)
def test_what_is_not_corrected(word: str) -> None:
    assert correct(word) == (word,)


@st.composite
def misspelled(draw: st.DrawFn) -> str:
    """A word of the lexicon with a letter added, missing or wrong, or two neighbours swapped, except the first."""
    word = draw(st.sampled_from(LONG_WORDS))
    i, letter = draw(st.integers(1, len(word) - 2)), draw(st.sampled_from(string.ascii_lowercase))
    return draw(
        st.sampled_from(
            [
                word[:i] + letter + word[i:],
                word[:i] + word[i + 1 :],
                word[:i] + letter + word[i + 1 :],
                word[:i] + word[i + 1] + word[i] + word[i + 2 :],
            ]
        )
    )


@given(misspelled())
def test_one_error_in_a_long_word_is_corrected(word: str) -> None:
    assert word in section("never_corrected") or set(correct(word)) <= known_words() | {"-"}


@given(misspelled() | st.text(string.ascii_lowercase + "'", min_size=1, max_size=12))
def test_a_corrected_word_stays_as_it_is(word: str) -> None:
    corrected = correct(word)
    assert corrected == (word,) or all(correct(part) == (part,) for part in corrected if part != "-")


def test_every_exception_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    never_corrected = section("never_corrected")
    monkeypatch.setattr(spelling, "section", lambda name: frozenset())
    assert [word for word in sorted(never_corrected) if spelling._most_similar(word) == word] == []
