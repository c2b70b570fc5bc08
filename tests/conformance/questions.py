"""The fixtures of the conformance suite that need input from the client: sampling, elicitation and roots.

Up to 2025-11-25, a server sends a separate request to the client. From 2026-07-28, its response says which input it
needs, and the client repeats the call with this input.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from mcp import MCPDeprecationWarning, MCPError
from mcp.shared.exceptions import NoBackChannelError
from mcp.types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    ClientCapabilities,
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    TextContent,
)


@contextmanager
def asking() -> Iterator[None]:
    """Turns the error for a client that cannot receive requests into an error of the tool."""
    try:
        yield
    except NoBackChannelError as error:
        raise ToolError(str(error)) from None


def form(message: str, **properties: dict[str, Any]) -> ElicitRequest:
    """A question with fields, all required."""
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def said(text: str) -> list[SamplingMessage]:
    return [SamplingMessage(role="user", content=TextContent(type="text", text=text))]


def sampling(text: str, max_tokens: int = 100) -> CreateMessageRequest:
    """A question to the client's model."""
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=said(text), max_tokens=max_tokens))


NAME = form("What is your name?", name={"type": "string"})
ROOTS = ListRootsRequest()


def ask(state: str | None, **requests: InputRequest) -> InputRequiredResult:
    return InputRequiredResult(input_requests=requests, request_state=state)


def answers(ctx: Context, *keys: str) -> list[str] | None:
    """The client's answers under these keys, as JSON; `None` if an answer is missing or refused."""
    found = [(ctx.input_responses or {}).get(key) for key in keys]
    if any(a is None or (isinstance(a, ElicitResult) and (a.action != "accept" or not a.content)) for a in found):
        return None
    return [a.model_dump_json(by_alias=True) for a in found if a is not None]


def capabilities(ctx: Context) -> ClientCapabilities:
    return ctx.session.client_capabilities or ClientCapabilities()


def add_questions(mcp: FastMCP) -> None:
    """Register the fixtures on a server."""
    _add_requests(mcp)
    _add_rounds(mcp)
    _add_states(mcp)


def _add_requests(mcp: FastMCP) -> None:
    async def elicit(ctx: Context, message: str, properties: dict[str, Any], required: list[str]) -> str:
        schema = {"type": "object", "properties": properties, "required": required}
        with asking():
            result = await ctx.session.elicit_form(message, schema, related_request_id=ctx.request_id)
        return f"action={result.action}, content={json.dumps(result.content)}"

    @mcp.tool
    async def test_sampling(prompt: str, ctx: Context) -> str:
        """Asks the client's model."""
        with asking(), warnings.catch_warnings():
            warnings.simplefilter("ignore", MCPDeprecationWarning)
            answer = await ctx.session.create_message(said(prompt), max_tokens=100, related_request_id=ctx.request_id)
        return f"LLM response: {answer.content.model_dump_json()}"

    @mcp.tool
    async def test_elicitation(message: str, ctx: Context) -> str:
        """Asks the user."""
        fields = {
            "username": {"type": "string", "description": "User's response"},
            "email": {"type": "string", "description": "User's email address"},
        }
        return f"User response: {await elicit(ctx, message, fields, list(fields))}"

    @mcp.tool
    async def test_elicitation_sep1034_defaults(ctx: Context) -> str:
        """Asks the user with a default for each kind of field."""
        fields = {
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
            "verified": {"type": "boolean", "default": True},
        }
        return f"Elicitation completed: {await elicit(ctx, 'Please look these over', fields, [])}"

    @mcp.tool
    async def test_elicitation_sep1330_enums(ctx: Context) -> str:
        """Asks the user to choose, with every kind of enumeration."""
        plain = [f"option{n}" for n in (1, 2, 3)]
        names = ["First", "Second", "Third"]

        def titled(word: str) -> list[dict[str, str]]:
            return [{"const": f"value{n}", "title": f"{name} {word}"} for n, name in enumerate(names, 1)]

        fields = {
            "untitledSingle": {"type": "string", "enum": plain},
            "titledSingle": {"type": "string", "oneOf": titled("Option")},
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": plain}},
            "titledMulti": {"type": "array", "items": {"anyOf": titled("Choice")}},
        }
        return f"Elicitation completed: {await elicit(ctx, 'Please choose', fields, [])}"

    @mcp.tool
    def test_missing_capability(ctx: Context) -> str:
        """Needs sampling."""
        if capabilities(ctx).sampling is None:
            raise MCPError(
                code=MISSING_REQUIRED_CLIENT_CAPABILITY,
                message="This tool needs the client's sampling.",
                data={"requiredCapabilities": {"sampling": {}}},
            )
        return "The client can sample."


