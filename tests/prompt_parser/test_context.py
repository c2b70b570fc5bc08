from __future__ import annotations

import pytest

from mariogpt_mcp.prompt_parser.context import Context
from mariogpt_mcp.prompt_parser.tokenizer import tokenize


def at(text: str, word: str) -> tuple[Context, int]:
    """The context of a text, and the position of the item that is `word`."""
    items = tokenize(text)
    return Context(items), [item.text for item in items].index(word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("pipes 3 enemies 2", True), ("pipes many, enemies few", True), ("3 pipes 2 enemies", False), ("pipes", False)],
)
def test_amounts_follow_nouns(text: str, expected: bool) -> None:
    assert Context(tokenize(text)).amounts_follow_nouns is expected


def test_neighbours_pass_over_fillers_only_ahead() -> None:
    context, i = at("many of the pipes", "many")
    assert context.next(i).value == "pipes"
    assert context.directly_after(i).kind == "filler"
    assert context.previous(i).kind == "stop"
    assert context.next(len(context.items) - 1).kind == context.directly_after(len(context.items) - 1).kind == "stop"


QUESTIONS = [
    ("amount_has_noun", "many pipes", "many", True),
    ("amount_has_noun", "pipes many", "many", False),
    ("counts_something_else", "7 years", "7", True),
    ("counts_something_else", "a class of 30", "30", True),
    ("counts_something_else", "7 pipes", "7", False),
    ("is_requested", "make it 5", "5", True),
    ("is_requested", "pipes. 5.", "5", True),
    ("is_requested", "pipes 5", "5", False),
    ("announces_nouns", "lots of everything, pipes and enemies", "everything", True),
    ("announces_nouns", "lots of everything please", "everything", False),
    ("modifies_another_noun", "a pipe level", "pipe", True),
    ("modifies_another_noun", "a pipe", "pipe", False),
    ("has_indefinite_article", "a scary goomba", "goomba", True),
    ("has_indefinite_article", "a pipe level", "pipe", False),
    ("has_indefinite_article", "the pipe", "pipe", False),
    ("follows_or", "no pipes or a goomba", "goomba", True),
    ("follows_or", "no pipes and goombas", "goombas", False),
    ("is_in_list", "pipes, enemies or bricks", "pipes", True),
    ("is_in_list", "pipes, flat or high", "pipes", False),
    ("describes_countable", "scary monsters", "scary", True),
    ("describes_countable", "scary level with goombas", "scary", False),
    ("describes_countable", "big, scary monsters", "scary", True),
    ("follows_too", "too flat", "flat", True),
    ("follows_too", "flat", "flat", False),
    ("ends_clause", "pipes allowed, enemies", "allowed", True),
    ("ends_clause", "allowed pipes", "allowed", False),
    ("clause_describes_earlier_level", "the last level had pipes", "the", True),
    ("clause_describes_earlier_level", "pipes like in the last level", "pipes", False),
]


@pytest.mark.parametrize(("question", "text", "word", "expected"), QUESTIONS)
def test_questions(question: str, text: str, word: str, expected: bool) -> None:
    context, i = at(text, word)
    assert getattr(context, question)(i) is expected


def test_adjectives_between_commas_are_passed_over_on_request() -> None:
    context, i = at("hard, scary monsters", "hard")
    assert not context.describes_countable(i)
    assert context.describes_countable(i, across_commas=True)
