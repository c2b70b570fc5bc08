"""The table that compares a model, raw and with search, with other systems and with the original levels.

Levels, verdicts and the time of MarioGPT's loop are kept in a folder, so that an interrupted comparison continues where
it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mariogpt_mcp.atomic_write import write_atomically
from mariogpt_mcp.evaluation import metrics
from mariogpt_mcp.evaluation.baseline import MARIOGPT_SHAPE, loop_seconds
from mariogpt_mcp.evaluation.free_text import free_prompts
from mariogpt_mcp.evaluation.playability import PlayabilityTest
from mariogpt_mcp.evaluation.prompts import combination_prompts, natural_prompts, number_prompts, style_prompts
from mariogpt_mcp.evaluation.samples import LevelSample, SamplePlan, SampleWriter
from mariogpt_mcp.evaluation.table import Figures, save
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.generation.request import Request
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.settings import DEFAULT_LEVEL_SIZE, LEVEL_SIZE_RANGE

SEED = 2_000_000
"""First seed of the measured levels. Nothing was tuned on levels with these seeds."""

LOOP_FILE = "loop.json"

RAW, SEARCH = "raw", "search"
_LABELS = {RAW: "raw model", SEARCH: "with search"}

Report = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and the total."""

Samples = Mapping[str, Sequence[LevelSample]]


@dataclass(frozen=True, slots=True)
class ComparedLevels:
    """Levels that the model's levels are compared with.

    Attributes:
        corpus: levels that the model was trained on and may have copied; they are the column "originals" of the table.
        originals: levels whose tile patterns are the goal.
        systems: levels of other systems, by the system's name.
    """

    corpus: Sequence[Level]
    originals: Sequence[Level]
    systems: Samples = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComparisonOptions:
    """What is measured.

    Attributes:
        levels: number of levels of each kind; styles and temperatures get a fifth of it.
        level_size: number of tiles of a level.
        temperatures: further temperatures to measure, with search.
        seed: first seed.
        time_loop: whether MarioGPT's own loop is timed too, which takes five to ten minutes.
        with_agent: whether Baumgarten's agent plays the levels too.
    """

    levels: int = 96
    level_size: int = DEFAULT_LEVEL_SIZE
    temperatures: tuple[float, ...] = ()
    seed: int = SEED
    time_loop: bool = False
    with_agent: bool = False


class Comparison:
    """Writes a model's levels, measures them and the levels that they are compared with, and makes the table."""

    def __init__(self, generator: MarioGPT, others: ComparedLevels, folder: Path, options: ComparisonOptions) -> None:
        """Check that everything needed is available.

        Raises:
            MarioGPTError: a seed is out of range, there is no model, Java is missing for the agent, or the originals
                are too narrow.
        """
        for seed in (options.seed, options.seed + options.levels - 1):
            Request.check("", options.level_size, 1.0, seed)
        self._others, self._folder, self._options = others, folder, options
        self._own = [LevelSample(level) for level in others.corpus]
        self._players = PlayabilityTest(folder, options.with_agent)
        self._players.check_requirements()
        generator.loader.model()
        self._fingerprint = generator.loader.fingerprint
        self._writer = SampleWriter(generator, options.level_size, options.seed, folder)
        self._plans = sample_plans(options, others.originals)

    def run(self, report: Report) -> dict[str, Figures]:
        """Make the table: the figures of each source of levels, by the label of the source.

        Raises:
            MarioGPTError: the folder cannot be written to, or the agent's Java process failed.
        """
        written = self._write(report)
        table = self._measure(written, report)
        self._play(table, written, report)
        if self._options.time_loop:
            report("timing MarioGPT's loop", 0, 1)
            table["MarioGPT's loop"] = {metrics.SECONDS: _loop_seconds(self._folder / LOOP_FILE)}
        return table

    def save(self, table: Mapping[str, Figures]) -> tuple[Path, Path]:
        """Write the table as Markdown and as JSON to the folder; returns the files' paths.

        Raises:
            MarioGPTError: they cannot be written.
        """
        o = self._options
        settings = {"levels": o.levels, "level_size": o.level_size, "seed": o.seed, "model": self._fingerprint}
        return save(table, settings, self._folder)

    def _write(self, report: Report) -> dict[str, list[LevelSample]]:
        total = sum(len(plan.prompts) for plan in self._plans)
        written: dict[str, list[LevelSample]] = {}
        for plan in self._plans:
            before = sum(map(len, written.values()))
            report_plan = partial(_report_plan, report, plan.name, before, total)
            written[plan.name] = self._writer.write(plan, report_plan)
        return written

    def _measure(self, written: Samples, report: Report) -> dict[str, Figures]:
        sources = {label: written[f"natural-{case}"] for case, label in _LABELS.items()}
        sources |= {f"temperature {t:g}": written[_at_temperature(t)] for t in self._options.temperatures}
        sources |= {**self._others.systems, "originals": self._own}
        with_prompts = {label: case for case, label in _LABELS.items()}
        table: dict[str, Figures] = {}
        for done, (label, samples) in enumerate(sources.items()):
            report("measuring", done, len(sources))
            case = with_prompts.get(label)
            first = prompt_figures(written, case, self._options.seed) if case else metrics.speed(samples)
            table[label] = {**first, **self._level_figures(samples)}
        return table

    def _level_figures(self, samples: Sequence[LevelSample]) -> Figures:
        """The figures that any set of levels can have, with or without prompts."""
        o, own = self._others, samples is self._own
        return {
            **metrics.structure(samples),
            **metrics.difficulty(samples),
            **metrics.likeness(samples, o.originals, o.corpus, own, self._options.seed),
        }

    def _play(self, table: dict[str, Figures], written: Samples, report: Report) -> None:
        """Add to the table how many levels of each source are beaten."""
        played = {label: written[f"combinations-{case}"] for case, label in _LABELS.items()}
        played |= {**self._others.systems, "originals": self._own}
        for done, (label, samples) in enumerate(played.items()):
            report("playing", done, len(played) + 1)
            table[label] |= self._players.figures([sample.level for sample in samples])
        report("playing", len(played), len(played) + 1)
        long = self._players.figures([sample.level for sample in written[f"long-{SEARCH}"]])
        table[_LABELS[SEARCH]] |= {f"{name}, 200 columns": share for name, share in long.items()}
        report("playing", len(played) + 1, len(played) + 1)


