from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.check.reading import read_level
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.export.imported import Legend
from mariogpt_mcp.level.grid import Level
from tests.check.level_inputs import (
    BARE,
    FRAMEWORK,
    LAUNCHER,
    NOTED,
    REFUSED,
    ROWS,
    ROWS_OF_OTHER_LENGTHS,
    SAME,
    TUBES,
)
from tests.conftest import ROOT, levels

PEERS = ROOT.parent / "shared" / "data" / "peers"


@pytest.mark.parametrize("name", SAME)
def test_the_same_level_is_found(name: str) -> None:
    read = read_level(SAME[name])
    assert read.level.text() == BARE
    assert read.notes == ((NOTED[name],) if name in NOTED else ())


def test_the_verdict_is_that_of_the_bare_rows() -> None:
    bare = check_level(BARE)
    for name, text in SAME.items():
        checked = check_level(text)
        assert checked.report.model_copy(update={"notes": []}) == bare.report, name


@pytest.mark.parametrize("name", REFUSED)
def test_other_text_is_refused_in_one_sentence(name: str) -> None:
    text, beginning = REFUSED[name]
    with pytest.raises(MarioGPTError) as caught:
        read_level(text)
    assert str(caught.value).startswith(beginning)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ROWS_OF_OTHER_LENGTHS)
def test_a_row_of_another_length_is_repaired_if_requested(name: str) -> None:
    text, notes = ROWS_OF_OTHER_LENGTHS[name]
    read = read_level(text, repair=True)
    assert (read.level.text(), read.notes) == (BARE, notes)
    assert check_level(text, repair=True).report.notes == list(notes)
    with pytest.raises(MarioGPTError, match="equally long"):
        read_level(text)


@pytest.mark.parametrize("name", FRAMEWORK)
def test_symbols_of_the_framework(name: str) -> None:
    row, meant, words = FRAMEWORK[name]
    text = "\n".join(["-" * len(row)] * 12 + [row, "X" * len(row)])
    read = read_level(text, legend="framework")
    assert read.level.rows[12] == meant
    for word in words:
        assert any(word in note for note in read.notes)


@pytest.mark.parametrize(("rows", "meant"), [LAUNCHER, TUBES])
def test_launchers_and_pipes_of_the_framework(rows: tuple[str, ...], meant: tuple[str, ...]) -> None:
    width = len(rows[0])
    assert read_level("\n".join(["-" * width] * 10 + [*rows, "X" * width])).level.rows[10:13] == meant


def test_a_named_legend_is_used() -> None:
    text = BARE.replace("--B---", "--G---")
    assert read_level(text).notes == ("read as symbols of the Mario AI Framework: G",)
    with pytest.raises(MarioGPTError, match="Row 12, column 21 has 'G'"):
        read_level(text, legend="vglc")


@pytest.mark.parametrize("format", FORMATS)
@given(level=levels)
def test_an_exported_level_is_read_again(format: str, level: Level) -> None:
    legend: Legend = "framework" if format == "framework" else "auto"
    assert read_level(export(level, format).content, legend=legend).level == level


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_exported_originals_are_read_again(format: str, vglc: Path) -> None:
    for path in sorted(vglc.rglob("*.txt")):
        level = read_level(path.read_bytes()).level
        assert read_level(export(level, format).content).level == level, path.name


@pytest.mark.parametrize("peer", ["mariogpt", "mariodiffusion", "mariogan"])
def test_levels_of_other_systems_are_read(peer: str) -> None:
    files = sorted((PEERS / peer).glob("*.txt"))
    if not files:
        pytest.skip("the levels of other systems are not here")
    assert len(files) == 100
    for file in files:
        assert read_level(file.read_bytes()).level.columns >= 100


def test_our_own_results_are_read() -> None:
    checked = check_level(BARE)
    answer = {"id": checked.id, "level": BARE, "report": checked.report.model_dump(mode="json")}
    assert read_level(json.dumps(answer)).level.text() == BARE
    text = (
        f"Super Mario level {checked.id}: valid, beaten.\n{checked.report.text()}\n\n```\n{BARE}\n```\nplay: http://x\n"
    )
    assert read_level(text).level.text() == BARE
    assert read_level(text.replace("\n", "\r\n")).level.text() == BARE


@given(st.text() | st.binary() | st.text(alphabet='-X<>[]E?`~{}":,\n\r 0123456789.|'))
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    try:
        level = read_level(text, repair=True).level
    except MarioGPTError:
        return
    assert read_level(level.text()).level.rows == level.rows


@given(st.data())
def test_a_wrong_symbol_is_named_where_the_sender_sees_it(data: st.DataObject) -> None:
    row, column = data.draw(st.integers(0, 13)), data.draw(st.integers(0, 23))
    rows = [*ROWS]
    rows[row] = rows[row][:column] + "w" + rows[row][column + 1 :]
    with pytest.raises(MarioGPTError, match=f"Row {row + 1}, column {column + 1} has 'w'"):
        read_level("\n".join(rows))


def test_a_fence_that_is_not_closed_is_read() -> None:
    assert read_level(f"My level:\n```\n{BARE}").level.text() == BARE
    assert read_level(f"```sh\nmake\n```\n~~~\n{BARE}\n").level.text() == BARE


@pytest.mark.parametrize(
    "text",
    [
        "\n".join("`" * n for n in range(3, 1500)),
        " X\n" * 200_000 + " " + "X" * 500_000,
        "[" * 1_000_000,
        "<pre" * 250_000,
        "> " * 500_000,
        "1: 1: " * 150_000,
        '"' * 1_000_000,
    ],
    ids=["fences", "a wide line", "brackets", "tags", "quotations", "numbers", "quotation marks"],
)
def test_long_text_is_read_or_refused_without_much_work(text: str) -> None:
    """Each of these takes minutes, or all memory, where the work grows with the square of the length."""
    with pytest.raises(MarioGPTError):
        read_level(text)
