"""Where the levels of a table's row come from: the model, raw or with search, a folder, or the originals."""

from __future__ import annotations

import itertools
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.candidate_search import draft_of, write
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.level.features import CLASSES, ELEVATIONS, WINDOW, Features
from mariogpt_mcp.level.grid import HEIGHT, Level, LevelError
from mariogpt_mcp.level.style import STYLES
from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE

MAX_PIPES_NUMBER, MAX_ENEMIES_NUMBER = 8, 12
"""Plain numbers are asked for from 0 to these."""


GOLDEN_RATIO = (math.sqrt(5) - 1) / 2

COMBINATIONS = len(CLASSES["pipes"]) * len(CLASSES["enemies"]) * len(CLASSES["blocks"]) * len(ELEVATIONS)


@dataclass(frozen=True, slots=True)
class Sample:
    """One level of a source: the prompt it was made for (empty for none), seconds, tiles that are no tiles.

    `met` is what its report said of the prompt as a whole; `None` where there was none.
    """

    level: Level
    prompt: str = ""
    seconds: float | None = None
    unknown_tiles: int = 0
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """Levels to be made: a name for their file, a prompt each, raw or with search, temperature and size.

    `level_size` is in tiles; the maker's where it is `None`.
    """

    name: str
    prompts: tuple[str, ...]
    raw: bool = False
    temperature: float = DEFAULT_TEMPERATURE
    level_size: int | None = None


def combination_prompts(count: int) -> list[str]:
    """`count` prompts, the 96 combinations of classes over and over."""
    combinations = itertools.product(CLASSES["pipes"], CLASSES["enemies"], CLASSES["blocks"], ELEVATIONS)
    texts = [f"{p} pipes, {e} enemies, {b} blocks, {h} elevation" for p, e, b, h in combinations]
    return [texts[i % len(texts)] for i in range(count)]


def style_prompts(count: int) -> list[str]:
    """`count` prompts, the styles over and over."""
    return [f"{STYLES[i % len(STYLES)]} style" for i in range(count)]


def number_prompts(count: int, seed: int) -> list[str]:
    """`count` prompts for plain numbers of pipes and enemies."""
    rng = np.random.default_rng((seed, 1))
    pipes = rng.integers(0, MAX_PIPES_NUMBER + 1, count)
    enemies = rng.integers(0, MAX_ENEMIES_NUMBER + 1, count)
    return [f"{p} pipes, {e} enemies" for p, e in zip(pipes, enemies, strict=True)]


def natural_prompts(count: int, originals: Sequence[Level], seed: int) -> list[str]:
    """`count` prompts as often as windows of the originals have them, whatever the count.

    The captions stand in order, and steps of the golden ratio go through them from a random start: any number of
    steps covers them evenly, where random draws would miss the rarer ones or take them twice.
    """
    captions = sorted(
        Features.of(level[start : start + WINDOW]).caption
        for level in originals
        for start in range(0, level.columns - WINDOW + 1, WINDOW // 2)
    )
    if not captions:
        raise MarioGPTError(f"The originals have no level of {WINDOW} columns, which prompts are taken from; add one.")
    places = (np.random.default_rng((seed, 2)).random() + GOLDEN_RATIO * np.arange(count)) % 1
    return [captions[int(place * len(captions))] for place in places]


class Maker:
    """Makes a source's levels with the model and keeps them in a file, so that a broken run goes on."""

    def __init__(self, loader: ModelLoader, level_size: int, seed: int, folder: Path) -> None:
        """Levels of `level_size` tiles with seeds from `seed` on, kept in `folder`."""
        self._generator, self._loader = MarioGPT(loader), loader
        self._level_size, self._seed, self._folder = level_size, seed, folder
        self._model = loader.fingerprint  # once: it is read from all of the weights

    def levels(self, kind: Kind, tell: Callable[[], None]) -> list[Sample]:
        """One level a prompt; those of an earlier run with the same settings are read.

        Raises:
            MarioGPTError: they cannot be written; what was written is whole.
        """
        path = self._folder / f"{kind.name}.jsonl"
        try:
            kept = list(self._kept(path, kind))
            for _ in kept:
                tell()
            with path.open("a", encoding="utf-8") as file:
                for i in range(len(kept), len(kind.prompts)):
                    made = self._make(kind, i)
                    line = {"text": made.level.text(), "seconds": made.seconds, "met": made.met}
                    file.write(json.dumps({**self._key(kind, i), **line}) + "\n")
                    file.flush()
                    kept.append(made)
                    tell()
        except OSError as error:
            raise MarioGPTError(
                f"The levels could not be written to {path.name!r} ({error.strerror}); free some space and run the "
                "same command again: it goes on where it stopped."
            ) from None
        return kept

    def _key(self, kind: Kind, i: int) -> dict[str, object]:
        return {
            "prompt": kind.prompts[i],
            "temperature": kind.temperature,
            "seed": self._seed + i,
            "level_size": kind.level_size or self._level_size,
            "model": self._model,
        }

    def _kept(self, path: Path, kind: Kind) -> Iterator[Sample]:
        """The levels of an earlier run, up to the first that is not what this run would make."""
        whole = b""
        if path.exists():
            for i, line in enumerate(path.read_bytes().splitlines(keepends=True)):
                try:
                    entry = json.loads(line)
                except ValueError:
                    break
                if i >= len(kind.prompts) or any(entry.get(k) != value for k, value in self._key(kind, i).items()):
                    break
                whole += line
                yield Sample(Level.parse(entry["text"]), entry["prompt"], entry["seconds"], met=entry["met"])
        path.write_bytes(whole)

    def _make(self, kind: Kind, i: int) -> Sample:
        began = time.monotonic()
        prompt = kind.prompts[i]
        request = Request.check(prompt, kind.level_size or self._level_size, kind.temperature, self._seed + i)
        if not kind.raw:
            made = self._generator.make(request)
            return Sample(made.level.with_path(()), prompt, time.monotonic() - began, met=made.report.met)
        level = write(self._loader, request, [draft_of(request, self._loader.statistics, 0, 0)], guided=False)[0]
        return Sample(level.with_path(()), prompt, time.monotonic() - began)


def read_folder(folder: Path) -> list[Sample]:
    """Levels that another system wrote, one a `.txt`; what is no tile is counted and read as sky.

    Higher levels lose the rows on top if those are empty, and the lowest rows otherwise.

    Raises:
        MarioGPTError: no such folder, nothing in it, or a file that is no grid.
    """
    paths = sorted(folder.rglob("*.txt")) if folder.is_dir() else []
    if not paths:
        raise MarioGPTError(f"The folder {str(folder)!r} holds no .txt file; give a folder of level text files.")
    return [_read(path) for path in paths]


def _read(path: Path) -> Sample:
    try:
        rows = path.read_text(encoding="utf-8").strip("\n").split("\n")
    except (OSError, UnicodeDecodeError):
        raise MarioGPTError(f"{path.name} cannot be read as text; remove it from its folder.") from None
    sky = SYMBOLS[0]
    unknown = sum(s not in SYMBOLS and s != PATH_SYMBOL for row in rows for s in row)
    rows = ["".join(s if s in SYMBOLS else sky for s in row) for row in rows]
    spare = max(0, len(rows) - HEIGHT)
    if not "".join(rows[:spare]).strip(sky):
        rows = rows[spare:]
    try:
        return Sample(Level.parse("\n".join(rows), fit=True), unknown_tiles=unknown)
    except LevelError as error:
        raise MarioGPTError(f"{path.name} is not a level: {error}") from None
