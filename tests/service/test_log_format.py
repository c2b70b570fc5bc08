from __future__ import annotations

import json
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

from mariogpt_mcp.service.log_format import NOISY, JsonLines, TextLines, announce, printable, set_up_logging
from mariogpt_mcp.settings import LogFormat, LogSettings

HOSTILE = "a\nb\r\x1b[31mred\x00\x85\u2028\u202eright to left\ud800"


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in NOISY)]
    before = [(logger, logger.level, logger.handlers[:], logger.propagate) for logger in loggers]
    yield
    logging.captureWarnings(False)
    for logger, level, handlers, propagate in before:
        logger.setLevel(level)
        logger.handlers[:], logger.propagate = handlers, propagate


def record(message: str, *, fields: dict[str, object] | None = None, failed: bool = False) -> logging.LogRecord:
    error = None
    if failed:
        try:
            raise OSError(HOSTILE)
        except OSError:
            error = sys.exc_info()
    made = logging.LogRecord("some.logger", logging.WARNING, __file__, 1, "%s", (message,), error)
    vars(made).update(fields or {})
    return made


def test_nothing_breaks_or_colours_a_line_of_text() -> None:
    line = TextLines().format(record(HOSTILE))
    assert line.endswith(
        r"WARNING some.logger: a\nb\r\x1b[31mred\x00\x85\u2028\u202eright to left\ud800",
    )
    assert len(line.splitlines()) == 1


def test_printable_characters_stay() -> None:
    text = "Über 3 Röhren, viele Gegner: 日本 \U0001f344 C:\\levels"
    assert printable(text) == text


def test_a_traceback_keeps_its_lines_in_text() -> None:
    lines = TextLines().format(record("it failed", failed=True)).split("\n")
    assert lines[0].endswith("WARNING some.logger: it failed")
    assert lines[1].startswith("Traceback")


def test_json_is_one_object_a_line() -> None:
    text = JsonLines().format(record(HOSTILE, fields={"tool": HOSTILE, "seconds": 0.25}, failed=True))
    assert len(text.splitlines()) == 1
    line = json.loads(text)
    assert list(line) == ["time", "level", "logger", "message", "tool", "seconds", "exception"]
    assert (line["level"], line["logger"]) == ("warning", "some.logger")
    assert line["message"] == line["tool"] == HOSTILE
    assert line["seconds"] == 0.25
    assert line["exception"].startswith("Traceback")
    assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])


def test_a_line_contains_our_fields_and_not_those_of_uvicorn() -> None:
    fields: dict[str, object] = {"id": "a", "path": Path("/levels"), "color_message": "\x1b[31mred"}
    line = json.loads(JsonLines().format(record("made", fields=fields)))
    assert list(line) == ["time", "level", "logger", "message", "id", "path"]
    assert line["path"] == str(Path("/levels"))


@pytest.mark.usefixtures("_logging_as_before")
@pytest.mark.parametrize("form", ["text", "json"])
async def test_one_line_a_call(server: FastMCP, capsys: pytest.CaptureFixture[str], form: LogFormat) -> None:
    set_up_logging(LogSettings(format=form))
    async with Client(server) as client:
        await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        for arguments in ({"level": 3}, {"level": "Z"}, {"lines\n": "a"}):
            with pytest.raises(ToolError):
                await client.call_tool("check_level", arguments)
        with pytest.raises(ToolError):
            await client.call_tool("make\nlevel")
    out, err = capsys.readouterr()
    assert out == ""
    lines = [line for line in err.splitlines() if "mariogpt_mcp.model.loader" not in line]
    assert len(lines) == 5, err
    if form == "json":
        assert [json.loads(line)["outcome"] for line in lines] == ["ok", *4 * ["refused"]]


@pytest.mark.usefixtures("_logging_as_before")
def test_warnings_and_announcements_are_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = LogSettings("warning", "json")
    set_up_logging(chosen)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)  # `catch_warnings` restores `showwarning`, which the capture replaces
        logging.captureWarnings(True)
        warnings.warn("old", stacklevel=1)
        logging.captureWarnings(False)
    announce("serving", chosen)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["logger"] for line in lines] == ["py.warnings", "mariogpt_mcp.service.log_format"]
    assert lines[1]["message"] == "serving"


@pytest.mark.usefixtures("_logging_as_before")
def test_no_logger_goes_below_the_level_that_was_set(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("fastmcp").setLevel(logging.INFO)  # its level after the import
    set_up_logging(LogSettings("error"))
    logging.getLogger("fastmcp.server").warning("not an error")
    assert capsys.readouterr().err == ""
