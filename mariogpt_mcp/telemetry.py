"""OpenTelemetry spans of what takes time in making a level, under the span of the call it is made for.

Without an OpenTelemetry SDK they cost microseconds and go nowhere.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from opentelemetry import trace

PATIENCE = 2.0
"""Seconds in which what is kept back has to be sent, when the process is told to end."""

_tracer = trace.get_tracer("mariogpt_mcp")


def span(name: str, **attributes: int | str) -> AbstractContextManager[trace.Span]:
    """A span around what is done inside; its attributes are named `mariogpt.NAME`.

    What is raised inside is noted in it without making it a failure: most of all that is a level that was stopped,
    and other errors make the call's span one.
    """
    return _tracer.start_as_current_span(
        name,
        attributes={f"mariogpt.{key}": value for key, value in attributes.items()},
        set_status_on_exception=False,
    )


def flush_spans() -> None:
    """Send the spans that an SDK keeps back to send several at once; a signal may end the process before it does."""
    flush = getattr(trace.get_tracer_provider(), "force_flush", None)
    if flush is not None:
        # It tries for as long as it likes to reach a collector that is not there, whatever time it is given.
        sending = threading.Thread(target=flush, name="spans", daemon=True)
        sending.start()
        sending.join(PATIENCE)
