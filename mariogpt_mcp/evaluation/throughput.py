"""The original, written by MarioGPT's loop and by ours: the same weights, the same windows.

What a step of its loop costs depends on the length of its window alone, so timing a part of its steps tells the
whole; `every=1` times them all.
"""

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
from mariogpt_mcp.evaluation.baseline import COLUMNS, Shape, flat_gpt2
from mariogpt_mcp.level.grid import HEIGHT
from mariogpt_mcp.level.tiles import SYMBOLS
from mariogpt_mcp.model.conditioning import Target
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.model.mariogpt.context_window import ROOM, Window, exact
from mariogpt_mcp.model.mariogpt.decoder import OriginalDecoder
from mariogpt_mcp.model.mariogpt.network import FlatCache, FlatConfig, FlatGPT2
from mariogpt_mcp.model.mariogpt.tokenizer import TileTokens
from mariogpt_mcp.model.models import MarioGPTModel
from mariogpt_mcp.model.sampler import Draft, sample

TILES = COLUMNS * HEIGHT

PROMPT = "some pipes, some enemies, some blocks, high elevation"

SHARPNESS = 8
"""Makes random weights prefer some tokens to others, as trained ones do."""


@dataclass(frozen=True, slots=True)
class Stray:
    """How far probabilities are from others: half the sum of the differences, at its mean and at its largest."""

    mean: float
    worst: float


class Rivals:
    """One set of weights, for both; `level` is what probabilities are compared over, (1, 1400) tokens."""

    def __init__(self, model: GPT2LMHeadModel, tokens: TileTokens, prompt: Tensor) -> None:
        """Take weights on their device and a prompt's vector, (1, D); the level is noise."""
        self.device = str(model.device)
        self.model, self._tokens, self._prompt = model, tokens, prompt.to(self.device)
        c = model.config
        self._config = FlatConfig(c.n_layer, c.n_embd, c.n_head, c.n_positions, c.layer_norm_epsilon)
        self.level = torch.randint(0, len(SYMBOLS) + 1, (1, TILES), device=self.device)

    @classmethod
    def random(cls, shape: Shape, device: str = "cpu") -> Rivals:
        """Random weights."""
        torch.manual_seed(0)
        model: GPT2LMHeadModel = flat_gpt2(shape).to(device)  # type: ignore[arg-type]
        with torch.no_grad():  # or all tokens would be about as likely, whatever is computed
            model.transformer.ln_f.weight.mul_(SHARPNESS)
        tokens = TileTokens(np.arange(len(SYMBOLS)), len(SYMBOLS), shape.vocabulary)
        return cls(model, tokens, torch.randn(1, shape.width))

    @classmethod
    def of(cls, loader: ModelLoader) -> Rivals:
        """The weights of a checkpoint of the original's kind, and a level that they write.

        Raises:
            MarioGPTError: it is of another kind, or cannot be read.
        """
        loaded = loader.model()
        if not isinstance(loaded, MarioGPTModel):
            raise MarioGPTError(
                f"The checkpoint {loader.name!r} is not of the original's kind; give --model bundled to measure its "
                "shape with random weights."
            )
        with loader.folder() as folder:
            model = GPT2LMHeadModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        model.to(loaded.device)  # type: ignore[arg-type]
        rivals = cls(model, loaded.tokens, loader.text_encoder().vectors([PROMPT]))
        rivals.level = torch.from_numpy(rivals._written(rivals.network(), exact, 1)).to(loaded.device)
        return rivals

    @torch.no_grad()
    def loop(self, every: int, first: int = 1) -> tuple[float, dict[int, Tensor]]:
        """Seconds of its loop for 100 columns from one tile, and the probabilities it had after so many tiles."""
        seconds, probabilities = 0.0, {}
        for length in range(first, TILES, every):
            began = time.monotonic()
            window = self.level[:, exact(length // HEIGHT) * HEIGHT : length]
            logits = self.model(window, encoder_hidden_states=self._prompt[:, None], use_cache=False).logits[:, -1]
            torch.multinomial(logits.softmax(-1), 1).cpu()
            seconds += time.monotonic() - began
            probabilities[length] = logits.softmax(-1)
        return seconds * (TILES - 1) / len(probabilities), probabilities

    @torch.no_grad()
    def plain_cache(self) -> float:
        """Seconds for the same with nothing but `transformers`' own cache, begun anew with every window."""
        began, first, cache = time.monotonic(), -1, DynamicCache()
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
        return time.monotonic() - began

    def network(self, *, precision: torch.dtype = torch.float32, pack: bool = True) -> FlatGPT2:
        """Our form of the weights."""
        return FlatGPT2(self.model.state_dict(), self._config, device=self.device, precision=precision, pack=pack)

    def write(self, network: FlatGPT2, window: Window, batch: int) -> float:
        """Seconds of our sampler for so many levels of 100 columns at once, structure rules and all."""
        began = time.monotonic()
        self._written(network, window, batch)
        return time.monotonic() - began

    def _written(self, network: FlatGPT2, window: Window, batch: int) -> npt.NDArray[np.int64]:
        drafts = [Draft((Target(COLUMNS // 2), Target(COLUMNS // 2)), seed) for seed in range(batch)]
        prompts = self._prompt.expand(batch, -1)
        decoder = OriginalDecoder(network, self._tokens, prompts, drafts, temperature=2.0, window=window)
        sample(lambda batch: decoder, drafts, temperature=2.0, guided=False)
        return decoder.written

    @torch.inference_mode()
    def _probabilities(self, network: FlatGPT2, window: Window) -> Iterator[tuple[int, Tensor]]:
        """Ours at every step over the same level."""
        cache, first = FlatCache(network, network.shifts(self._prompt), ROOM * HEIGHT), 0
        for length in range(1, TILES):
            if window(length // HEIGHT) != first:
                first = window(length // HEIGHT)
                cache.cut(0)
            new = self.level[:, first * HEIGHT + cache.length : length]
            yield length, (cache.extend(new) @ network.head.t()).softmax(-1)

    def difference(self, network: FlatGPT2, theirs: dict[int, Tensor]) -> float:
        """The largest difference of a token's probability from their loop's, at the steps they have."""
        ours = self._probabilities(network, exact)
        return max(float((p - theirs[n]).abs().max()) for n, p in ours if n in theirs)

    def stray(self, one: FlatGPT2, other: FlatGPT2, window: Window) -> Stray:
        """How far `other` with a window is from `one` with the exact one, from where windows begin to differ on."""
        pairs = zip(self._probabilities(one, exact), self._probabilities(other, window), strict=True)
        apart = [float((p - q).abs().sum() / 2) for (n, p), (_, q) in pairs if n > ROOM * HEIGHT]
        return Stray(sum(apart) / len(apart), max(apart))
