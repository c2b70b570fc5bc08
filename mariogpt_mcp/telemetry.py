"""OpenTelemetry spans of the steps in which a level is made, under the span of the call that requested it.

Without an OpenTelemetry SDK they cost microseconds and are dropped.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from opentelemetry import trace

FLUSH_SECONDS = 2.0
"""Time limit for sending the spans that an SDK has collected when the process ends."""

_tracer = trace.get_tracer("mariogpt_mcp")


def span(name: str, **attributes: int | str) -> AbstractContextManager[trace.Span]:
    """A span around the code of a `with` block; its attributes are named `mariogpt.NAME`.

    An exception in the block is recorded in the span but does not set its status to an error: usually it means that a
    level was stopped, and the span of the call reports other errors.
    """
    return _tracer.start_as_current_span(
        name,
        attributes={f"mariogpt.{key}": value for key, value in attributes.items()},
        set_status_on_exception=False,
    )


def flush_spans() -> None:
    """Send the spans that an SDK has collected for its next batch; a signal may end the process before that."""
    flush = getattr(trace.get_tracer_provider(), "force_flush", None)
    if flush is not None:
        # It may try to reach a missing collector for longer than its timeout.
        sending = threading.Thread(target=flush, name="spans", daemon=True)
        sending.start()
        sending.join(FLUSH_SECONDS)