def _report_plan(report: Report, name: str, before: int, total: int, done: int) -> None:
    report(name, before + done, total)


def sample_plans(options: ComparisonOptions, originals: Sequence[Level]) -> list[SamplePlan]:
    """The plans of all levels that the model writes; styles and further temperatures get a fifth of the levels.

    Raises:
        MarioGPTError: the originals are too narrow to make prompts from.
    """
    fewer = max(2, options.levels // 5)
    natural = tuple(natural_prompts(options.levels, originals, options.seed))
    combinations = tuple(combination_prompts(options.levels))
    prompts = {
        "combinations": combinations,
        "numbers": tuple(number_prompts(options.levels, options.seed)),
        "natural": natural,
        "styles": tuple(style_prompts(fewer)),
    }
    long = combinations[: max(1, options.levels * 5 // 48)]
    free = tuple(prompt.text for prompt in free_prompts()[: options.levels])
    return [
        *(SamplePlan(f"{name}-{case}", texts, case == RAW) for case in _LABELS for name, texts in prompts.items()),
        SamplePlan(f"long-{SEARCH}", long, level_size=LEVEL_SIZE_RANGE[1]),
        SamplePlan(f"free-{SEARCH}", free),
        *(SamplePlan(_at_temperature(t), natural[:fewer], temperature=t) for t in options.temperatures),
    ]


def _at_temperature(temperature: float) -> str:
    return f"natural-{SEARCH}-{temperature:g}"


def prompt_figures(written: Samples, case: str, seed: int) -> Figures:
    """Figures of levels that were written for prompts; `case` is `raw` or `search`."""
    combinations, numbers = written[f"combinations-{case}"], written[f"numbers-{case}"]
    free = written.get(f"free-{case}", [])
    figures: Figures = {}
    for name, share in metrics.adherence(combinations, windows=False).items():
        figures[f"{name} met, level"] = share
    for name, share in metrics.adherence(combinations, windows=True).items():
        figures[f"{name} met, window of 50"] = share
    for name, share in metrics.adherence(written[f"styles-{case}"], windows=False).items():
        figures[f"{name} met, level"] = share
    for name, share in metrics.adherence(numbers, windows=False).items():
        figures[f"number of {name} exact"] = share
    if free:
        figures |= metrics.free_text(free, free_prompts()[: len(free)])
        figures["misses not reported"] = metrics.unreported([*combinations, *numbers, *free])
    figures["diversity, one prompt"] = metrics.prompt_diversity(combinations, seed)
    return {**figures, **metrics.speed(combinations)}


def _loop_seconds(path: Path) -> float:
    """Seconds of MarioGPT's loop, measured once and kept in a file."""
    if path.is_file():
        return float(json.loads(path.read_text(encoding="utf-8")))
    seconds = loop_seconds(MARIOGPT_SHAPE)
    write_atomically(path, json.dumps(seconds))
    return seconds
