"""Turns every error that a client receives into one plain sentence."""

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

from mariogpt_mcp.service.argument_errors import sentence

log = logging.getLogger(__name__)


class RefusedRequest(FastMCPError):
    """A request that a tool or resource refused. The text says why, and the client receives it."""


class InternalError(ToolError):
    """A tool failed with an unexpected exception, whose traceback is in the log."""


class PlainErrors(Middleware):
    """Replaces the messages about invalid arguments, unknown tools and unexpected exceptions.

    An error of a tool is sent as a result, which the model reads. An error of a resource or prompt is sent as a
    protocol error; its code says whether the request or the server caused it.
    """

    async def on_call_tool(
        self,
        context: MiddlewareContext[CallToolRequestParams],
        call_next: CallNext[CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Run the call; raise each error as a `ToolError` with one sentence."""
        tool = context.message.name
        try:
            return await call_next(context)
        except ValidationError as error:
            raise ToolError(_argument_error(tool, error.__cause__), log_level=logging.INFO) from None
        except NotFoundError:
            raise ToolError(f"There is no tool {tool[:40]!r}; the tools are {await _tools(context)}.") from None
        except RefusedRequest as error:
            raise ToolError(str(error)) from None
        except MCPError:
            raise  # an error that the protocol defines, such as a missing capability of the client
        except FastMCPError as error:
            if _is_unexpected(error):
                raise InternalError(_internal_error(tool)) from None  # FastMCP has already logged it
            raise
        except Exception:
            log.exception("the tool %s failed", tool)
            raise InternalError(_internal_error(tool)) from None

    async def on_read_resource(
        self,
        context: MiddlewareContext[ReadResourceRequestParams],
        call_next: CallNext[ReadResourceRequestParams, ResourceResult],
    ) -> ResourceResult:
        """Read the resource. The error for an unknown level has the code `INVALID_PARAMS`."""
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
        """Get the prompt. The error for wrong arguments has the code `INVALID_PARAMS`."""
        try:
            return await call_next(context)
        except FastMCPError as error:
            raise _protocol_error(error, context.message.name) from None


async def _tools(context: MiddlewareContext[CallToolRequestParams]) -> str:
    assert context.fastmcp_context is not None, "every tool call has a context"
    return ", ".join(tool.name for tool in await context.fastmcp_context.fastmcp.list_tools(run_middleware=False))


def _is_unexpected(error: FastMCPError) -> bool:
    """Whether FastMCP raised the error because of an exception that was not handled."""
    return error.__cause__ is not None


def _internal_error(name: str) -> str:
    return f"{name} failed because of an error inside the server, not in the request; try again."


def _protocol_error(error: FastMCPError, name: str, data: dict[str, str] | None = None) -> MCPError:
    if _is_unexpected(error):
        return MCPError(INTERNAL_ERROR, _internal_error(name), data)
    return MCPError(INVALID_PARAMS, str(error), data)


def _argument_error(tool: str, cause: BaseException | None) -> str:
    if not isinstance(cause, PydanticValidationError):
        return f"{tool} cannot use these arguments; use the parameters that its description lists."
    first = cause.errors()[0]
    return sentence(tool, first, ".".join(map(str, first["loc"])))
