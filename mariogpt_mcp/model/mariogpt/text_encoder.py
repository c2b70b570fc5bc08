"""How the original reads a prompt: the mean of BART's last hidden states.

Its loop asks transformers' feature extraction for them (`mario_gpt/prompter.py`), which for BART gives the
decoder's: the whole model runs once over the prompt.
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

REMEMBERED = 1000
"""Prompts whose vectors are kept; MarioGPT's words make 96."""


class PromptReader:
    """BART on the CPU in evaluation mode, with what it made of earlier prompts."""

    def __init__(self, folder: Path) -> None:
        """Load it from a folder.

        Raises:
            MarioGPTError: there is no BART in it, or a damaged one.
        """
        self._folder = folder
        self._known: OrderedDict[str, Tensor] = OrderedDict()
        self._tokenizer, self._model = self._read()
        self._width = int(self._model.config.d_model or 0)

    _model: BartModel | None

    def _read(self) -> tuple[PreTrainedTokenizerBase, BartModel]:
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # stderr has log lines alone
        try:
            tokenizer = AutoTokenizer.from_pretrained(self._folder, local_files_only=True)
            model = BartModel.from_pretrained(self._folder, local_files_only=True, dtype=torch.float32)
        except Exception as error:  # a damaged file may raise anything in any library that reads it
            raise MarioGPTError(
                f"There is no BART that can be read in {self._folder.name!r}; MARIOGPT_BART takes a folder or a hub "
                "name such as facebook/bart-base."
            ) from error
        return tokenizer, model

    def release(self) -> None:
        """Give its weights' memory back, 0.6 GB; known prompts stay, and a new one loads them again, in a second."""
        self._model = None

    @property
    def width(self) -> int:
        """Length of a prompt's vector."""
        return self._width

    @torch.inference_mode()
    def vectors(self, prompts: Sequence[str]) -> Tensor:
        """Vectors of prompts, (prompts, width)."""
        return torch.stack([self._vector(prompt) for prompt in prompts])

    def _vector(self, prompt: str) -> Tensor:
        if prompt in self._known:
            self._known.move_to_end(prompt)
            return self._known[prompt]
        if self._model is None:
            _, self._model = self._read()
        inputs = self._tokenizer(prompt, return_tensors="pt", truncation=True)
        vector: Tensor = self._model(**inputs).last_hidden_state[0].mean(0)
        self._known[prompt] = vector
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return vector
