"""Plain English: words and phrases that are not used in code, messages, pages and documents."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

BANNED = {
    r"mend(s|ed|ing)?": "repair, fix",
    r"hand(s|ed|ing)? (\w+ )?over": "return, pass",
    r"(is|are|was|were|be|been) handed": "gets, receives",
    r"(is|are|be|was|were|stays?|remains?|keeps?|kept|left|still|not|or) whole": "valid",
    r"whole (and|or|if|where|when|but)": "valid",
    r"wish(es|ed|ing)?": "request, prompt",
    r"shall": "must, should, will",
    r"anew": "again; rewrite",
    r"(?<!leave )(?<!leaves )(?<!left )alone": "only",
    r"hence|thus|therefore": "so",
    r"heed(s|ed|ing)?": "follow",
    r"lest": "so that ... not",
    r"upon": "on",
    r"whilst|amongst": "while, among",
    r"(there|where)(of|in|by|upon|with)": "of it, in it, by it",
    r"\w*manieth": "every n-th",
    r"at hand": "available",
    r"nothing but": "only",
    r"(go|goes|going|went|gone) on": "continue",
    r"ways? on": "a way forward, a route",
    r"br(eak|eaks|oke|oken) off": "interrupt",
    r"beforehand": "before, first",
    r"besides": "also, except for",
    r"as asked": "as requested",
    r"with that said": "then",
    r"of (its|their|his|one's) own": "separate",
    r"tells of": "describes",
    r"held against": "compared with",
    r"(is|are|was|were) told": "receives",
    r"for want of": "because there is no",
}
"""Patterns of words, and what to write instead."""

_PATTERN = re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in BANNED), re.IGNORECASE)

DATA = {
    "resources/lexicon.json",  # words that users write
    "resources/free_prompts.json",
    "resources/checkpoint/census.json",
    "resources/checkpoint/evaluation.json",
    "tests/test_english.py",
    "LICENSE",  # a standard text
}

_FOLDERS = ("mariogpt_mcp", "resources", "prompts", "tests", ".github", ".ci")
_SUFFIXES = {".py", ".js", ".cjs", ".mjs", ".html", ".css", ".md", ".json", ".yml", ".yaml", ".toml", ".java", ""}


def _texts() -> Iterator[Path]:
    files = [file for file in ROOT.iterdir() if not file.name.endswith((".lock", ".log"))]
    files += [file for folder in _FOLDERS for file in (ROOT / folder).rglob("*")]
    for file in sorted(files):
        name = file.relative_to(ROOT).as_posix()
        if file.is_file() and file.suffix in _SUFFIXES and name not in DATA and not name.startswith("tests/data/"):
            yield file


def _spoken(code: str) -> str:
    """The comments, docstrings and names of a Python file, each on its line; other strings are left out."""
    tree = ast.parse(code)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        node.body[0].lineno
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and ast.get_docstring(node) is not None
    }
    lines = [""] * (code.count("\n") + 2)
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type in (tokenize.COMMENT, tokenize.NAME) or (
            token.type == tokenize.STRING and token.start[0] in docstrings
        ):
            for number, line in enumerate(token.string.splitlines(), token.start[0]):
                lines[number] += f" {line}"
    return "\n".join(lines)


def _found(text: str) -> list[str]:
    """The banned words of a text with their lines. `a_name` and `aName` are two words each."""
    words = re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", text)
    return [f"{words.count(chr(10), 0, found.start())}: {found[0]}" for found in _PATTERN.finditer(words)]


@pytest.mark.parametrize("file", list(_texts()), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_words_that_are_not_used(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py" and file.relative_to(ROOT).parts[0] == "tests":
        # Strings of tests are prompts of users and expected messages; the messages are checked where they are made.
        text = _spoken(text)
    assert _found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "def mend_level(): ...",
        "# what it hands over\n",
        "The level is whole.",
        "A level without a wish",
        "each so manieth step",
        "const noWish = 1",
        "in memory\nalone",
        "shall\n",
    ],
)
def test_they_are_found_in_names_and_sentences(text: str) -> None:
    assert len(_found(text)) == 1


@pytest.mark.parametrize("text", ["the whole level", "a whole number", "left alone", "recommended", "Hands"])
def test_words_that_look_like_them_are_not(text: str) -> None:
    assert _found(text) == []


def test_strings_in_tests_are_left_out_but_not_docstrings() -> None:
    code = 'def test_a() -> None:\n    """Shall not."""\n    parse("I wish")  # anew\n'
    assert _found(_spoken(code)) == ["2: Shall", "3: anew"]
