from __future__ import annotations

import pytest

from mariogpt_mcp.cli.options.progress_bar import ProgressBar


def test_without_a_terminal_the_bar_is_printed_once_at_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar("columns") as bar:
        bar.show("loading", 0, None)
        bar.show("level 1", 3, 10)
        bar.print("a line [of] text")
    out, err = capsys.readouterr()
    assert out == ""
    assert not bar.on_terminal
    line, last = err.splitlines()
    assert line == "a line [of] text"
    assert last.startswith("level 1")
    assert " 3 of 10 columns " in " ".join(last.split()) + " "


def test_without_a_terminal_a_transient_bar_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar(transient=True) as bar:
        bar.show("level 1", 3, 10)
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_a_transient_bar_is_shown_and_then_erased(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with ProgressBar("levels", transient=True) as bar:
        assert bar.on_terminal
        bar.show("generating", 1, 2)
    err = capsys.readouterr().err
    assert "generating" in err
    assert err.endswith("\x1b[2K")  # its line is erased
