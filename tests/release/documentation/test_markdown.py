"""Markdown tables."""

from __future__ import annotations

from mariogpt_mcp.release.documentation.markdown import first_sentence, table


def test_a_table() -> None:
    assert table(["a", "b"], [("1", "2"), ("x | y", "two\n  lines")]) == (
        "| a | b |\n|---|---|\n| 1 | 2 |\n| x \\| y | two lines |"
    )


def test_the_first_sentence() -> None:
    assert first_sentence("One sentence,\nin two lines. Another.\n\nMore.") == "One sentence, in two lines."
    assert first_sentence("Files such as a.txt end here") == "Files such as a.txt end here."
    assert first_sentence("Is it valid? It is.") == "Is it valid?"
