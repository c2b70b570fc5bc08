"""Every error a client sees is one plain sentence."""

from __future__ import annotations

import logging

from fastmcp.exceptions import FastMCPError, ToolError, ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams
from pydantic import ValidationError as PydanticValidationError

from mariogpt_mcp.arguments import sentence

log = logging.getLogger(__name__)


class PlainErrors(Middleware):
    """Rewrites what argument validation and unforeseen failures would say of a tool call."""

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Let the call through; turn its errors into sentences."""
        tool = context.message.name
        try:
            return await call_next(context)
        except ValidationError as error:
            raise ToolError(_sentence(tool, error.__cause__), log_level=logging.INFO) from None
        except FastMCPError:
            raise
        except Exception:
            log.exception("the tool %s failed", tool)
            raise ToolError(
                f"{tool} failed inside the server, through no fault of the call; try it once more."
            ) from None


def _sentence(tool: str, cause: BaseException | None) -> str:
    if not isinstance(cause, PydanticValidationError):
        return f"{tool} was called with arguments it does not take."
    first = cause.errors()[0]
    return sentence(tool, first, ".".join(map(str, first["loc"])))
