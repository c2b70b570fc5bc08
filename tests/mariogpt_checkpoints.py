"""Random MarioGPT checkpoints, saved as its authors save them, and the package `mario-gpt`, made to import."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from tokenizers import pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    BartConfig,
    BartModel,
    BartTokenizer,
    GPT2Config,
    GPT2LMHeadModel,
    GPT2Tokenizer,
    RobertaModel,
    RobertaTokenizer,
    pipeline,
)

from mariogpt_mcp.level.tiles import PATH_SYMBOL, SYMBOLS

TINY: dict[str, Any] = {"n_embd": 32, "n_layer": 2, "n_head": 2, "vocab_size": 257}
PUBLISHED: dict[str, Any] = {"n_embd": 768, "n_layer": 6, "n_head": 12, "vocab_size": 50257}
"""The vocabulary is DistilGPT2's, of which the tokenizer uses 257 entries; the published file has 397 MB."""

_BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())


def save_mariogpt(folder: Path, shape: dict[str, Any], *, old: bool = False) -> Path:
    """Save a random MarioGPT, in today's format, or with `old` in that of 2023, as the published one is.

    Tokens that levels never use are improbable, as after training.
    """
    torch.manual_seed(0)
    config = GPT2Config(add_cross_attention=True, bos_token_id=0, eos_token_id=0, **shape)
    model = GPT2LMHeadModel(config)
    vocabulary = {token: i for i, token in enumerate(["<|endoftext|>", *_BYTES])}
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "wte" in name:
                used = torch.zeros(len(parameter), 1)
                used[[vocabulary[s] for s in SYMBOLS + PATH_SYMBOL]] = 1
                parameter.copy_(parameter * used * 2)
            elif "ln_f.weight" in name:
                parameter.mul_(8)
            elif "wpe" in name:  # otherwise it writes the same tile for ever
                parameter.normal_(0, 1)
            elif "bias" in name:
                parameter.normal_(0, 0.2)
            elif name.endswith("weight") and parameter.ndim == 2:
                parameter.mul_(4)
    tokenizer = GPT2Tokenizer(vocab=vocabulary, merges=[])
    if not old:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({**config.to_dict(), "architectures": ["GPT2LMHeadModel"]}))
    buffers = {
        f"transformer.h.{i}.{part}.bias": torch.ones(1, 1, 1024, 1024, dtype=torch.bool).tril()
        for i in range(config.n_layer or 0)
        for part in ("attn", "crossattention")
    }
    torch.save({**model.state_dict(), **buffers}, folder / "pytorch_model.bin")
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2 - Trained by `huggingface/tokenizers`\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "GPT2Tokenizer"}))
    return folder


def save_gpt2(folder: Path, shape: dict[str, Any]) -> Path:
    """Save a random GPT-2 like DistilGPT2: without cross-attention, with a tokenizer of words."""
    torch.manual_seed(0)
    GPT2LMHeadModel(GPT2Config(bos_token_id=0, eos_token_id=0, **shape)).save_pretrained(folder)
    words = ["--", "XX", "----"]
    vocabulary = {token: i for i, token in enumerate([*_BYTES, *words, "<|endoftext|>"])}
    merges: Any = [("-", "-"), ("X", "X"), ("--", "--")]
    GPT2Tokenizer(vocab=vocabulary, merges=merges).save_pretrained(folder)
    return folder


def save_bart(folder: Path, width: int, *, base: bool = False) -> Path:
    """Save a random BART, with `base` of BART-base's shape, and a tokenizer of bytes."""
    torch.manual_seed(0)
    vocabulary = {token: i for i, token in enumerate(["<s>", "<pad>", "</s>", "<unk>", *_BYTES, "<mask>"])}
    layers, heads, entries = (6, 12, 50265) if base else (1, 2, len(vocabulary))
    sides = {f"{side}_{key}": value for side in ("encoder", "decoder") for key, value in _side(width, layers, heads)}
    config = BartConfig(vocab_size=entries, d_model=width, max_position_embeddings=1024, **sides)
    BartModel(config).save_pretrained(folder)
    BartTokenizer(vocab=vocabulary, merges=[]).save_pretrained(folder)
    return folder


def _side(width: int, layers: int, heads: int) -> list[tuple[str, Any]]:
    return [("layers", layers), ("attention_heads", heads), ("ffn_dim", 4 * width)]


@contextmanager
def mario_gpt() -> Iterator[Any]:
    """The installed package. It needs a name that transformers has dropped, and passes an option it no longer takes."""
    # All that it imports must be loaded before the name is set: loading more of transformers removes the name.
    assert all((AutoModelForMaskedLM, RobertaModel, RobertaTokenizer))
    transformers = sys.modules["transformers"]
    transformers.AutoModelWithLMHead = AutoModelForCausalLM  # type: ignore[attr-defined]
    try:
        import mario_gpt.prompter as prompter  # type: ignore[import-untyped, import-not-found, unused-ignore]
        import mario_gpt.sampler as package  # type: ignore[import-untyped, import-not-found, unused-ignore]

        prompter.pipeline = lambda task, framework, **options: pipeline(task, **options)
        package.convert_level_to_png = lambda level: [None]  # its pictures leave files open
        yield package
    finally:
        del transformers.AutoModelWithLMHead
        for name in [name for name in sys.modules if name.split(".")[0] == "mario_gpt"]:
            del sys.modules[name]
