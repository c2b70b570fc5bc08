"""Where the levels of a table's row come from: the model, raw or with search, a folder, or the originals."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.features import CLASSES, ELEVATIONS, WINDOW, Features
from mariogpt_mcp.generator import DEFAULT_TEMPERATURE, MarioGPT, Request, draft_of
from mariogpt_mcp.level import HEIGHT, Level, LevelError
from mariogpt_mcp.model.host import ModelHost
from mariogpt_mcp.model.sampler import sample
from mariogpt_mcp.tiles import PATH_SYMBOL, SYMBOLS

MAX_PIPES_NUMBER, MAX_ENEMIES_NUMBER = 8, 12
"""Plain numbers are asked for from 0 to these."""


COMBINATIONS = len(CLASSES["pipes"]) * len(CLASSES["enemies"]) * len(CLASSES["blocks"]) * len(ELEVATIONS)


@dataclass(frozen=True, slots=True)
class Sample:
    """One level of a source: the prompt it was made for (empty for none), seconds, tiles that are no tiles."""

    level: Level
    prompt: str = ""
    seconds: float | None = None
    unknown_tiles: int = 0


def combination_prompts(count: int) -> list[str]:
    """`count` prompts, the 96 combinations of classes over and over."""
    combinations = itertools.product(CLASSES["pipes"], CLASSES["enemies"], CLASSES["blocks"], ELEVATIONS)
    texts = [f"{p} pipes, {e} enemies, {b} blocks, {h} elevation" for p, e, b, h in combinations]
    return [texts[i % len(texts)] for i in range(count)]


def number_prompts(count: int, seed: int) -> list[str]:
    """`count` prompts for plain numbers of pipes and enemies."""
    rng = np.random.default_rng((seed, 1))
    pipes = rng.integers(0, MAX_PIPES_NUMBER + 1, count)
    enemies = rng.integers(0, MAX_ENEMIES_NUMBER + 1, count)
    return [f"{p} pipes, {e} enemies" for p, e in zip(pipes, enemies, strict=True)]


def natural_prompts(count: int, originals: Sequence[Level], seed: int) -> list[str]:
    """`count` prompts drawn as often as windows of the originals have them."""
    captions = [
        Features.of(level[start : start + WINDOW]).caption
        for level in originals
        for start in range(0, level.columns - WINDOW + 1, WINDOW // 2)
    ]
    rng = np.random.default_rng((seed, 2))
    return [captions[i] for i in rng.integers(0, len(captions), count)]


class Maker:
    """Makes a source's levels with the model and keeps them in a file, so that a broken run goes on."""

    def __init__(self, host: ModelHost, level_size: int, seed: int, folder: Path) -> None:
        """Levels of `level_size` tiles with seeds from `seed` on, kept in `folder`."""
        self._generator, self._host = MarioGPT(host), host
        self._level_size, self._seed, self._folder = level_size, seed, folder

    def levels(self, name: str, prompts: Sequence[str], raw: bool, tell: Callable[[], None]) -> list[Sample]:
        """One level a prompt, with search or raw; those of an earlier run with the same settings are read."""
        path = self._folder / f"{name}.jsonl"
        kept = list(self._kept(path, prompts))
        for _ in kept:
            tell()
        with path.open("a", encoding="utf-8") as file:
            for i in range(len(kept), len(prompts)):
                made = self._make(prompts[i], self._seed + i, raw)
                line = {**self._key(prompts[i], i), "text": made.level.text(), "seconds": made.seconds}
                file.write(json.dumps(line) + "\n")
                file.flush()
                kept.append(made)
                tell()
        return kept

    def _key(self, prompt: str, i: int) -> dict[str, object]:
        return {
            "prompt": prompt,
            "seed": self._seed + i,
            "level_size": self._level_size,
            "model": self._host.fingerprint,
        }

    def _kept(self, path: Path, prompts: Sequence[str]) -> Iterator[Sample]:
        """The levels of an earlier run, up to the first that is not what this run would make."""
        whole = b""
        if path.exists():
            for i, line in enumerate(path.read_bytes().splitlines(keepends=True)):
                try:
                    entry = json.loads(line)
                except ValueError:
                    break
                if i >= len(prompts) or {k: entry.get(k) for k in self._key("", 0)} != self._key(prompts[i], i):
                    break
                whole += line
                yield Sample(Level.parse(entry["text"]), entry["prompt"], entry["seconds"])
        path.write_bytes(whole)

    def _make(self, prompt: str, seed: int, raw: bool) -> Sample:
        began = time.monotonic()
        if not raw:
            made = self._generator.generate(prompt, level_size=self._level_size, seed=seed)
            return Sample(made.level, prompt, time.monotonic() - began)
        request = Request.check(prompt, self._level_size, DEFAULT_TEMPERATURE, seed)
        drafts = [draft_of(request, 0, 0)]
        ids = sample(self._host.start, drafts, temperature=request.temperature, guided=False)
        return Sample(Level.from_ids(ids[0]), prompt, time.monotonic() - began)


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
