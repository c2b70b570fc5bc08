from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError

from mariogpt_mcp.service.log_format import FIELDS, NOISY, JsonLines, TextLines, announce, printable, set_up_logging
from mariogpt_mcp.settings import settings
from tests.servers import ERAS, Connect, http_server

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
    if fields is not None:
        setattr(made, FIELDS, fields)
    return made


def test_nothing_breaks_or_colours_a_line_of_text() -> None:
    line = TextLines().format(record(HOSTILE))
    assert line.endswith(
        r"WARNING some.logger: a\nb\r\x1b[31mred\x00\x85\u2028\u202eright to left\ud800",
    )
    assert len(line.splitlines()) == 1


def test_what_is_no_control_character_stays() -> None:
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
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None


@pytest.mark.usefixtures("_logging_as_before")
@pytest.mark.parametrize("form", ["text", "json"])
async def test_one_line_a_call(
    server: FastMCP, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setenv("MARIOGPT_LOG_FORMAT", form)
    settings.cache_clear()
    set_up_logging()
    async with Client(server) as client:
        await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        for arguments in ({"level": 3}, {"level": "Z"}, {"levels": "a\nb"}):
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
def test_warnings_and_what_is_announced_are_lines_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARIOGPT_LOG_FORMAT", "json")
    monkeypatch.setenv("MARIOGPT_LOG_LEVEL", "warning")
    settings.cache_clear()
    set_up_logging()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)  # `catch_warnings` keeps what shows them
        logging.captureWarnings(True)
        warnings.warn("old", stacklevel=1)
        logging.captureWarnings(False)
    announce("serving")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["logger"] for line in lines] == ["py.warnings", "mariogpt_mcp.service.log_format"]
    assert lines[1]["message"] == "serving"


@pytest.mark.usefixtures("_logging_as_before")
def test_no_logger_goes_below_the_level_that_was_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARIOGPT_LOG_LEVEL", "error")
    settings.cache_clear()
    logging.getLogger("fastmcp").setLevel(logging.INFO)  # as it is on import
    set_up_logging()
    logging.getLogger("fastmcp.server").warning("not an error")
    assert capsys.readouterr().err == ""


@pytest.mark.slow
async def test_every_line_of_a_server_is_json_if_asked_for(environment: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    with http_server({**environment, "MARIOGPT_LOG_FORMAT": "json"}, log) as address:
        for era in ERAS:
            async with Client(f"{address}/mcp", mode=era) as client:
                made = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
                with pytest.raises(ToolError):
                    await client.call_tool("check_level", {"level": "a\nb"})
                await client.list_resources()
        assert httpx2.post(f"{address}/api/levels", json={"level_size": 100, "seed": 1}).status_code == 200
        assert httpx2.post(f"{address}/api/levels", content=b"{").status_code == 422
        assert httpx2.get(f"{address}/health").status_code == 200
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    calls = [(line["tool"], line["outcome"], line.get("id")) for line in lines if "tool" in line]
    made_id = made.structured_content["id"]
    assert calls == 2 * [("generate_mario_level", "ok", made_id), ("check_level", "refused", None)]
    posts = [(line["path"], line["status"], line["outcome"]) for line in lines if "path" in line]
    assert posts == [("/api/levels", 200, "ok"), ("/api/levels", 422, "refused")]


@pytest.mark.slow
async def test_over_stdio_it_goes_to_stderr(stdio: Connect, tmp_path: Path) -> None:
    async with stdio("legacy", MARIOGPT_LOG_FORMAT="json") as client:
        await client.call_tool("get_tile_legend")
    lines = [json.loads(line) for line in (tmp_path / "stderr").read_text().splitlines()]
    assert [line["outcome"] for line in lines if "tool" in line] == ["ok"]
