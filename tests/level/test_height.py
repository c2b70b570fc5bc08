from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mariogpt_mcp.level.grid import HEIGHT, Level, LevelError
from mariogpt_mcp.level.height import fit_height, parse_any_height
from tests.conftest import levels

SKY, BRICK, GROUND, COIN = "---", "-S-", "XXX", "-o-"


def test_a_corpus_of_many_heights_only_gains_or_loses_rows_of_sky(vglc: Path) -> None:
    heights = set()
    for path in sorted(vglc.rglob("*.txt")):
        text = path.read_text().rstrip("\n")
        heights.add(len(text.split("\n")))
        fitted = parse_any_height(text)
        assert fitted.level.text().strip("-\n") == text.strip("-\n")
        assert bool(fitted.notes) == (len(text.split("\n")) != HEIGHT)
    assert heights == {12, 13, 14, 15, 16}


@pytest.mark.parametrize(
    ("rows", "kept", "notes"),
    [
        ([BRICK, GROUND], [*[SKY] * 12, BRICK, GROUND], ("12 rows of sky were added on top",)),
        ([SKY, COIN, *[BRICK] * 13], [COIN, *[BRICK] * 13], ("1 row of sky was left out on top",)),
        ([COIN, *[BRICK] * 13, SKY], [COIN, *[BRICK] * 13], ("1 row of sky was left out at the bottom",)),
        (
            [SKY, COIN, *[SKY] * 12, GROUND, GROUND],
            [COIN, *[SKY] * 12, GROUND],
            (
                "1 row of sky was left out on top",
                "1 row was left out at the bottom, which continues the row above it",
            ),
        ),
        (
            [*[SKY] * 13, *[GROUND] * 3],
            [SKY] * 12 + [GROUND] * 2,
            (
                "1 row of sky was left out on top",
                "1 row was left out at the bottom, which continues the row above it",
            ),
        ),
        (
            [COIN, *[SKY] * 11, "<>-", "[]-", "[]-"],
            [COIN, *[SKY] * 11, "<>-", "[]-"],
            ("1 row was left out at the bottom, which continues the row above it",),
        ),
        (
            [COIN, *[SKY] * 11, "-B-", "-b-", "-b-", "-b-"],
            [COIN, *[SKY] * 11, "-B-", "-b-"],
            ("2 rows were left out at the bottom, which continue the row above them",),
        ),
    ],
)
def test_rows_that_do_not_matter_are_left_out(rows: list[str], kept: list[str], notes: tuple[str, ...]) -> None:
    fitted = fit_height(rows)
    assert fitted.level.rows == tuple(kept)
    assert fitted.notes == notes


def test_a_level_that_would_lose_a_tile_is_refused_with_its_height() -> None:
    with pytest.raises(LevelError, match=r"The level has 16 rows .* 14; rows 1 and 16 both have tiles") as caught:
        fit_height([COIN, *[SKY] * 14, GROUND])
    assert str(caught.value).endswith("so no row can be left out.")


def test_rows_are_counted_as_they_were_sent() -> None:
    with pytest.raises(LevelError, match="Row 3, column 2 has 'w'"):
        fit_height([SKY, SKY, "-w-", *[SKY] * 8, GROUND])


@given(levels)
def test_a_level_is_unchanged(level: Level) -> None:
    assert fit_height(level.rows).level == level
    assert fit_height(level.rows).notes == ()


@given(levels, st.integers(0, 3), st.integers(0, 3))
def test_rows_of_sky_around_a_level_do_not_matter(level: Level, above: int, below: int) -> None:
    sky = "-" * level.columns
    assume(level.rows[-1] != sky and level.rows[0] != sky)
    assume(level.rows[-1] != level.rows[-2])  # ground of three rows loses one of them instead
    assert fit_height([*[sky] * above, *level.rows, *[sky] * below]).level == level
