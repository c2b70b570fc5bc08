"""The text encoder of MarioGPT: a prompt becomes the mean of BART's last hidden states.

MarioGPT gets them from the feature extraction pipeline of `transformers` (`mario_gpt/prompter.py`). For BART, the
pipeline returns the hidden states of the decoder, so the whole model runs once over the prompt.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoTokenizer, BartModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from mariogpt_mcp.errors import MarioGPTError

log = logging.getLogger(__name__)

MAX_CACHED = 1000
"""Most prompts whose vectors are kept; MarioGPT's vocabulary has 96 prompts."""


class TextEncoder:
    """BART on the CPU in evaluation mode, and the vectors of earlier prompts."""

    def __init__(self, folder: Path) -> None:
        """Load BART from a folder.

        Raises:
            MarioGPTError: there is no BART in it, or it is damaged.
        """
        self._folder = folder
        self._vectors: OrderedDict[str, Tensor] = OrderedDict()
        self._tokenizer, self._model = self._load()
        self._width = int(self._model.config.d_model or 0)

    _model: BartModel | None

    def _load(self) -> tuple[PreTrainedTokenizerBase, BartModel]:
        # The progress bar of `transformers` would be mixed with the log on stderr.
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            tokenizer = AutoTokenizer.from_pretrained(self._folder, local_files_only=True)
            model = BartModel.from_pretrained(self._folder, local_files_only=True, dtype=torch.float32)
        except Exception as error:  # the libraries that read a damaged file do not document what they raise
            raise MarioGPTError(
                f"There is no BART in {self._folder.name!r}, or it is damaged; set MARIOGPT_BART to a folder or a hub "
                "name such as facebook/bart-base."
            ) from error
        return tokenizer, model

    def release(self) -> None:
        """Free the memory of the weights, 0.6 GB for BART-base. A new prompt loads them again, which takes a second."""
        self._model = None

    @property
    def width(self) -> int:
        """Length of the vector of a prompt."""
        return self._width

    @torch.inference_mode()
    def vectors(self, prompts: Sequence[str]) -> Tensor:
        """Vectors of prompts, (prompts, width).

        Raises:
            MarioGPTError: BART was released and can no longer be loaded.
        """
        return torch.stack([self._vector(prompt) for prompt in prompts])

    def _vector(self, prompt: str) -> Tensor:
        if prompt in self._vectors:
            self._vectors.move_to_end(prompt)
            return self._vectors[prompt]
        if self._model is None:
            _, self._model = self._load()
        inputs = self._tokenizer(prompt, return_tensors="pt", truncation=True)
        vector: Tensor = self._model(**inputs).last_hidden_state[0].mean(0)
        self._vectors[prompt] = vector
        if len(self._vectors) > MAX_CACHED:
            self._vectors.popitem(last=False)
        return vector
