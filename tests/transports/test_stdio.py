from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fastmcp.exceptions import ToolError

from mariogpt_mcp.level.grid import Level
from tests.servers import ERAS, LONG, SLOW, Connect, cancel_a_long_call


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
async def test_a_level_over_stdio(stdio: Connect, era: str, tmp_path: Path) -> None:
    async with stdio(era) as client:
        assert len(await client.list_tools()) == 8
        result = await client.call_tool("generate_mario_level", {"prompt": "some pipes", "level_size": 100, "seed": 1})
    assert result.structured_content
    assert Level.parse(result.structured_content["level"]).columns == 7
    assert "Traceback" not in (tmp_path / "stderr").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
async def test_a_cancelled_call_frees_the_model(stdio: Connect, era: str, tmp_path: Path) -> None:
    async with stdio(era, **SLOW) as client:
        await cancel_a_long_call(client)
    assert "a level of 200 columns was stopped" in (tmp_path / "stderr").read_text()


@pytest.mark.slow
async def test_a_long_call_does_not_block_the_others(stdio: Connect) -> None:
    async with stdio(**SLOW) as client:
        begun = asyncio.Event()

        async def handler(progress: float, total: float | None, message: str | None) -> None:
            begun.set()

        call = asyncio.create_task(client.call_tool("generate_mario_level", LONG, progress_handler=handler))
        await begun.wait()
        assert (await client.call_tool("get_tile_legend")).structured_content
        with pytest.raises(ToolError):
            await client.call_tool("generate_mario_level", {"seed": -7})
        assert not call.done()
        call.cancel()


def raw_session(environment: dict[str, str], *messages: dict[str, object]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-m", "mariogpt_mcp"], env=environment, stdin=-1, stdout=-1, stderr=-1)
    assert process.stdin
    for message in messages:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        process.stdin.flush()
    return process


INITIALIZE: list[dict[str, object]] = [
    {
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    },
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/list"},
]


@pytest.mark.slow
def test_torch_is_not_loaded_before_a_level_is_requested(environment: dict[str, str]) -> None:
    with raw_session(environment, *INITIALIZE) as process:
        assert process.stdout
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert answers[1]["result"]["tools"]
        maps = Path(f"/proc/{process.pid}/maps")
        if not maps.exists():
            pytest.skip("no /proc here")
        assert "libtorch" not in maps.read_text()
        process.communicate(timeout=30)


@pytest.mark.slow
def test_stdout_contains_only_the_protocol(environment: dict[str, str]) -> None:
    call: dict[str, object] = {
        "id": 3,
        "method": "tools/call",
        "params": {"name": "generate_mario_level", "arguments": {"level_size": 100}},
    }
    with raw_session({**environment, "MARIOGPT_LOG_LEVEL": "debug"}, *INITIALIZE, call) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        rest, _ = process.communicate(timeout=30)
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in lines + rest.splitlines())
    assert process.returncode == 0


@pytest.mark.slow
def test_an_interrupt_ends_it_without_a_traceback(environment: dict[str, str]) -> None:
    with raw_session(environment, *INITIALIZE) as process:
        assert process.stdout
        process.stdout.readline()
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert b"Traceback" not in errors


@pytest.mark.slow
def test_in_a_terminal_it_says_what_it_waits_for_and_ends_at_once(environment: dict[str, str]) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, "-m", "mariogpt_mcp"], environment)
    output = _read_until(terminal, 'mariogpt-mcp generate "many pipes, few enemies".')
    assert output.startswith("mariogpt-mcp waits for an MCP client on its standard input.")
    os.write(terminal, b"\x03")
    output += _read_until(terminal, "Stopped.")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    assert "Traceback" not in output


def _read_until(terminal: int, text: str) -> str:
    read = ""
    while text not in read:
        try:
            read += os.read(terminal, 1000).decode()
        except OSError:  # the other end of the terminal is closed
            return read
    return read


def test_a_bad_setting_is_refused_in_one_sentence(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mariogpt_mcp"],
        env={**environment, "MARIOGPT_DEVICE": "tpu"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("mariogpt-mcp: MARIOGPT_DEVICE is 'tpu'")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.slow
async def test_the_log_goes_to_stderr(stdio: Connect, tmp_path: Path) -> None:
    async with stdio("legacy", MARIOGPT_LOG_FORMAT="json") as client:
        await client.call_tool("get_tile_legend")
    lines = [json.loads(line) for line in (tmp_path / "stderr").read_text().splitlines()]
    assert [line["outcome"] for line in lines if "tool" in line] == ["ok"]


@pytest.mark.slow
async def test_settings_reach_the_tools(stdio: Connect) -> None:
    async with stdio(MARIOGPT_TEMPERATURE="0.7", MARIOGPT_GRID="off", MARIOGPT_PREVIEW="off") as client:
        tools = {tool.name: tool for tool in await client.list_tools()}
        result = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
    assert tools["generate_mario_level"].input_schema["properties"]["temperature"]["default"] == 0.7
    assert result.structured_content
    assert result.structured_content["report"]["temperature"] == 0.7
    assert "```" not in str(result.content[0])
