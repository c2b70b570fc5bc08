"""Logging of the server: to stderr, one line each, as text or as JSON."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import Any

import click
import fastmcp
from fastmcp.exceptions import FastMCPError

from mariogpt_mcp.settings import settings

log = logging.getLogger(__name__)

FIELDS = "fields"
"""What a record's `extra` holds under this name are members of its JSON line; in text the message says it all."""

NOISY = ("fastmcp", "mcp", "httpx2", "uvicorn.error", "uvicorn.access")
"""Loggers whose lines on every request are of use at the level `debug` alone."""


class TextLines(logging.Formatter):
    """A line each; only a traceback takes more. What would break or colour a line is escaped."""

    def __init__(self) -> None:
        """Take no options."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line without its traceback."""
        return printable(super().formatMessage(record))


class JsonLines(logging.Formatter):
    """A JSON object a line: `time` (ISO 8601, UTC), `level`, `logger`, `message`, the fields, `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def printable(text: str) -> str:
    """The text with control characters, line breaks and marks that turn the direction of reading escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


class _Once(logging.Filter):
    """FastMCP tells of errors that are answers as well: those of tools have their line, others need no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        told = ("Error calling tool", "Invalid arguments for tool")
        if record.name == "fastmcp.server.server" and not record.exc_info and record.getMessage().startswith(told):
            return False
        if record.exc_info and isinstance(record.exc_info[1], FastMCPError):
            record.msg, record.args = f"{record.getMessage()}: {record.exc_info[1]}", None
            record.exc_info = None
        return True


def set_up_logging() -> None:
    """Everything goes to stderr, in the format and from the level of the settings; in stdio mode stdout is no place.

    Raises:
        MarioGPTError: a setting that is not allowed.
    """
    level = settings().log_level.upper()
    handler = logging.StreamHandler()
    handler.setLevel(level)  # FastMCP's loggers have a level of their own
    handler.setFormatter(JsonLines() if settings().log_format == "json" else TextLines())
    handler.addFilter(_Once())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    fastmcp.settings.check_for_updates = "off"
    quiet = logging.getLogger("fastmcp")
    quiet.handlers.clear()
    quiet.propagate = True
    if level == "INFO":
        for name in NOISY:
            logging.getLogger(name).setLevel(logging.WARNING)


def announce(sentence: str) -> None:
    """Tell whoever started the server, on stderr and whatever the level: as it is, or as a JSON line."""
    if settings().log_format == "json":
        record = log.makeRecord(log.name, logging.INFO, __file__, 0, sentence, (), None)
        sentence = JsonLines().format(record)
    click.echo(sentence, err=True)
