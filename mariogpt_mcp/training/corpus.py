"""Reads levels to learn from: a folder of VGLC text, or the text that the PyPI package `mario-gpt` ships."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError, error_about
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.height import parse_any_height

PACKAGE = "mario-gpt"
"""The word that names the level text of the installed package in place of a folder."""


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
        MarioGPTError: there is no such folder, it has no levels, or a file is not a level; the message names the file.
    """
    if source == PACKAGE:
        return [NamedLevel(PACKAGE, Level.parse(_package_text()))]
    folder = Path(source)
    if folder.is_file():
        raise MarioGPTError(f"{source!r} is a file; a corpus is a folder of level text files.")
    if not folder.is_dir():
        raise MarioGPTError(
            f"There is no folder {source!r}; a corpus is a folder of level text files, "
            f"for example TheVGLC/Super Mario Bros/Processed, or the word {PACKAGE}."
        )
    paths = sorted(folder.rglob("*.txt"))
    if not paths:
        raise MarioGPTError(
            f"The folder {source!r} contains no .txt file; a corpus is a folder of level text files of 14 lines."
        )
    return [_read(path, folder) for path in paths]


def _read(path: Path, folder: Path) -> NamedLevel:
    name = path.relative_to(folder).with_suffix("").as_posix()
    try:
        return NamedLevel(name, parse_any_height(path.read_text(encoding="utf-8")).level)
    except UnicodeDecodeError:
        raise MarioGPTError(f"{name}.txt is not text in UTF-8; convert it to UTF-8 or remove it.") from None
    except MarioGPTError as error:
        raise error_about(f"{name}.txt is not a level", error) from None


def _package_text() -> str:
    """The package's level text, read from its source; importing it would fail, because its imports are outdated."""
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
    raise MarioGPTError(f"The installed package {PACKAGE} has no level text; install version 0.1.3.")


def split_held_out(corpus: Sequence[NamedLevel], every: int = 10) -> tuple[list[NamedLevel], list[NamedLevel]]:
    """Split a corpus into levels to train on and held-out levels.

    Every `every`-th level in name order is held out, or the last one if there are fewer. If the corpus is one level,
    such as the text of the package, one `every`-th of its columns is held out, at its end.
    """
    if len(corpus) == 1:
        name, level = corpus[0].name, corpus[0].level
        cut = level.columns - max(1, level.columns // every)
        return [NamedLevel(name, level[:cut])], [NamedLevel(f"{name} (end)", level[cut:])]
    held = [named for i, named in enumerate(corpus) if i % every == every - 1] or list(corpus[-1:])
    return [named for named in corpus if named not in held], held
