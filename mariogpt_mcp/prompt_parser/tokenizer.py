"""Splits a prompt into words and signs, and finds the phrases of the lexicon among them."""

from __future__ import annotations

import re

from mariogpt_mcp.prompt_parser.lexicon import (
    Item,
    aliases,
    longest_alias,
    longest_phrase,
    phrases,
    section,
    verb_particles,
)
from mariogpt_mcp.prompt_parser.numerals import merge_numbers
from mariogpt_mcp.prompt_parser.spelling import correct

_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|(?<=[^\W\d_])'(?=\s)|[=-]>|[<>]=|[,.;:=!?/&+<>≤≥~%-]",
    re.UNICODE,
)
_NEGATIVE_NUMBER = re.compile(r"(?<!\S)-(?=\d)")
_BETWEEN_DIGIT_AND_LETTER = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:[ .'\u00a0\u2009\u202f]\d{3})+(?![\d.,]?\d)")
"""Numbers in groups of three digits, such as "1 500", "1.000" and "1'000". Amounts are integers, not decimals."""

_EXPONENT = re.compile(r"(?<![\w.,])(\d{1,3})e(\d)(?!\w)")
_ELLIPSIS = re.compile(r"\.{2,}|\u2026")
_WORD_OR_NUMBER = re.compile(r"\w")
_NEGATIONS_THAT_MEAN_MORE = ("nothing", "stop", "quit", "never")

_PARTICLE_DISTANCE = 7
"""Most tokens between a verb and its particle, as in "leave the pipes out"."""


def tokenize(text: str) -> list[Item]:
    """The phrases of a text from left to right, always the longest that fits; other words are "unknown"."""
    tokens, table = _tokens(text), phrases()
    items: list[Item] = []
    i = 0
    while i < len(tokens):
        for size in range(min(longest_phrase(), len(tokens) - i), 0, -1):
            words, taken = _words_at(tokens, i, size)
            if words in table:
                items.append(Item(*table[words], " ".join(words)))
                i += taken
                break
        else:
            items += _item_without_phrase(tokens, i)
            i += 1
    return merge_numbers(items)


def has_negative_number(text: str) -> bool:
    """Whether a number in the text has a minus sign."""
    return bool(_NEGATIVE_NUMBER.search(text))


def _tokens(text: str) -> list[str]:
    """The words and signs of a text, with spelling, aliases and separated verbs normalized."""
    tokens: list[str] = []
    lowered = text.lower().replace("\u2019", "'")
    lowered = _GROUPED.sub(lambda found: re.sub(r"\D", "", found[0]), lowered)
    lowered = _EXPONENT.sub(lambda found: found[1] + "0" * int(found[2]), lowered)
    lowered = _BETWEEN_DIGIT_AND_LETTER.sub(" ", lowered)
    for token in _TOKEN.findall(_ELLIPSIS.sub(", ", lowered)):
        if not _WORD_OR_NUMBER.match(token):
            tokens.append(":" if token in ("=>", "->") else token)
        elif token in ("can't", "cant", "cannot"):
            tokens += ["can", "not"]
        elif token.replace("'", "") in section("negations") and token not in _NEGATIONS_THAT_MEAN_MORE:
            tokens.append("not")  # so that the phrase "not many" also matches "aren't many"
        else:
            tokens += correct(token)
    return _join_separated_verbs(_replace_aliases(tokens))


def _replace_aliases(tokens: list[str]) -> list[str]:
    table = aliases()
    replaced: list[str] = []
    i = 0
    while i < len(tokens):
        for size in range(min(longest_alias(), len(tokens) - i), 0, -1):
            words = table.get(tuple(tokens[i : i + size]))
            if words is not None and (size > 1 or tuple(tokens[i : i + 3]) not in phrases()):
                replaced += words
                i += size
                break
        else:
            replaced.append(tokens[i])
            i += 1
    return replaced


def _join_separated_verbs(tokens: list[str]) -> list[str]:
    """The tokens with verbs and their particles side by side: "leave the pipes out" as "leave out the pipes"."""
    joined = list(tokens)
    for i, token in enumerate(tokens):
        if token not in verb_particles() or joined[i : i + 1] != [token]:
            continue
        end = _join_verb(joined, token, i + 1, i)
        # "turn the bricks up and the pipes down"
        if end and joined[end : end + 1] == ["and"]:
            _join_verb(joined, token, end + 1, end + 1)
    return joined


def _join_verb(tokens: list[str], verb: str, after: int, start: int) -> int:
    """Put a verb beside its particle, in place; returns the end of what was moved, or 0.

    The verb is `tokens[start:after]`. If `start` equals `after`, it is only implied, and is inserted there.
    """
    for j in range(after, min(after + _PARTICLE_DISTANCE, len(tokens))):
        if not tokens[j][0].isalnum() or (tokens[j] == "and" and start == after):
            return 0
        rest = next((rest for rest in verb_particles()[verb] if tuple(tokens[j : j + len(rest)]) == rest), None)
        if rest is None:
            continue
        end = j + len(rest)
        if j > after or start == after:
            between = tokens[after:j]
            # "fill the level with pipes": the noun comes after "with", so the verb moves to "with".
            noun_follows = rest[-1] in ("with", "of", "in") and end < len(tokens) and rest[0] != "in"
            tokens[start:end] = [*between, verb, *rest] if noun_follows else [verb, *rest, *between]
            end += start == after
        return end
    return 0


def _item_without_phrase(tokens: list[str], i: int) -> list[Item]:
    """The item for a number, a sign or an unknown word; none for a hyphen between words."""
    token = tokens[i]
    if token[0].isdecimal():
        return [Item("number", _rounded(token), token)]
    if token in (":", "="):
        return [Item("colon", "", token)]
    if token == "-":
        in_range = i > 0 and tokens[i - 1][0].isdecimal() and i + 1 < len(tokens) and tokens[i + 1][0].isdecimal()
        return [Item("filler", "", token)] if in_range else []
    return [Item("unknown" if token[0].isalnum() else "stop", "", token)]


def _words_at(tokens: list[str], start: int, size: int) -> tuple[tuple[str, ...], int]:
    """`size` words from `start`, and how many tokens they are.

    A hyphen joins words as a space does ("low-lying"), unless the phrase itself has it ("-free", "1-2").
    """
    if tokens[start] == "-":
        return ("-" + "".join(tokens[start + 1 : start + 2]),) if size == 1 else (), 2
    exact = tuple(tokens[start : start + size])
    if exact in phrases():
        return exact, size
    words: list[str] = []
    i = start
    while i < len(tokens) and len(words) < size:
        if tokens[i] != "-":
            words.append(tokens[i])
        i += 1
    return tuple(words), i - start


def _rounded(number: str) -> str:
    whole, _, decimals = number.replace(",", "").partition(".")
    return str(int(whole) + (decimals != "" and int(decimals[0]) >= 5))
