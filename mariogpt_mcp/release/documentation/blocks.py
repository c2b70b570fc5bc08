"""Fills the generated blocks of the Markdown documents of a checkout.

A block is what is between the lines `<!-- docs: NAME -->` and `<!-- end -->`. `make docs` rewrites every block; a test
compares the blocks with the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.release.documentation import interfaces, results, rooms, vocabulary

_START = "<!-- docs: "
_BLOCK = re.compile(rf"(?<={_START})([\w-]+)( -->\n)((?:(?!{_START}).)*?)(?=<!-- end -->)", re.DOTALL)

_FOLDERS = ("mariogpt_mcp", "resources", "tests", ".github")
"""The folders of a checkout that have documents; others have none, or those of installed packages."""

BLOCKS: dict[str, Callable[[Path], str]] = {
    "tools": lambda _: interfaces.tools(),
    "parameters": lambda _: interfaces.parameters(),
    "resources": lambda _: interfaces.resources(),
    "prompts": lambda _: interfaces.prompts(),
    "addresses": lambda _: interfaces.addresses(),
    "settings": lambda _: vocabulary.settings_table(),
    "main-settings": lambda _: vocabulary.main_settings(),
    "commands": lambda _: interfaces.commands(),
    "formats": lambda _: vocabulary.formats(),
    "classes": lambda _: vocabulary.classes(),
    "results": lambda _: results.summary(),
    "evaluation": lambda _: results.evaluation(),
    "benchmark": lambda _: results.benchmark(),
    "modules": rooms.modules,
    "rooms": rooms.rooms,
    "root": rooms.root_modules,
}
"""The Markdown of each block by its name. Each function receives the path of the document that has the block."""


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown document: its file, its text, and the same text with its blocks generated from the current code."""

    file: Path
    text: str
    generated: str


def document_files(checkout: Path) -> list[Path]:
    """Every Markdown document of a checkout, sorted by path."""
    files = [*checkout.glob("*.md"), *(file for folder in _FOLDERS for file in (checkout / folder).rglob("*.md"))]
    return sorted(files)


def documents(checkout: Path) -> Iterator[Document]:
    """Every document of a checkout that has a block.

    Raises:
        MarioGPTError: a document has a block of an unknown name, or one without an end.
    """
    for file in document_files(checkout):
        text = file.read_text(encoding="utf-8")
        generated, count = _BLOCK.subn(lambda found, file=file: _block(found, file), text)  # type: ignore[misc]
        if count != text.count(_START):
            raise MarioGPTError(f"{file.name} has a block without its end; write <!-- end --> on the line after it.")
        if count:
            yield Document(file, text, generated)


def update_documents(checkout: Path) -> list[Path]:
    """Write the documents whose blocks differ from the current code, and return their files.

    Raises:
        MarioGPTError: a document has a block of an unknown name, or one without an end.
    """
    outdated = [document for document in documents(checkout) if document.text != document.generated]
    for document in outdated:
        write_atomically(document.file, document.generated)
    return [document.file for document in outdated]


def _block(found: re.Match[str], file: Path) -> str:
    name = found[1]
    if name not in BLOCKS:
        raise MarioGPTError(f"{file.name} has a block {name!r}; the blocks are {', '.join(BLOCKS)}.")
    return f"{name}{found[2]}{BLOCKS[name](file)}\n"
