"""Reads what is logged beside a message."""

from __future__ import annotations

import logging
from typing import Any

ORDINARY = {*vars(logging.makeLogRecord({})), "message", "asctime"}


def log_fields(record: logging.LogRecord) -> dict[str, Any]:
    """The fields of a record that came in `extra`."""
    return {name: value for name, value in vars(record).items() if name not in ORDINARY}
