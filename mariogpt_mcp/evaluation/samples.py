"""The levels in a column of the table: written by the model, raw or with search, or read from another system."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mariogpt_mcp.errors import MarioGPTError, error_about
from mariogpt_mcp.generation.candidate_search import draft_level, write_levels
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.level.grid import HEIGHT, Level, LevelError
from mariogpt_mcp.level.height import fit_height
from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE


@dataclass(frozen=True, slots=True)
class LevelSample:
    """One level of a source.

    Attributes:
        level: the level, without a path.
        prompt: the prompt that it was written for; empty if there was none.
        seconds: how long writing it took; `None` if that was not measured.
        unknown_tiles: number of symbols in its text that are not tiles.
        met: whether its report says that the prompt is met; `None` if there is no report.
    """

    level: Level
    prompt: str = ""
    seconds: float | None = None
    unknown_tiles: int = 0
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """Levels to write, one for each prompt, and the name of the file that keeps them.

    `raw` levels are written without guidance and without search. `level_size` is in tiles; `None` takes the writer's.
    """

    name: str
    prompts: tuple[str, ...]
    raw: bool = False
    temperature: float = DEFAULT_TEMPERATURE
    level_size: int | None = None


class SampleWriter:
    """Generates a level for each plan and saves it in a file, so that an interrupted run can continue."""

    def __init__(self, generator: MarioGPT, level_size: int, seed: int, folder: Path) -> None:
        """Level i of a plan has `level_size` tiles and the seed `seed` + i; the files are in `folder`."""
        self._generator, self._loader = generator, generator.loader
        self._level_size, self._seed, self._folder = level_size, seed, folder
        self._model = self._loader.fingerprint  # once, because it is computed from all the weights

    def write(self, plan: SamplePlan, report: Callable[[int], None]) -> list[LevelSample]:
        """One level for each prompt of a plan; levels that an earlier run wrote with the same settings are read.

        `report` is called with the number of levels that are done.

        Raises:
            MarioGPTError: the levels cannot be written to the folder; the levels written so far can be used.
        """
        path = self._folder / f"{plan.name}.jsonl"
        try:
            done = list(self._read_done(path, plan))
            report(len(done))
            with path.open("a", encoding="utf-8") as file:
                for i in range(len(done), len(plan.prompts)):
                    sample = self._write_one(plan, i)
                    line = {"text": sample.level.text(), "seconds": sample.seconds, "met": sample.met}
                    file.write(json.dumps({**self._key(plan, i), **line}) + "\n")
                    file.flush()
                    done.append(sample)
                    report(len(done))
        except OSError as error:
            raise MarioGPTError(
                f"The levels could not be written to {path.name!r} ({error.strerror}); free some space and start "
                "again; the evaluation continues where it stopped."
            ) from None
        return done

    def _key(self, plan: SamplePlan, i: int) -> dict[str, object]:
        return {
            "prompt": plan.prompts[i],
            "temperature": plan.temperature,
            "seed": self._seed + i,
            "level_size": plan.level_size or self._level_size,
            "model": self._model,
        }

    def _read_done(self, path: Path, plan: SamplePlan) -> Iterator[LevelSample]:
        """The levels of an earlier run, up to the first that this run would write differently; the rest is deleted."""
        kept = b""
        if path.exists():
            for i, line in enumerate(path.read_bytes().splitlines(keepends=True)):
                try:
                    entry = json.loads(line)
                except ValueError:
                    break
                if i >= len(plan.prompts) or any(entry.get(k) != value for k, value in self._key(plan, i).items()):
                    break
                kept += line
                yield LevelSample(Level.parse(entry["text"]), entry["prompt"], entry["seconds"], met=entry["met"])
        path.write_bytes(kept)

    def _write_one(self, plan: SamplePlan, i: int) -> LevelSample:
        started = time.monotonic()
        prompt = plan.prompts[i]
        request = Request.check(prompt, plan.level_size or self._level_size, plan.temperature, self._seed + i)
        if plan.raw:
            draft = draft_level(request, self._loader.statistics, 0, 0)
            level, met = write_levels(self._loader, request, [draft], guided=False)[0], None
        else:
            made = self._generator.make(request)
            level, met = made.level, made.report.met
        return LevelSample(level.with_path(()), prompt, time.monotonic() - started, met=met)


def read_systems(folder: Path) -> dict[str, list[LevelSample]]:
    """The levels of other systems by the system's name; `folder` has a folder of level text files for each system.

    Raises:
        MarioGPTError: there is no such folder, it contains no folders, or a file in them is not a level.
    """
    systems = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    if not systems:
        raise MarioGPTError(
            f"{str(folder)!r} is not a folder that contains a folder of level text files for each system."
        )
    return {path.name: read_folder(path) for path in systems}


def read_folder(folder: Path) -> list[LevelSample]:
    """Levels of another system, one in each `.txt` file; symbols that are not tiles are counted and replaced by sky.

    From a level of more than 14 rows, the rows at the top are removed if they are empty, and those at the bottom
    otherwise.

    Raises:
        MarioGPTError: there is no such folder, it contains no `.txt` file, or a file is not a level.
    """
    paths = sorted(folder.rglob("*.txt")) if folder.is_dir() else []
    if not paths:
        raise MarioGPTError(f"The folder {str(folder)!r} contains no .txt file; give a folder of level text files.")
    return [_read(path) for path in paths]


def _read(path: Path) -> LevelSample:
    try:
        rows = path.read_text(encoding="utf-8").strip("\n").split("\n")
    except (OSError, UnicodeDecodeError):
        raise MarioGPTError(f"{path.name} cannot be read as text; remove it from its folder.") from None
    sky = SYMBOLS[0]
    unknown = sum(s not in SYMBOLS and s != PATH_SYMBOL for row in rows for s in row)
    rows = ["".join(s if s in SYMBOLS else sky for s in row) for row in rows]
    extra = max(0, len(rows) - HEIGHT)
    if not "".join(rows[:extra]).strip(sky):
        rows = rows[extra:]
    try:
        return LevelSample(fit_height(rows).level, unknown_tiles=unknown)
    except LevelError as error:
        raise error_about(f"{path.name} is not a level", error) from None
