"""The items of a text, and what stands around each."""

from __future__ import annotations

import re

from mariogpt_mcp.level.features import COUNTABLES
from mariogpt_mcp.prompt_parser.lexicon import Item, aliases, particles, phrases, section
from mariogpt_mcp.prompt_parser.numerals import numbers
from mariogpt_mcp.prompt_parser.spelling import spelled

_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|(?<=[^\W\d_])'(?=\s)|[=-]>|[<>]=|[,.;:=!?/&+<>≤≥~%-]",
    re.UNICODE,
)
_SIGNED = re.compile(r"(?<!\S)-(?=\d)")
_APART = 7
_PLAIN = re.compile(r"\w")


def _tokens(text: str) -> list[str]:
    """The words and signs of a text, each as the vocabulary has it."""
    tokens: list[str] = []
    lowered = re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", text.lower().replace("\u2019", "'"))
    for token in _TOKEN.findall(re.sub(r"\.{2,}|\u2026", ", ", lowered)):
        if not _PLAIN.match(token):
            tokens.append(":" if token in ("=>", "->") else token)
        elif token in ("can't", "cant", "cannot"):
            tokens += ["can", "not"]
        elif token.replace("'", "") in section("negations") and token not in ("nothing", "stop", "quit", "never"):
            tokens.append("not")  # so that "not many" is also "aren't many"
        else:
            tokens += spelled(token)
    return _together(_renamed(tokens))


def _renamed(tokens: list[str]) -> list[str]:
    """The tokens with other ways of saying a thing replaced by the usual one."""
    table = aliases()
    longest = max(map(len, table), default=1)
    renamed: list[str] = []
    i = 0
    while i < len(tokens):
        for size in range(min(longest, len(tokens) - i), 0, -1):
            words = table.get(tuple(tokens[i : i + size]))
            if words is not None and (size > 1 or tuple(tokens[i : i + 3]) not in phrases()):
                renamed += words
                i += size
                break
        else:
            renamed.append(tokens[i])
            i += 1
    return renamed


def _together(tokens: list[str]) -> list[str]:
    """The tokens with verbs and their particles side by side: "leave the pipes out" as "leave out the pipes"."""
    moved = list(tokens)
    for i, token in enumerate(tokens):
        if token not in particles() or moved[i : i + 1] != [token]:
            continue
        end = _join_verb(moved, token, i + 1, i)
        # "turn the bricks up and the pipes down"
        if end and moved[end : end + 1] == ["and"]:
            _join_verb(moved, token, end + 1, end + 1)
    return moved


def _join_verb(tokens: list[str], verb: str, after: int, start: int) -> int:
    """Put a verb, which stands from `start` to `after`, beside its particle; where they ended, or 0."""
    for j in range(after, min(after + _APART, len(tokens))):
        if not tokens[j][0].isalnum() or (tokens[j] == "and" and start == after):
            return 0
        rest = next((rest for rest in particles()[verb] if tuple(tokens[j : j + len(rest)]) == rest), None)
        if rest is None:
            continue
        end = j + len(rest)
        if j > after or start == after:
            between = tokens[after:j]
            # What fills a level is named behind it: "fill the level with pipes".
            fills = rest[-1] in ("with", "of", "in") and end < len(tokens) and rest[0] != "in"
            tokens[start:end] = [*between, verb, *rest] if fills else [verb, *rest, *between]
            end += start == after
        return end
    return 0


def read_items(text: str) -> list[Item]:
    """The phrases of a text from left to right, the longest that fit; words of no phrase are "unknown"."""
    tokens, table = _tokens(text), phrases()
    longest = max(map(len, table))
    items: list[Item] = []
    i = 0
    while i < len(tokens):
        for size in range(min(longest, len(tokens) - i), 0, -1):
            # A hyphen joins words as a space does: "enemy-free", "low-lying".
            words, taken = _take(tokens, i, size)
            if words in table:
                items.append(Item(*table[words], " ".join(words)))
                i += taken
                break
        else:
            items += _sign(tokens, i)
            i += 1
    return numbers(items)


def _sign(tokens: list[str], i: int) -> list[Item]:
    """What a number, a sign or an unknown word stands for."""
    token = tokens[i]
    if token[0].isdecimal():
        return [Item("number", _whole(token), token)]
    if token in (":", "="):
        return [Item("colon", "", token)]
    if token == "-":
        between = i > 0 and tokens[i - 1][0].isdecimal() and i + 1 < len(tokens) and tokens[i + 1][0].isdecimal()
        return [Item("filler", "", token)] if between else []
    return [Item("unknown" if token[0].isalnum() else "stop", "", token)]


def _take(tokens: list[str], start: int, size: int) -> tuple[tuple[str, ...], int]:
    """`size` words from `start`, hyphens between them passed over, and how many tokens that took."""
    if tokens[start] == "-":
        # "-free", and "1-2" as the name of a level
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


def _whole(token: str) -> str:
    whole, _, rest = token.replace(",", "").partition(".")
    return str(int(whole) + (rest != "" and int(rest[0]) >= 5))


