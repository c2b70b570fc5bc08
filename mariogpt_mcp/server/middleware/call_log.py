"""Writes one log line for each tool call: the tool, the level, the seconds, and the outcome."""

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

from mariogpt_mcp.server.middleware.arguments import ignored_names
from mariogpt_mcp.server.middleware.cancellation import CancelledByClient
from mariogpt_mcp.server.middleware.plain_errors import InternalError

log = logging.getLogger(__name__)

Outcome = Literal["ok", "refused", "cancelled", "failed"]

MAX_LENGTH = 300
"""Maximum characters of a name and of a sentence in the log. Clients can send names of any length."""


class LogToolCalls(Middleware):
    """Logs tool calls, without their arguments. Must be the outermost middleware, to see the final result or error."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Run the call and log its outcome."""
        tool, began = context.message.name[:MAX_LENGTH], time.monotonic()
        ignored_names.set(())
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
    if isinstance(error, (CancelledByClient, anyio.get_cancelled_exc_class())):
        return "cancelled"
    return "refused" if isinstance(error, (ToolError, MCPError)) and not isinstance(error, InternalError) else "failed"


def _log(tool: str, began: float, outcome: Outcome, *, level: str = "", sentence: str = "") -> None:
    seconds = round(time.monotonic() - began, 3)
    fields: dict[str, str | float] = {"tool": tool, "outcome": outcome, "seconds": seconds}
    message = f"{tool} {outcome} in {seconds:.2f} s"
    if ignored := ", ".join(ignored_names.get())[:MAX_LENGTH]:
        fields["ignored"] = ignored
        message += f", ignored arguments: {ignored}"
    if level:
        fields["id"] = level
        message += f", level {level}"
    if sentence:
        fields["sentence"] = sentence[:MAX_LENGTH]
        message += f": {sentence[:MAX_LENGTH]}"
    log.log(logging.ERROR if outcome == "failed" else logging.INFO, "%s", message, extra=fields)
