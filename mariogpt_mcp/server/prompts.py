"""The MCP prompts: one for each markdown file in `prompts/`, described by its front matter."""

from __future__ import annotations

from importlib.resources import files
from string import Template
from typing import Any

import frontmatter
from fastmcp.exceptions import PromptError
from fastmcp.prompts import Prompt, PromptArgument


class MarkdownPrompt(Prompt):
    """A prompt whose text is markdown, with `$name` as the placeholder of each argument."""

    body: str
    defaults: dict[str, str]

    async def render(self, arguments: dict[str, Any] | None = None) -> str:
        """The text with the arguments filled in.

        Raises:
            PromptError: a required argument is missing, or an argument is unknown.
        """
        given = {name: str(value) for name, value in (arguments or {}).items() if str(value).strip()}
        known = [argument.name for argument in self.arguments or []]
        for argument in self.arguments or []:
            if argument.required and argument.name not in given:
                raise PromptError(
                    f"The prompt {self.name} needs the argument {argument.name!r}: {argument.description}."
                )
        for name in given:
            if name not in known:
                raise PromptError(
                    f"The prompt {self.name} has no argument {name!r}; its arguments are: {', '.join(known)}."
                )
        return Template(self.body).substitute({**self.defaults, **given})


def read_prompts() -> list[MarkdownPrompt]:
    """All prompts in `prompts/`, sorted by file name."""
    folder = files("mariogpt_mcp.prompts")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".md"))
    return [_read(name.removesuffix(".md"), folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def _read(name: str, text: str) -> MarkdownPrompt:
    page = frontmatter.loads(text)
    entries: list[dict[str, Any]] = page.get("arguments", [])  # type: ignore[assignment]
    return MarkdownPrompt(
        name=name,
        title=str(page["title"]),
        description=str(page["description"]),
        arguments=[
            PromptArgument(name=e["name"], description=e["description"], required="default" not in e) for e in entries
        ],
        body=page.content,
        defaults={e["name"]: str(e["default"]) for e in entries if "default" in e},
    )