class Sentence:
    """The items of a text, and what stands around one of them."""

    def __init__(self, text: str) -> None:
        self.items = read_items(text)
        self.signed = bool(_SIGNED.search(text))
        """Whether a number has a minus sign, which no amount can have."""
        said = [item.kind for item in self.items if item.kind not in ("filler", "head", "wish", "opening", "stop")]
        self.amounts_last = (
            bool(said)
            and said[0] == "noun"
            and (said[-1] in ("quantity", "number", "gauge") or self.items[-1].text == "yes")
        )
        """Whether amounts follow their nouns throughout: "pipes 3 enemies 2"."""

    def next(self, i: int) -> Item:
        """The next item that is no filler; at the end a stop."""
        return next((item for item in self.items[i + 1 :] if item.kind != "filler"), Item("stop", "", ""))

    def before(self, i: int) -> Item:
        """The item just before; at the start a stop."""
        return self.items[i - 1] if i else Item("stop", "", "")

    def noun_follows(self, i: int) -> bool:
        """Whether an amount is followed by what it may count."""
        following = self.next(i)
        counts_head = self.items[i].kind == "number" and following.kind == "head"
        return following.kind in ("noun", "unknown", "elevation", "mood", "gauge", "all") or counts_head

    def ends(self, i: int) -> bool:
        """Whether nothing more follows in the clause."""
        return self.next(i).kind in ("stop", "break", "join", "pronoun", "head")

    def qualifies(self, i: int) -> bool:
        """Whether a noun is part of another: "pipe level", "pipe maze", "pipe-free"."""
        return i + 1 < len(self.items) and self.items[i + 1].kind in ("head", "unknown", "suffix")

    def describes(self, i: int, commas: bool = False) -> bool:
        """Whether an adjective says what countable things are like: "scary monsters", not "a scary goomba level".

        With `commas`, other adjectives may come between: "no big, scary monsters".
        """
        adjectives = ("mood", "elevation", "unknown")
        for j in range(i + 1, len(self.items)):
            kind = self.items[j].kind
            if kind == "noun":
                return self.items[j].value in COUNTABLES and not self.qualifies(j)
            listed = kind == "join" or (commas and self.items[j].text == ",")
            if listed and self.next(j).kind in adjectives:
                continue
            if kind not in ("filler", *adjectives) or self.items[j].value == "link":
                return False
        return False

    def single(self, i: int) -> bool:
        """Whether a noun is one by its article: "a pipe", "a scary goomba"."""
        j = i - 1
        while j >= 0 and self.items[j].kind in ("mood", "elevation", "unknown"):
            j -= 1
        article = j >= 0 and self.items[j].text in ("a", "an")
        return article and not self.items[i].text.endswith("s") and not self.qualifies(i)

    def alternative(self, i: int) -> bool:
        """Whether "or" stands before, as in "no pipes or a goomba"."""
        j = i - 2 if self.before(i).text in ("a", "an", "any") else i - 1
        return j >= 0 and self.items[j].text in ("or", "nor")

    def recalls(self, i: int) -> bool:
        """Whether the clause that starts here tells what another level was like, and does not compare with it."""
        clause: list[Item] = []
        for item in self.items[i:]:
            if item.kind in ("stop", "break"):
                break
            clause.append(item)
        compared = any(item.text in ("than", "like", "as", "same", "to") for item in clause)
        return not compared and any(item.kind == "past" for item in clause)

    def complains(self, i: int) -> bool:
        """Whether an adjective is said to be too much of it: "too flat"."""
        return self.before(i).text == "too"

    def wished(self, i: int) -> bool:
        """Whether an amount is asked for by a verb or stands alone: "make it 5", "can we have 2", "pipes. Five."."""
        j = i - 1
        while j > 0 and self.items[j].kind == "filler" and self.items[j].text not in ("do", "to"):
            j -= 1
        alone = j >= 0 and self.items[j].kind == "stop"
        return alone or (j >= 0 and (self.items[j].kind == "wish" or self.items[j].text in ("do", "have", "to")))

    def lists(self, i: int) -> bool:
        """Whether a noun is one of a list that ends with "and" or "or": "no pipes, enemies or bricks"."""
        for j in range(i + 1, len(self.items)):
            item = self.items[j]
            if item.kind == "join":
                return self.next(j).kind == "noun"
            if item.kind not in ("filler", "noun") and item.text != ",":
                return False
        return False

    def measures(self, i: int) -> bool:
        """Whether a number is a name, an age or of something else: "my 7 year old", "class of 30", "level 3"."""
        if i + 1 < len(self.items) and self.items[i + 1].text.split()[:1]:
            unit = self.items[i + 1].text.split()[0]
            if unit in section("units"):
                return True
        j = i - 1
        while j >= 0 and self.items[j].text in ("of", "only", "just", "#", "now", "is", "like"):
            j -= 1
        return j >= 0 and self.items[j].text.split()[-1:] != [] and self.items[j].text.split()[-1] in section("labels")