def _add_rounds(mcp: FastMCP) -> None:
    @mcp.tool
    def test_input_required_result_elicitation(ctx: Context) -> str | InputRequiredResult:
        """Needs the user's name."""
        given = answers(ctx, "user_name")
        return f"Hello, {given[0]}!" if given else ask(None, user_name=NAME)

    @mcp.tool
    def test_streaming_elicitation(ctx: Context) -> str | InputRequiredResult:
        """Needs the user's name, and sends no separate request for it."""
        given = answers(ctx, "user_name")
        return f"Hello, {given[0]}!" if given else ask(None, user_name=NAME)

    @mcp.tool
    def test_input_required_result_sampling(ctx: Context) -> str | InputRequiredResult:
        """Needs the client's model."""
        given = answers(ctx, "capital_question")
        return given[0] if given else ask(None, capital_question=sampling("What is the capital of France?"))

    @mcp.tool
    def test_input_required_result_list_roots(ctx: Context) -> str | InputRequiredResult:
        """Needs the client's roots."""
        given = answers(ctx, "client_roots")
        return given[0] if given else ask(None, client_roots=ROOTS)

    @mcp.tool
    def test_input_required_result_capabilities(ctx: Context) -> str | InputRequiredResult:
        """Needs every kind of input that the client supports."""
        can = capabilities(ctx)
        wanted: dict[str, InputRequest] = {}
        if can.elicitation is not None:
            wanted["user_name"] = NAME
        if can.sampling is not None:
            wanted["greeting"] = sampling("Generate a greeting")
        if can.roots is not None:
            wanted["client_roots"] = ROOTS
        given = answers(ctx, *wanted)
        return InputRequiredResult(input_requests=wanted) if wanted and given is None else f"Answered: {given}"

    @mcp.prompt
    def test_input_required_result_prompt(ctx: Context) -> str | InputRequiredResult:
        """Needs a context."""
        given = answers(ctx, "user_context")
        question = form("What context should the prompt use?", context={"type": "string"})
        return f"Use this context: {given[0]}" if given else ask(None, user_context=question)


def _add_states(mcp: FastMCP) -> None:
    def confirm(ctx: Context) -> str | InputRequiredResult:
        if ctx.request_state == "asked" and answers(ctx, "confirm"):
            return "state-ok"
        return ask("asked", confirm=form("Please confirm", ok={"type": "boolean"}))

    @mcp.tool
    def test_input_required_result_request_state(ctx: Context) -> str | InputRequiredResult:
        """Needs a confirmation, and recognizes its state."""
        return confirm(ctx)

    @mcp.tool
    def test_input_required_result_tampered_state(ctx: Context) -> str | InputRequiredResult:
        """Needs a confirmation, and accepts no other state."""
        return confirm(ctx)

    @mcp.tool
    def test_input_required_result_multiple_inputs(ctx: Context) -> str | InputRequiredResult:
        """Needs three things at once."""
        given = answers(ctx, "user_name", "greeting", "client_roots")
        if ctx.request_state == "asked" and given:
            return "; ".join(given)
        return ask("asked", user_name=NAME, greeting=sampling("Generate a greeting", 50), client_roots=ROOTS)

    @mcp.tool
    def test_input_required_result_multi_round(ctx: Context) -> str | InputRequiredResult:
        """Needs a name, and then a colour."""
        if ctx.request_state == "named" and (given := answers(ctx, "step2")):
            return f"Chosen: {given[0]}"
        if ctx.request_state == "begun" and answers(ctx, "step1"):
            return ask("named", step2=form("Step 2: What is your favorite color?", color={"type": "string"}))
        return ask("begun", step1=form("Step 1: What is your name?", name={"type": "string"}))
