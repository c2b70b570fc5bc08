"""Every error a client sees is one plain sentence."""

from __future__ import annotations

import logging

from fastmcp.exceptions import FastMCPError, NotFoundError, ToolError, ValidationError
from fastmcp.prompts import PromptResult
from fastmcp.resources import ResourceResult
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    GetPromptRequestParams,
    ReadResourceRequestParams,
)
from pydantic import ValidationError as PydanticValidationError

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.service.argument_errors import sentence

log = logging.getLogger(__name__)


class InternalError(ToolError):
    """Something unforeseen happened in a tool; its traceback is in the log."""


class PlainErrors(Middleware):
    """Rewrites what argument validation, unknown names and unforeseen failures would say.

    A tool's errors are results, which a model reads. Those of resources and prompts are errors of the protocol, with
    the code that tells a client whether its request or the server is at fault.
    """

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
        except NotFoundError:
            raise ToolError(f"There is no tool {tool[:40]!r}; the tools are {await _tools(context)}.") from None
        except MCPError:
            raise  # an answer of the protocol's
        except FastMCPError as error:
            if _foreseen(error):
                raise
            raise InternalError(_failed(tool)) from None  # FastMCP has logged it
        except Exception:
            log.exception("the tool %s failed", tool)
            raise InternalError(_failed(tool)) from None

    async def on_read_resource(
        self,
        context: MiddlewareContext[ReadResourceRequestParams],
        call_next: CallNext[ReadResourceRequestParams, ResourceResult],
    ) -> ResourceResult:
        """Let the request through; a level that is not here is a resource that does not exist."""
        uri = str(context.message.uri)
        try:
            return await call_next(context)
        except FastMCPError as error:
            raise _protocol_error(error, uri, {"uri": uri}) from None

    async def on_get_prompt(
        self,
        context: MiddlewareContext[GetPromptRequestParams],
        call_next: CallNext[GetPromptRequestParams, PromptResult],
    ) -> PromptResult:
        """Let the request through; arguments that a prompt does not take are the client's fault."""
        try:
            return await call_next(context)
        except FastMCPError as error:
            raise _protocol_error(error, context.message.name) from None


async def _tools(context: MiddlewareContext[CallToolRequestParams]) -> str:
    assert context.fastmcp_context is not None, "a tool is called within a context"
    return ", ".join(tool.name for tool in await context.fastmcp_context.fastmcp.list_tools(run_middleware=False))


def _foreseen(error: FastMCPError) -> bool:
    """Whether the sentence is ours; over an exception that it did not expect FastMCP puts one of its own."""
    return error.__cause__ is None or isinstance(error.__cause__, MarioGPTError)


def _failed(name: str) -> str:
    return f"{name} failed inside the server, through no fault of the call; try it once more."


def _protocol_error(error: FastMCPError, name: str, data: dict[str, str] | None = None) -> MCPError:
    if _foreseen(error):
        return MCPError(INVALID_PARAMS, str(error), data)
    return MCPError(INTERNAL_ERROR, _failed(name), data)


def _sentence(tool: str, cause: BaseException | None) -> str:
    if not isinstance(cause, PydanticValidationError):
        return f"{tool} was called with arguments it does not take."
    first = cause.errors()[0]
    return sentence(tool, first, ".".join(map(str, first["loc"])))
