"""The fixtures of the conformance suite: every kind of content, in tools, resources and prompts."""

from __future__ import annotations

import base64
import io
import json
import wave
from typing import Annotated, Any

import anyio
from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.prompts import Message
from fastmcp.tools import ToolResult
from fastmcp.tools.function_tool import FunctionTool
from fastmcp.utilities.types import Audio, Image
from mcp.types import EmbeddedResource, ImageContent, TextResourceContents
from PIL import Image as Picture
from pydantic import Field

PAUSE = 0.05
"""Seconds between the notifications of one call, as the suite requires."""

JSON_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""A schema with every keyword that the suite requires in the definition of the tool."""


def png() -> bytes:
    """A red pixel."""
    file = io.BytesIO()
    Picture.new("RGB", (1, 1), "red").save(file, "PNG")
    return file.getvalue()


def wav() -> bytes:
    """One silent sample."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(44_100)
        sound.writeframes(bytes(2))
    return file.getvalue()


def embedded(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    resource = TextResourceContents(uri=uri, mime_type=mime_type, text=text)
    return EmbeddedResource(type="resource", resource=resource)


def add_content(mcp: FastMCP) -> None:
    """Register the fixtures on a server."""
    _add_tools(mcp)
    _add_reporting_tools(mcp)
    _add_resources(mcp)
    _add_prompts(mcp)


def _add_tools(mcp: FastMCP) -> None:
    @mcp.tool
    def test_simple_text() -> str:
        """Text."""
        return "This is a simple text response for testing."

    @mcp.tool
    def test_image_content() -> Image:
        """A picture."""
        return Image(data=png(), format="png")

    @mcp.tool
    def test_audio_content() -> Audio:
        """A sound."""
        return Audio(data=wav(), format="wav")

    @mcp.tool
    def test_embedded_resource() -> ToolResult:
        """A resource inside the result."""
        return ToolResult([embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")])

    @mcp.tool
    def test_multiple_content_types() -> ToolResult:
        """Text, a picture and a resource."""
        resource = embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}')
        return ToolResult(["Multiple content types test:", Image(data=png(), format="png"), resource])

    @mcp.tool
    def test_error_handling() -> str:
        """Always returns an error."""
        raise ToolError("This tool intentionally returns an error for testing")

    @mcp.tool
    def test_custom_headers(
        region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
    ) -> str:
        """Takes an argument that clients repeat in a header."""
        return region

    def json_schema(**arguments: Any) -> str:
        return json.dumps(arguments)

    mcp.add_tool(
        FunctionTool(
            fn=json_schema,
            name="json_schema_2020_12_tool",
            description="Tool with JSON Schema 2020-12 features",
            parameters=JSON_SCHEMA,
        )
    )


def _add_reporting_tools(mcp: FastMCP) -> None:
    @mcp.tool
    async def test_tool_with_logging(ctx: Context) -> str:
        """Sends three log messages."""
        for message in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await ctx.info(message)
            await anyio.sleep(PAUSE)
        return "Logged three times."

    @mcp.tool
    async def test_logging_tool(ctx: Context) -> str:
        """Sends a log message, which a client receives only if it requested logs."""
        await ctx.info("A client that asked for no log must not see this.")
        return "Logged once."

    @mcp.tool
    async def test_tool_with_progress(ctx: Context) -> str:
        """Reports progress three times."""
        for progress in (0, 50, 100):
            await ctx.report_progress(progress, 100)
            await anyio.sleep(PAUSE)
        return "Reported three times."

    @mcp.tool
    async def test_reconnection(ctx: Context) -> str:
        """Closes its stream before it responds, if the transport supports that."""
        await ctx.close_sse_stream()
        await anyio.sleep(PAUSE)
        return "Reconnected."


def _add_resources(mcp: FastMCP) -> None:
    @mcp.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        """Text."""
        return "This is the content of the static text resource."

    @mcp.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        """A picture."""
        return png()

    @mcp.resource("test://template/{id}/data", mime_type="application/json")
    def template(id: str) -> str:
        """The id, as JSON."""
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})

    @mcp.resource("test://watched-resource", mime_type="text/plain")
    def watched() -> str:
        """A resource to subscribe to."""
        return "Watched."


def _add_prompts(mcp: FastMCP) -> None:
    @mcp.prompt
    def test_simple_prompt() -> str:
        """Text."""
        return "This is a simple prompt for testing."

    @mcp.prompt
    def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
        """Text with its arguments filled in."""
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @mcp.prompt
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[Message]:
        """A resource inside the prompt."""
        resource = embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
        return [Message(resource), Message("Please process the embedded resource above.")]

    @mcp.prompt
    def test_prompt_with_image() -> list[Message]:
        """A picture inside the prompt."""
        picture = ImageContent(type="image", data=base64.b64encode(png()).decode(), mime_type="image/png")
        return [Message(picture), Message("Please analyze the image above.")]
