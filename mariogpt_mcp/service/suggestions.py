"""Example prompts."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Suggestion(BaseModel):
    """An example prompt."""

    prompt: str
    makes: str = Field(description="what the levels of this prompt are like")


SUGGESTIONS = [
    Suggestion(prompt="many pipes, few enemies, low elevation", makes="a calm run over a forest of pipes"),
    Suggestion(prompt="no pipes, many enemies, some blocks, high elevation", makes="a crowded climb"),
    Suggestion(prompt="an easy, flat level with a few goombas", makes="a first level for anyone"),
    Suggestion(prompt="3 pipes, 5 enemies, little blocks", makes="exactly 3 pipes and 5 enemies"),
    Suggestion(prompt="hard level, lots of bricks", makes="walls of brick and many enemies"),
    Suggestion(prompt="athletic, no enemies, no pipes", makes="only jumps from platform to platform"),
    Suggestion(prompt="an underground level with some enemies", makes="a cave of brick"),
]
