"""Mixed jobs for many clients at once: every tool, resource, template and prompt that a server lists, and bad input."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from fastmcp import Client
from fastmcp.exceptions import ToolError
from mcp import MCPError

from tests.play.ground import ground

FORMAT = "tiled"
"""The format in the address of an exported level."""

BAD_CALLS: list[tuple[str, dict[str, Any]]] = [
    ("generate_mario_level", {"seed": -7}),
    ("generate_mario_level", {"prompt": {}}),
    ("generate_mario_level", {"level_size": "wide"}),
    ("check_level", {}),
    ("check_level", {"level": "Z"}),
    ("no_such_tool", {}),
]


@dataclass(frozen=True)
class Job:
    """One request of a client, and whether it calls a tool, needs the model, or must be refused."""

    name: str
    run: Callable[[], Awaitable[object]]
    tool: bool = False
    heavy: bool = False
    bad: bool = False


@dataclass(frozen=True)
class Answer:
    """The result of a job: its seconds, and the error if it was refused."""

    job: Job
    seconds: float
    error: str | None


async def own_level(client: Client[Any], number: int) -> dict[str, str]:
    """Store a level for one client, which needs no model. Jobs that take a level use it."""
    text = ground([1] * (24 + number)).text()
    checked = (await client.call_tool("check_level", {"level": text})).structured_content
    assert checked is not None
    return {"id": checked["id"], "level": text, "format": FORMAT}


async def jobs(client: Client[Any], level: dict[str, str], number: int) -> list[Job]:
    """Each kind of job once. Seeds depend on `number`, so that no level is made twice."""

    def call(name: str, arguments: dict[str, Any], **more: bool) -> Job:
        return Job(name, lambda: client.call_tool(name, arguments), tool=True, **more)

    def read(uri: str, **more: bool) -> Job:
        return Job(uri.split("/")[-1], lambda: client.read_resource(uri), **more)

    def prompt(name: str, arguments: dict[str, str], **more: bool) -> Job:
        return Job(name, lambda: client.get_prompt(name, arguments), **more)

    found = [Job("tools/list", client.list_tools), *(call(*bad, bad=True) for bad in BAD_CALLS)]
    for tool in await client.list_tools():
        properties = tool.input_schema["properties"]
        chosen = {name: value(name, schema, level, number) for name, schema in properties.items()}
        found.append(call(tool.name, chosen, heavy="seed" in properties))
        if "id" in properties:
            found.append(call(tool.name, {**chosen, "id": "nope"}, bad=True))
    for resource in await client.list_resources():
        found.append(read(str(resource.uri)))
    for template in await client.list_resource_templates():
        address = template.uri_template.replace("{format}", FORMAT)
        found += [read(address.replace("{id}", level["id"])), read(address.replace("{id}", "nope"), bad=True)]
    for one in await client.list_prompts():
        needed = {argument.name: level["level"] for argument in one.arguments or [] if argument.required}
        found.append(prompt(one.name, needed))
        if needed:
            found.append(prompt(one.name, {}, bad=True))
    return found


def value(name: str, schema: dict[str, Any], level: dict[str, str], number: int) -> Any:
    """The argument for a tool's parameter; levels are small."""
    if "enum" in schema:
        return schema["enum"][number % len(schema["enum"])]
    # An empty range means all columns: the tiny random model rarely writes a few columns that fit the rest.
    small = {**level, "seed": number, "level_size": 280, "columns": 6 if schema["type"] == "integer" else ""}
    plain = {"string": "", "integer": 1, "number": 1.0, "boolean": False}
    return small.get(name, schema.get("default", plain[schema["type"]]))


async def answer(job: Job) -> Answer:
    """Run a job."""
    began, error = time.perf_counter(), None
    try:
        await job.run()
    except (ToolError, MCPError) as refusal:
        error = str(refusal)
    return Answer(job, time.perf_counter() - began, error)


async def visit(client: Client[Any], number: int, count: int) -> list[Answer]:
    """Run the jobs of one client at once. Each client begins with another kind of job."""
    level = await own_level(client, number)
    rounds = [await jobs(client, level, 100 * number + i) for i in range(1 + count // 20)]
    kinds = len(rounds[0])
    mine = list(islice(chain(*rounds, *rounds), number * count % kinds, None))[:count]
    assert len(mine) == count
    return await asyncio.gather(*(answer(job) for job in mine))
