"""Translates the words of prompts in other languages to English, so that one parser reads them all.

`resources/languages.json` has, for each language, the words and phrases that mean an English word of the lexicon. The
grammar is not translated. In Japanese and Chinese, which have no spaces, the longest phrase at a place is taken.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files

from mariogpt_mcp.prompt_parser.lexicon import entries

_WITHOUT_SPACES = ("ja", "zh")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_FUNCTION_WORDS = {
    *("with", "and", "but", "or", "please", "make", "me", "i want", "a", "the", "of", "in", "very", "level"),
    *("that has", ",", ""),
}
"""Translations that say nothing about a level. A prompt is in a language if it has a word with another translation."""

_WORD = re.compile(r"[^\W\d_]+")


def translate(text: str) -> str:
    """The text with its words in English if it is in another language that is known, otherwise unchanged."""
    if _CJK.search(text):
        return _without_spaces(unicodedata.normalize("NFKC", text))
    lowered = text.lower().replace("\u2019", "'")
    counts = {language: _words_of(language, lowered) for language in _tables() if language not in _WITHOUT_SPACES}
    best = max(counts, key=counts.__getitem__)
    if not counts[best]:
        return text
    table = _tables()[best]
    return _pattern(best).sub(lambda found: table[found[0]], lowered)


def _words_of(language: str, lowered: str) -> int:
    """How many words of a prompt are of a language; 0 if the prompt is English, or not in that language."""
    table = _tables()[language]
    found = [match[0] for match in _pattern(language).finditer(lowered)]
    telling = [phrase for phrase in found if table[phrase].strip() not in _FUNCTION_WORDS and phrase not in _english()]
    if not telling:
        return 0
    others = _WORD.findall(_pattern(language).sub(" ", lowered))
    english = sum(word in _english() for word in others)
    return len(found) if english <= len(telling) else 0


def _without_spaces(text: str) -> str:
    """The text in that of the two languages of which more characters are known."""
    covered = {
        language: sum(len(match[0]) for match in _pattern(language).finditer(text)) for language in _WITHOUT_SPACES
    }
    language = "ja" if re.search(r"[\u3040-\u30ff]", text) else max(covered, key=covered.__getitem__)
    table = _tables()[language]
    return _pattern(language).sub(lambda found: f" {table[found[0]]} ", text)


@cache
def _tables() -> dict[str, dict[str, str]]:
    """For each language, the English for each phrase."""
    text = files("mariogpt_mcp.resources").joinpath("languages.json").read_text(encoding="utf-8")
    words: dict[str, dict[str, list[str]]] = json.loads(text)
    return {
        language: {
            # The noun follows "d'" without a space.
            phrase: english + " " * phrase.endswith("'")
            for english, phrases in table.items()
            for phrase in phrases
        }
        for language, table in words.items()
    }


@cache
def _pattern(language: str) -> re.Pattern[str]:
    """Finds the phrases of a language, always the longest that fits."""
    phrases = sorted(_tables()[language], key=len, reverse=True)
    if language in _WITHOUT_SPACES:
        return re.compile("|".join(map(re.escape, phrases)))
    return re.compile("|".join(rf"(?<!\w){re.escape(p)}" + ("" if p.endswith("'") else r"(?!\w)") for p in phrases))


@cache
def _english() -> frozenset[str]:
    """The single English words that the parser knows."""
    return frozenset(word for phrase, _, _ in entries() for word in phrase.split())
