"""The figures of `benchmark --original`: our decoder's speed and probabilities, compared with MarioGPT's loop."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from mariogpt_mcp.evaluation.baseline import MARIOGPT_SHAPE
from mariogpt_mcp.evaluation.benchmark import SEED
from mariogpt_mcp.evaluation.throughput import TILES, LoopComparison, ProbabilityShift
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.model.device import choose_device, set_threads
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.context_window import exact, sliding
from mariogpt_mcp.model.mariogpt.network import MarioGPTNetwork
from mariogpt_mcp.settings import BUNDLED, ModelSettings, SearchSettings

BATCHES = (1, 8)
"""Batch sizes, in levels."""

CHECKED_LEVELS = 5
"""Number of timed levels; their mean is the time of a checked level."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for a batch of levels of 1,400 tiles."""

    name: str
    seconds: float
    levels: int = 1

    def compared_with(self, loop_seconds: float) -> str:
        """This timing in words, compared with the seconds that MarioGPT's loop takes for one level."""
        rate = self.levels * TILES / self.seconds
        return (
            f"{self.name}: {self.seconds:.1f} s, {rate:.0f} tiles a second, "
            f"{rate * loop_seconds / TILES:.1f} times as fast as the loop"
        )


@dataclass(frozen=True, slots=True)
class LoopFigures:
    """What a benchmark measured.

    Attributes:
        loop_steps: number of steps of MarioGPT's loop that were timed.
        loop_seconds: two estimates of the time of all its steps, made before and after the other timings.
        timings: the times of the other ways to write as many tiles.
        difference: largest difference of a token's probability between our decoder and the loop.
        sliding, bfloat16: how far the sliding window and bfloat16 shift our decoder's probabilities.
    """

    loop_steps: int
    loop_seconds: tuple[float, float]
    timings: list[Timing]
    difference: float
    sliding: ProbabilityShift
    bfloat16: ProbabilityShift

    def __str__(self) -> str:
        before, after = self.loop_seconds
        loop = (before + after) / 2
        steps = f"{self.loop_steps} of {TILES - 1} steps"
        return "\n".join(
            [
                f"MarioGPT's loop: {loop:.0f} s, estimated from {steps} "
                f"({before:.0f} s before the other timings, {after:.0f} s after)",
                *(timing.compared_with(loop) for timing in self.timings),
                f"largest difference of a probability from the loop's (float32, exact window): {self.difference:.1e}",
                f"changed by a sliding window: {self.sliding}",
                f"changed by bfloat16: {self.bfloat16}",
            ]
        )


class LoopBenchmark:
    """Times MarioGPT's loop and our decoder on the same weights and the same machine."""

    def __init__(self, model: ModelSettings, search: SearchSettings, vocabulary: int) -> None:
        """Take a checkpoint of MarioGPT's kind; for the bundled model, random weights of MarioGPT's shape.

        `search` is for the checked levels of the bundled model; `vocabulary` is the vocabulary size of random weights.

        Raises:
            MarioGPTError: the checkpoint is of another kind or cannot be read, or there is no such device.
        """
        set_threads(model.threads)
        self._model, self._search = model, search
        if model.source == BUNDLED:
            device = choose_device(model.device)
            shape = dataclasses.replace(MARIOGPT_SHAPE, vocabulary=vocabulary)
            self._comparison = LoopComparison.random(shape, device)
            self._weights = f"random weights of MarioGPT's shape, vocabulary {vocabulary}"
        else:
            loader = ModelLoader(model)
            self._comparison, self._weights = LoopComparison.of(loader), loader.name

    def __str__(self) -> str:
        """The weights that are measured, and the machine."""
        load, cores = os.getloadavg()[0], os.cpu_count()
        machine = f"{self._comparison.device}, threads: {self._model.threads}, load {load:.1f} on {cores} cores"
        return f"{TILES} tiles with {self._weights}; {machine}"

    def run(self, every: int, report: Callable[[str], None]) -> LoopFigures:
        """Measure everything; of MarioGPT's loop, only every `every`-th step is timed.

        `report` is called with a line for each timing.
        """
        c = self._comparison
        networks = {"float32": c.network(), "bfloat16": c.network(precision=torch.bfloat16)}
        # The loop is timed half before and half after the rest, because the load of the machine may change in between.
        before, probabilities = c.loop(2 * every)
        timings = []
        for timing in self._timings(networks):
            timings.append(timing)
            report(f"{timing.name}: {timing.seconds:.1f} s")
        after, more = c.loop(2 * every, 1 + every)
        probabilities |= more
        exactly, rounded = networks.values()
        return LoopFigures(
            loop_steps=len(probabilities),
            loop_seconds=(before, after),
            timings=timings,
            difference=c.difference(exactly, probabilities),
            sliding=c.shift(exactly, exactly, sliding),
            bfloat16=c.shift(exactly, rounded, exact),
        )

    def _timings(self, networks: dict[str, MarioGPTNetwork]) -> Iterator[Timing]:
        c = self._comparison
        yield Timing("transformers' own cache, MarioGPT's windows", c.plain_cache())
        yield Timing("ours without oneDNN's layout of the weights", c.write(c.network(pack=False), exact, 1))
        for batch in BATCHES:
            for precision, network in networks.items():
                for window in (exact, sliding):
                    name = f"ours, {precision}, {window.__name__} window, {batch} at once"
                    yield Timing(name, c.write(network, window, batch), batch)
        yield self._checked_level()

    def _checked_level(self) -> Timing:
        """A checked level of the bundled model with its picture, on one thread."""
        generator = MarioGPT(ModelLoader(ModelSettings(device=self._model.device)), self._search)
        generator.generate("", seed=0)  # loads the model
        started = time.monotonic()
        for i in range(CHECKED_LEVELS):
            assert generator.generate("", seed=SEED + i).png, "a level has a picture"
        seconds = (time.monotonic() - started) / CHECKED_LEVELS
        set_threads(self._model.threads)  # loading the bundled model has set them to one
        name = f"{generator.loader.name} on one thread, a checked level with its picture (mean of {CHECKED_LEVELS})"
        return Timing(name, seconds)
