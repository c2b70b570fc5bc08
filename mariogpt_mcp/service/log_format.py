"""Logging of the servers: one line per record on stderr, as text or as JSON."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import Any

import click
import fastmcp
from fastmcp.exceptions import FastMCPError
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from mariogpt_mcp.settings import LogSettings

log = logging.getLogger(__name__)

NOISY = ("fastmcp", "mcp", "httpx2", "uvicorn.error", "uvicorn.access")
"""Loggers that write lines about every request. At the level `info`, only their warnings and errors are logged."""


class TextLines(logging.Formatter):
    """Writes one line per record, and a traceback on more lines. Characters that break or colour a line are escaped."""

    def __init__(self) -> None:
        """Take no options."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line of a record, without its traceback."""
        return printable(super().formatMessage(record))


class JsonLines(JsonFormatter):
    """Writes one JSON object per line: `time`, `level`, `logger`, `message`, the fields in `extra`, and `exception`."""

    def __init__(self) -> None:
        """Take no options."""
        super().__init__(
            ["asctime", "levelname", "name", "message"],
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "exception"},
            reserved_attrs=[*RESERVED_ATTRS, "color_message"],  # uvicorn's copy of the message with colours
            json_default=str,
        )

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """ISO 8601 in UTC, with milliseconds."""
        return datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Write the level in lower case, and put the traceback last because it is long."""
        log_data["level"] = log_data["level"].lower()
        if "exception" in log_data:
            log_data["exception"] = log_data.pop("exception")
        return log_data


def printable(text: str) -> str:
    """The text with control characters, line breaks and marks that change the text direction escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


class _OneLinePerError(logging.Filter):
    """Drops FastMCP's second line about a tool's error, and the traceback of errors that are sent to the client."""

    def filter(self, record: logging.LogRecord) -> bool:
        logged_by_us = ("Error calling tool", "Invalid arguments for tool")
        is_fastmcp = record.name == "fastmcp.server.server"
        if is_fastmcp and not record.exc_info and record.getMessage().startswith(logged_by_us):
            return False
        if record.exc_info and isinstance(record.exc_info[1], FastMCPError):
            record.msg, record.args = f"{record.getMessage()}: {record.exc_info[1]}", None
            record.exc_info = None
        return True


def set_up_logging(chosen: LogSettings) -> None:
    """Send every log record and warning to stderr. Over stdio, stdout is reserved for the protocol."""
    level = chosen.level.upper()
    handler = logging.StreamHandler()
    handler.setLevel(level)  # FastMCP's loggers have their own level
    handler.setFormatter(JsonLines() if chosen.format == "json" else TextLines())
    handler.addFilter(_OneLinePerError())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    fastmcp.settings.check_for_updates = "off"
    fastmcp_logger = logging.getLogger("fastmcp")
    fastmcp_logger.handlers.clear()
    fastmcp_logger.propagate = True
    if level == "INFO":
        for name in NOISY:
            logging.getLogger(name).setLevel(logging.WARNING)


def announce(sentence: str, chosen: LogSettings) -> None:
    """Print a sentence to stderr at every log level, as text or as a JSON line."""
    if chosen.format == "json":
        record = log.makeRecord(log.name, logging.INFO, __file__, 0, sentence, (), None)
        sentence = JsonLines().format(record)
    click.echo(sentence, err=True)
