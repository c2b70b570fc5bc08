"""Spans of real calls: read in the process, and printed by a server that the SDK's command starts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.transports import StdioTransport
from fastmcp.exceptions import ToolError
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.server.dependencies import ServerParts
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.telemetry import flush_spans, span
from mariogpt_mcp.web.inline_page import app_page
from tests.play.ground import pit
from tests.servers import ERAS

CONSOLE = {
    "OTEL_TRACES_EXPORTER": "console",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
    "OTEL_SERVICE_NAME": "mariogpt-mcp",
}
INSTRUMENT = Path(sys.executable).with_name("opentelemetry-instrument")
SERVER = [sys.executable, "-m", "mariogpt_mcp"]


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    """Gets every span of this process from now on. A process has one provider until it ends."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    yield kept
    kept.shutdown()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> InMemorySpanExporter:
    exporter.clear()
    return exporter


@pytest.fixture
def parts(generator: MarioGPT) -> ServerParts:
    """With the search that users get: its rounds are in the spans."""
    return ServerParts(LevelService(generator, MemoryStore(50, 1)), app_page)


def called(spans: InMemorySpanExporter, name: str) -> ReadableSpan:
    """The server's span of this name; the client is in this process, too."""
    [found] = [one for one in spans.get_finished_spans() if one.name == name and one.kind is trace.SpanKind.SERVER]
    return found


def below(spans: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    """The spans under the server's of this name, in the order in which they began."""
    finished = spans.get_finished_spans()
    top = called(spans, name)
    assert top.context is not None
    under, ids = [], {top.context.span_id}
    for found in sorted(finished, key=lambda one: one.start_time or 0):
        if found.parent is not None and found.parent.span_id in ids and found.context is not None:
            ids.add(found.context.span_id)
            under.append(found)
    return under


@pytest.mark.parametrize("era", ERAS)
async def test_what_takes_time_is_under_the_span_of_the_call(
    server: FastMCP, spans: InMemorySpanExporter, era: str
) -> None:
    async with Client(server, mode=era) as client:
        made = await client.call_tool("generate_mario_level", {"level_size": 280, "seed": 1})
        await client.call_tool("check_level", {"level": pit(13).text(), "repair": True})
    names = [found.name for found in below(spans, "tools/call generate_mario_level")]
    candidates = made.structured_content["report"]["candidates"]
    assert [name for name in names if name == "sample"] == candidates // 7 * ["sample"]
    assert {"certify", "render"} <= set(names)
    assert [found.name for found in below(spans, "tools/call check_level")] == ["repair", "render"]
    sampled = next(found for found in spans.get_finished_spans() if found.name == "sample")
    assert sampled.attributes == {"mariogpt.columns": 20, "mariogpt.candidates": 7, "mariogpt.round": 1}
    assert sampled.resource.attributes["telemetry.sdk.name"] == "opentelemetry"


async def test_a_refusal_is_an_error_of_the_calls_span(server: FastMCP, spans: InMemorySpanExporter) -> None:
    async with Client(server) as client:
        with pytest.raises(ToolError):
            await client.call_tool("generate_mario_level", {"seed": -7})
    call = called(spans, "tools/call generate_mario_level")
    assert call.status.status_code is trace.StatusCode.ERROR
    assert "seed must be" in str(call.status.description)


def test_what_is_stopped_is_noted_and_no_error(spans: InMemorySpanExporter) -> None:
    with pytest.raises(KeyError), span("sample", columns=7):
        raise KeyError("stopped")
    [found] = spans.get_finished_spans()
    assert found.status.status_code is trace.StatusCode.UNSET
    assert [event.name for event in found.events] == ["exception"]


@pytest.mark.usefixtures("exporter")
def test_spans_are_flushed_whether_there_is_an_sdk_or_not() -> None:
    flush_spans()
    code = "import sys, mariogpt_mcp.telemetry as s; s.flush_spans(); print('opentelemetry.sdk' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code]) == b"False\n"


def printed(text: str) -> list[dict[str, Any]]:
    """Spans that the console exporter printed among other lines."""
    return [json.loads(block) for block in re.findall(r"^\{\n.*?^\}$", text, re.DOTALL | re.MULTILINE)]


def check(found: list[dict[str, Any]]) -> None:
    [call] = [one for one in found if one["name"] == "tools/call generate_mario_level"]
    assert call["resource"]["attributes"]["service.name"] == "mariogpt-mcp"
    under = [one for one in found if one["parent_id"] == call["context"]["span_id"]]
    assert {one["name"] for one in under} == {"sample", "certify", "render"}
    assert {one["context"]["trace_id"] for one in under} == {call["context"]["trace_id"]}
    [load] = [one for one in found if one["name"] == "load the model"]
    assert load["parent_id"] == next(one["context"]["span_id"] for one in under if one["name"] == "sample")


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
async def test_over_stdio_spans_are_printed_to_stderr(environment: dict[str, str], tmp_path: Path, era: str) -> None:
    log = tmp_path / "stderr"
    transport = StdioTransport(str(INSTRUMENT), SERVER, env={**environment, **CONSOLE}, keep_alive=False, log_file=log)
    async with Client(transport, mode=era) as client:
        await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
    while "tools/call" not in log.read_text():  # they are printed when the server ends
        await anyio.sleep(0.05)
    check(printed(log.read_text()))


@pytest.mark.slow
def test_over_stdio_only_the_protocol_is_on_stdout(environment: dict[str, str]) -> None:
    """Also at the end, when the SDK prints the spans it has buffered."""
    messages: list[dict[str, object]] = [
        {
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "t", "version": "1"},
            },
        },
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": {"name": "get_tile_legend", "arguments": {}}},
    ]
    lines = b"".join(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n" for message in messages)
    command = [str(INSTRUMENT), *SERVER]
    with subprocess.Popen(command, env={**environment, **CONSOLE}, stdin=-1, stdout=-1, stderr=-1) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(lines)
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, errors = process.communicate(timeout=60)
    assert [answer["id"] for answer in answers] == [1, 2]
    assert rest == b""
    assert "tools/call get_tile_legend" in [one["name"] for one in printed(errors.decode())]


@pytest.mark.slow
async def test_over_http_no_span_is_lost_when_the_server_must_end(environment: dict[str, str], tmp_path: Path) -> None:
    out, log = tmp_path / "stdout", tmp_path / "stderr"
    command = [str(INSTRUMENT), *SERVER, "http", "--port", "0"]
    with (
        out.open("w") as printing,
        log.open("w") as errors,
        subprocess.Popen(command, env={**environment, **CONSOLE}, stdout=printing, stderr=errors) as process,
    ):
        try:
            while not (address := re.search(r"serving MCP at (\S+),", log.read_text())):
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            async with Client(address.group(1)) as client:
                await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        finally:
            process.terminate()
            process.wait(timeout=60)
    check(printed(out.read_text()))
    assert "Traceback" not in log.read_text()
