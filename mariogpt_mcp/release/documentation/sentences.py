"""The sentences of docstrings and descriptions."""

from __future__ import annotations

import re


def first_sentence(text: str) -> str:
    """The first sentence of a text of several lines. It ends with a full stop or a question mark."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    found = re.match(r".+?[.?](?=\s|$)", paragraph)
    return found[0] if found else f"{paragraph}."
