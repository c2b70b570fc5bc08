"""Reads the arguments of tool calls as clients write them, before they are validated."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams, TextContent

from mariogpt_mcp.service.arguments import read_arguments

ignored_names: ContextVar[tuple[str, ...]] = ContextVar("ignored_names", default=())
"""The arguments of the present call that its tool does not have; the log of the call names them."""


class ReadArguments(Middleware):
    """Replaces the arguments of a call by those that `read_arguments` returns.

    The result mentions ignored arguments that are probably misspelled.
    """

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Run the call with the arguments in the form of the tool's schema."""
        assert context.fastmcp_context is not None, "every tool call has a context"
        call = context.message
        tool = await context.fastmcp_context.fastmcp.get_tool(call.name)
        if tool is None or not call.arguments:
            return await call_next(context)
        arguments = read_arguments(call.arguments, tool.parameters)
        ignored_names.set(arguments.ignored)
        message = call.model_copy(update={"arguments": arguments.values})
        return _with_notes(await call_next(context.copy(message=message)), arguments.notes)


def _with_notes(result: ToolResult, notes: tuple[str, ...]) -> ToolResult:
    if not notes:
        return result
    text = "".join(f"\nnote: {note}" for note in notes)
    content = [*result.content, TextContent(type="text", text=text.strip())]
    structured: Any = result.structured_content
    report = structured.get("report") if isinstance(structured, dict) else None
    if isinstance(report, dict):
        structured = {**structured, "report": {**report, "notes": [*report.get("notes", []), *notes]}}
    return ToolResult(content=content, structured_content=structured, meta=result.meta, is_error=result.is_error)
