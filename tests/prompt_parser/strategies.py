"""Hypothesis strategies for what prompts request."""

from __future__ import annotations

from hypothesis import strategies as st

from mariogpt_mcp.level.features import CLASSES, ELEVATIONS
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.prompt_parser.lexicon import entries
from mariogpt_mcp.prompt_parser.spec import MAX_NUMBER, PromptSpec

amounts = {name: st.none() | st.sampled_from(words) | st.integers(0, MAX_NUMBER) for name, words in CLASSES.items()}
specs = st.builds(
    PromptSpec,
    **amounts,
    elevation=st.none() | st.sampled_from(ELEVATIONS),
    style=st.none() | st.sampled_from(STYLES),
)

phrases = st.sampled_from(sorted({phrase for phrase, _, _ in entries()} | {"3", "1.5", "1,000", ":", "don't", "spiky"}))
prompts = st.builds(
    lambda separator, parts: separator.join(parts), st.sampled_from([" ", ", "]), st.lists(phrases, max_size=12)
)
"""Phrases of the lexicon in any order."""
