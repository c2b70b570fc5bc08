"""Every error a client sees is one plain sentence."""

from __future__ import annotations

import json
import logging
from typing import Any

from fastmcp.exceptions import FastMCPError, ToolError, ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams
from pydantic import ValidationError as PydanticValidationError

log = logging.getLogger(__name__)

_KINDS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}

_EXAMPLES: dict[str, Any] = {
    "prompt": "many pipes, few enemies, high elevation",
    "temperature": 1.0,
    "level_size": 1399,
    "seed": 42,
    "level": "--------\n--------\n ... 14 rows ...\nXXXXXXXX",
    "repair": True,
    "show_path": True,
}


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
    name = ".".join(map(str, first["loc"])) or "the call"
    if first["type"] == "unexpected_keyword_argument":
        return f"{tool} takes no parameter {name!r}; leave it out."
    if first["type"] in ("missing", "missing_argument"):
        return f"{tool} needs the parameter {name!r}{_example(name)}."
    kind = next((word for key, word in _KINDS.items() if first["type"].startswith(key)), "a value of another kind")
    given = json.dumps(first["input"], default=str)
    if len(given) > 60:
        given = given[:60] + "..."
    return f"{name} must be {kind}, not {given}{_example(name)}."


def _example(name: str) -> str:
    return f", for example {json.dumps(_EXAMPLES[name])}" if name in _EXAMPLES else ""
