"""A line in the log for each tool call: the tool, the level, the seconds, and how it ended."""

from __future__ import annotations

import logging
import time
from typing import Literal

import anyio
from fastmcp.exceptions import ToolError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp import MCPError
from mcp.types import CallToolRequestParams

from mariogpt_mcp.server.middleware.cancellation import Cancelled
from mariogpt_mcp.server.middleware.plain_errors import InternalError
from mariogpt_mcp.service.log_format import FIELDS

log = logging.getLogger(__name__)

Outcome = Literal["ok", "refused", "cancelled", "failed"]

MOST = 300
"""Characters of a sentence in the log; a name that a client made up stands in some of them."""


class LogCalls(Middleware):
    """Outermost of the middleware, so that it sees what the client gets. What was asked for is not logged."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Let the call through and log its end."""
        tool, began = context.message.name[:MOST], time.monotonic()
        try:
            result = await call_next(context)
        except (Exception, anyio.get_cancelled_exc_class()) as error:
            outcome = _outcome(error)
            _log(tool, began, outcome, sentence=str(error) if outcome == "refused" else "")
            raise
        structured = result.structured_content
        level = structured.get("id") if isinstance(structured, dict) else None
        _log(tool, began, "refused" if result.is_error else "ok", level=level if isinstance(level, str) else "")
        return result


def _outcome(error: BaseException) -> Outcome:
    if isinstance(error, (Cancelled, anyio.get_cancelled_exc_class())):
        return "cancelled"
    return "refused" if isinstance(error, (ToolError, MCPError)) and not isinstance(error, InternalError) else "failed"


def _log(tool: str, began: float, outcome: Outcome, *, level: str = "", sentence: str = "") -> None:
    seconds = round(time.monotonic() - began, 3)
    fields = {"tool": tool, "outcome": outcome, "seconds": seconds}
    message = f"{tool} {outcome} in {seconds:.2f} s"
    if level:
        fields["id"] = level
        message += f", level {level}"
    if sentence:
        fields["sentence"] = sentence[:MOST]
        message += f": {sentence[:MOST]}"
    log.log(logging.ERROR if outcome == "failed" else logging.INFO, "%s", message, extra={FIELDS: fields})
