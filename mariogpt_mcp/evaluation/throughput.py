"""MarioGPT's loop and our decoder with the same weights: their times, and their probabilities."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from transformers import DynamicCache, GPT2LMHeadModel

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.evaluation.baseline import COLUMNS, BaselineShape, random_gpt2
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.batch import Sampling
from mariogpt_mcp.model.conditioning import Target
from mariogpt_mcp.model.decoding import Draft
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.checkpoint import Checkpoint, shape_of
from mariogpt_mcp.model.mariogpt.context_window import MAX_COLUMNS, Window, exact
from mariogpt_mcp.model.mariogpt.decoder import MarioGPTDecoder
from mariogpt_mcp.model.mariogpt.network import Layout, MarioGPTNetwork
from mariogpt_mcp.model.mariogpt.tokenizer import TileTokens
from mariogpt_mcp.model.models import MarioGPTModel
from mariogpt_mcp.model.sampler import sample

TILES = COLUMNS * HEIGHT

PROMPT = "some pipes, some enemies, some blocks, high elevation"

SHARPNESS = 8
"""Factor on the last norm of random weights, so that some tokens are much likelier than others, as when trained."""


@dataclass(frozen=True, slots=True)
class ProbabilityShift:
    """How much probability moves to other tokens (total variation distance): mean and maximum over steps, 0 to 1."""

    mean: float
    worst: float

    def __str__(self) -> str:
        return f"{100 * self.mean:.2f} % of the probability on average, {100 * self.worst:.2f} % at worst"


class LoopComparison:
    """Runs MarioGPT's loop and our decoder with the same weights.

    `level` is the level whose next-token probabilities are compared, (1, 1400) tokens.
    """

    def __init__(self, model: GPT2LMHeadModel, tokens: TileTokens, prompt: Tensor) -> None:
        """Take weights on their device and a prompt's vector, (1, D); the level consists of random tokens."""
        self.device = str(model.device)
        self.model, self._tokens, self._prompt = model, tokens, prompt.to(self.device)
        self._shape = shape_of(model.config.to_dict())
        self.level = torch.randint(0, len(SYMBOLS) + 1, (1, TILES), device=self.device)

    @classmethod
    def random(cls, shape: BaselineShape, device: str = "cpu") -> LoopComparison:
        """Use random weights of a shape."""
        torch.manual_seed(0)
        model: GPT2LMHeadModel = random_gpt2(shape).to(device)  # type: ignore[arg-type]
        with torch.no_grad():  # without it, all tokens would be nearly equally likely
            model.transformer.ln_f.weight.mul_(SHARPNESS)
        tokens = TileTokens(np.arange(len(SYMBOLS)), len(SYMBOLS), shape.vocabulary)
        return cls(model, tokens, torch.randn(1, shape.width))

    @classmethod
    def of(cls, loader: ModelLoader) -> LoopComparison:
        """Use a checkpoint of MarioGPT's kind, and a level that it writes.

        Raises:
            MarioGPTError: the checkpoint is of another kind or cannot be read.
        """
        loaded = loader.model()
        if not isinstance(loaded, MarioGPTModel):
            raise MarioGPTError(
                f"The checkpoint {loader.name!r} is not a MarioGPT; choose a MarioGPT, or choose bundled to "
                "measure random weights of MarioGPT's shape."
            )
        with loader.folder() as folder:
            model = GPT2LMHeadModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        model.to(loaded.device)  # type: ignore[arg-type]
        comparison = cls(model, loaded.checkpoint.tokens, loader.text_encoder().vectors([PROMPT]))
        comparison.level = torch.from_numpy(comparison._written(comparison.network(), exact, 1)).to(loaded.device)
        return comparison

    @torch.no_grad()
    def loop(self, every: int, first: int = 1) -> tuple[float, dict[int, Tensor]]:
        """Time MarioGPT's loop, which begins with one tile and writes 100 columns.

        The time of a step depends only on the length of its window, so some steps are enough to estimate the total.

        Args:
            every: number of steps from one timed step to the next; 1 times all.
            first: number of tiles before the first timed step.

        Returns:
            Estimated seconds of all steps, and the probabilities in each timed step, by the number of tiles before it.
        """
        seconds, probabilities = 0.0, {}
        for length in range(first, TILES, every):
            started = time.monotonic()
            window = self.level[:, exact(length // HEIGHT) * HEIGHT : length]
            logits = self.model(window, encoder_hidden_states=self._prompt[:, None], use_cache=False).logits[:, -1]
            torch.multinomial(logits.softmax(-1), 1).cpu()
            seconds += time.monotonic() - started
            probabilities[length] = logits.softmax(-1)
        return seconds * (TILES - 1) / len(probabilities), probabilities

    @torch.no_grad()
    def plain_cache(self) -> float:
        """Seconds for all steps of the loop with `transformers`' own cache, which is emptied when the window moves."""
        started, first, cache = time.monotonic(), -1, DynamicCache()
        for length in range(1, TILES):
            start = exact(length // HEIGHT) * HEIGHT
            if start != first:
                first, cache = start, DynamicCache()
            new = self.level[:, start + cache.get_seq_length() : length]
            out = self.model(
                new,
                encoder_hidden_states=self._prompt[:, None],
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            torch.multinomial(out.logits[:, -1].softmax(-1), 1).cpu()
        return time.monotonic() - started

    def network(self, *, precision: torch.dtype = torch.float32, pack: bool = True) -> MarioGPTNetwork:
        """The weights in the form that our decoder uses."""
        return MarioGPTNetwork(self.model.state_dict(), self._shape, layout=Layout(self.device, precision, pack))

    def write(self, network: MarioGPTNetwork, window: Window, batch: int) -> float:
        """Seconds of our sampler, with the structure rules, for a batch of levels of 100 columns."""
        started = time.monotonic()
        self._written(network, window, batch)
        return time.monotonic() - started

    def _written(self, network: MarioGPTNetwork, window: Window, batch: int) -> npt.NDArray[np.int64]:
        drafts = [Draft((Target(COLUMNS // 2), Target(COLUMNS // 2)), seed) for seed in range(batch)]
        prompts, checkpoint = self._prompt.expand(batch, -1), Checkpoint(network, self._tokens)
        decoder = MarioGPTDecoder(checkpoint, prompts, drafts, temperature=2.0, window=window)
        sample(decoder, drafts, Sampling(2.0, guided=False))
        return decoder.written

    @torch.inference_mode()
    def _probabilities(self, network: MarioGPTNetwork, window: Window) -> Iterator[tuple[int, Tensor]]:
        """Our decoder's probabilities at every step over the level, with the number of tiles before the step."""
        cache, first = network.cache(self._prompt, MAX_COLUMNS * HEIGHT), 0
        for length in range(1, TILES):
            if window(length // HEIGHT) != first:
                first = window(length // HEIGHT)
                cache.truncate(0)
            new = self.level[:, first * HEIGHT + cache.length : length]
            yield length, (network.extend(cache, new) @ network.head.t()).softmax(-1)

    def difference(self, network: MarioGPTNetwork, theirs: dict[int, Tensor]) -> float:
        """The largest difference between a token's probability in our decoder and in the loop, at the timed steps."""
        ours = self._probabilities(network, exact)
        return max(float((p - theirs[n]).abs().max()) for n, p in ours if n in theirs)

    def shift(self, one: MarioGPTNetwork, other: MarioGPTNetwork, window: Window) -> ProbabilityShift:
        """How far `other` with `window` is from `one` with the exact window, at the steps whose windows can differ."""
        pairs = zip(self._probabilities(one, exact), self._probabilities(other, window), strict=True)
        apart = [float((p - q).abs().sum() / 2) for (n, p), (_, q) in pairs if n > MAX_COLUMNS * HEIGHT]
        return ProbabilityShift(sum(apart) / len(apart), max(apart))
