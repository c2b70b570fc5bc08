from __future__ import annotations

import numpy as np
import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.generation.request import COLUMN_TEMPERATURES, Request, columns_of


@pytest.mark.parametrize(("size", "columns"), [(100, 7), (1399, 100), (1400, 100), (2799, 200), (700, 50)])
def test_sizes_are_counted_as_mariogpt_counts_them(size: int, columns: int) -> None:
    assert columns_of(size) == columns


@pytest.mark.parametrize(
    ("temperature", "seed", "message"),
    [
        (float("nan"), 1, "temperature must be a number"),
        (float("inf"), 1, "temperature must be a number"),
        (1.0, -2, "seed must be a whole number"),
        (1.0, 2**32, "seed must be a whole number"),
    ],
)
def test_unusable_values_are_refused(temperature: float, seed: int, message: str) -> None:
    with pytest.raises(MarioGPTError, match=message):
        Request.check("", 700, temperature, seed)


def test_a_long_prompt_is_cut_and_noted() -> None:
    assert Request.check("many pipes, " + "very " * 500, 700, 1, 0).notes == ("the prompt was cut to 500 characters",)
    assert Request.check("  many   pipes ", 700, 1, 0).notes == ()
    assert Request.check("many pipes" + 600 * "\x00", 700, 1, 0).notes == ()


@pytest.mark.parametrize(
    ("temperature", "divisor"), [(-3, 0.65), (0.1, 0.65), (1, 1), (1.5, 1.175), (2, 1.35), (50, 1.35)]
)
def test_temperatures_of_users_become_milder_divisors(temperature: float, divisor: float) -> None:
    assert Request.check("", 700, temperature, 0).logit_divisor(COLUMN_TEMPERATURES) == pytest.approx(divisor)


def test_the_divisor_rises_with_the_temperature() -> None:
    divisors = [Request.check("", 700, t, 0).logit_divisor(COLUMN_TEMPERATURES) for t in np.linspace(0.1, 2, 60)]
    assert divisors == sorted(set(divisors))
    assert (divisors[0], divisors[-1]) == (COLUMN_TEMPERATURES[0], COLUMN_TEMPERATURES[-1])
