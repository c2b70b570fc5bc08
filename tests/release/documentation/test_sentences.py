"""The first sentences of texts."""

from __future__ import annotations

from mariogpt_mcp.release.documentation.sentences import first_sentence


def test_the_first_sentence() -> None:
    assert first_sentence("One sentence,\nin two lines. Another.\n\nMore.") == "One sentence, in two lines."
    assert first_sentence("Files such as a.txt end here") == "Files such as a.txt end here."
    assert first_sentence("Is it valid? It is.") == "Is it valid?"
