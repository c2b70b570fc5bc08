"""Reads levels to learn from: a folder of VGLC text, or the text that the PyPI package `mario-gpt` ships."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.level.grid import Level

PACKAGE = "mario-gpt"
"""Name that stands for the installed package's text where a folder is expected."""


@dataclass(frozen=True, slots=True)
class NamedLevel:
    """A level and where it came from, such as `super-mario-bros/mario-1-1`."""

    name: str
    level: Level


def read_corpus(source: str) -> list[NamedLevel]:
    """Read every level of a corpus, sorted by name.

    Args:
        source: a folder, searched for `.txt` files at any depth, or `mario-gpt`.

    Raises:
        MarioGPTError: no such folder, no levels in it, or a file that is no level (named).
    """
    if source == PACKAGE:
        return [NamedLevel(PACKAGE, Level.parse(_package_text()))]
    folder = Path(source)
    if folder.is_file():
        raise MarioGPTError(f"{source!r} is a file; --corpus takes the folder of level text files that it is in.")
    if not folder.is_dir():
        raise MarioGPTError(
            f"There is no folder {source!r}; --corpus takes a folder of level text files, "
            f"for example TheVGLC/Super Mario Bros/Processed, or the word {PACKAGE}."
        )
    paths = sorted(folder.rglob("*.txt"))
    if not paths:
        raise MarioGPTError(
            f"The folder {source!r} holds no .txt file; --corpus takes a folder of level text files of 14 lines."
        )
    return [_read(path, folder) for path in paths]


def _read(path: Path, folder: Path) -> NamedLevel:
    name = path.relative_to(folder).with_suffix("").as_posix()
    try:
        return NamedLevel(name, Level.parse(path.read_text(encoding="utf-8"), fit=True))
    except UnicodeDecodeError:
        raise MarioGPTError(f"{name}.txt is not a text file in UTF-8; remove it from the corpus.") from None
    except MarioGPTError as error:
        raise MarioGPTError(f"{name}.txt is not a level: {error}") from None


def _package_text() -> str:
    """The package's level text, taken from its source without importing it (its imports are outdated)."""
    try:
        listed = files(PACKAGE) or []
    except PackageNotFoundError:
        raise MarioGPTError(
            f"The package {PACKAGE} is not installed; install it with: pip install --no-deps {PACKAGE}"
        ) from None
    for entry in listed:
        if entry.as_posix() == "mario_gpt/level.py":
            for node in ast.parse(entry.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.Assign):
                    return str(ast.literal_eval(node.value))
    raise MarioGPTError(f"The installed package {PACKAGE} ships no level text; version 0.1.3 does.")


def split_held_out(corpus: list[NamedLevel], every: int = 10) -> tuple[list[NamedLevel], list[NamedLevel]]:
    """Whole levels to train on and whole levels held out: the last of each `every` in name order.

    A corpus of one level, as the package's text is, holds out its last tenth of columns.
    """
    if len(corpus) == 1:
        name, level = corpus[0].name, corpus[0].level
        cut = level.columns - max(1, level.columns // every)
        return [NamedLevel(name, level[:cut])], [NamedLevel(f"{name} (end)", level[cut:])]
    held = [named for i, named in enumerate(corpus) if i % every == every - 1] or corpus[-1:]
    return [named for named in corpus if named not in held], held
