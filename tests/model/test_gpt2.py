from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor
from transformers import GPT2Config, GPT2Model

from mariogpt_mcp.model.gpt2 import GPT2, GPT2Shape, read_gpt2

SHAPE = GPT2Shape(layers=2, width=32, heads=2, positions=8)


@pytest.fixture(scope="module")
def model() -> GPT2Model:
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=1,
        n_layer=SHAPE.layers,
        n_embd=SHAPE.width,
        n_head=SHAPE.heads,
        n_positions=SHAPE.positions,
        bos_token_id=0,
        eos_token_id=0,
    )
    model = GPT2Model(config)
    model.eval()  # type: ignore[no-untyped-call]
    return model


@pytest.fixture(scope="module")
def network(model: GPT2Model) -> GPT2:
    return read_gpt2(SHAPE, model.get_parameter)


@pytest.fixture(autouse=True)
def _inference() -> Iterator[None]:
    with torch.inference_mode():
        yield


def noise(*size: int) -> Tensor:
    return torch.randn(*size, generator=torch.Generator().manual_seed(1))


def stepped(network: GPT2, inputs: Tensor, shifts: Tensor | None = None) -> Tensor:
    """The states of inputs (B, T, D) appended one by one."""
    cache = network.cache(len(inputs), shifts)
    return torch.cat([network.extend(cache, inputs[:, i : i + 1]) for i in range(inputs.shape[1])], dim=1)


def test_it_computes_what_transformers_does(model: GPT2Model, network: GPT2) -> None:
    inputs = noise(3, SHAPE.positions, SHAPE.width)
    expected = model(inputs_embeds=inputs).last_hidden_state
    torch.testing.assert_close(network.extend(network.cache(3), inputs), expected)
    torch.testing.assert_close(stepped(network, inputs), expected)


@pytest.mark.parametrize("length", [1, 5])
def test_last_only_returns_the_same_last_state(network: GPT2, length: int) -> None:
    inputs, shifts = noise(3, length, SHAPE.width), noise(SHAPE.layers, 3, SHAPE.width)
    full, last = network.cache(3, shifts), network.cache(3, shifts)
    expected = network.extend(full, inputs)[:, -1:]
    torch.testing.assert_close(network.extend(last, inputs, last_only=True), expected)
    # The cache still has the keys and values of all positions.
    following = noise(3, 1, SHAPE.width)
    torch.testing.assert_close(network.extend(last, following), network.extend(full, following))


def test_shifts_are_added_after_the_attention_of_each_layer(model: GPT2Model, network: GPT2) -> None:
    inputs, shifts = noise(3, 6, SHAPE.width), noise(SHAPE.layers, 3, SHAPE.width)
    hooks = [
        model.get_submodule(f"h.{i}.attn").register_forward_hook(
            lambda _, __, out, shift=shift: (out[0] + shift[:, None], *out[1:])
        )
        for i, shift in enumerate(shifts)
    ]
    expected = model(inputs_embeds=inputs).last_hidden_state
    for hook in hooks:
        hook.remove()
    torch.testing.assert_close(network.extend(network.cache(3, shifts), inputs), expected)
    torch.testing.assert_close(stepped(network, inputs, shifts), expected)


def test_a_truncated_cache_has_no_later_positions(network: GPT2) -> None:
    inputs, other = noise(2, 6, SHAPE.width), noise(2, 3, SHAPE.width)
    cache = network.cache(2)
    network.extend(cache, inputs)
    cache.truncate(3)
    found = [network.extend(cache, other[:, i : i + 1]) for i in range(3)]
    expected = network.extend(network.cache(2), torch.cat([inputs[:, :3], other], dim=1))[:, 3:]
    torch.testing.assert_close(torch.cat(found, dim=1), expected)
    cache.truncate(100)
    assert cache.length == 6


def test_selected_sequences_are_continued(network: GPT2) -> None:
    inputs, shifts, rows = noise(3, 5, SHAPE.width), noise(SHAPE.layers, 3, SHAPE.width), [2, 0, 2]
    cache, expected = network.cache(3, shifts), network.cache(3, shifts[:, rows])
    network.extend(cache, inputs)
    cache.select(rows)
    network.extend(expected, inputs[rows])
    following = noise(3, 1, SHAPE.width)
    torch.testing.assert_close(network.extend(cache, following), network.extend(expected, following))


def test_the_cache_of_a_sequence_shares_the_memory_of_the_batch(network: GPT2) -> None:
    inputs, shifts = noise(3, 5, SHAPE.width), noise(SHAPE.layers, 3, SHAPE.width)
    cache, expected = network.cache(3, shifts), network.cache(3, shifts)
    states = [network.extend(cache.sequence(i), inputs[i : i + 1]) for i in range(3)]
    cache.length = 5
    torch.testing.assert_close(torch.cat(states), network.extend(expected, inputs))
    following = noise(3, 1, SHAPE.width)
    torch.testing.assert_close(network.extend(cache, following), network.extend(expected, following))


def test_several_inputs_need_an_empty_cache(network: GPT2) -> None:
    cache = network.cache(1)
    network.extend(cache, noise(1, 2, SHAPE.width))
    with pytest.raises(AssertionError, match="empty cache"):
        network.extend(cache, noise(1, 2, SHAPE.width))
