"""The wheel in the hands of somebody new: `uvx` installs it into nothing, and from then on no network is needed."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

import mariogpt_mcp
from tests.conftest import ROOT
from tests.offline import Cut, Namespace, Watch
from tests.uv import BIN, CONSTRAINTS, Newcomer

pytestmark = pytest.mark.slow


class Installed:
    """The command that a client is configured with."""

    def __init__(self, wheel: Path, wheels: Path, folder: Path) -> None:
        self.newcomer = Newcomer(folder, wheels)
        self._from = ["-c", str(CONSTRAINTS), "--from", str(wheel)]

    def uvx(self, *command: str, offline: bool = False) -> list[str]:
        return [str(BIN / "uvx"), *(["--offline"] if offline else []), *self._from, *command]

    def client(self, command: Sequence[str], **more: str) -> Client[Any]:
        transport = StdioTransport(
            command[0],
            list(command[1:]),
            env={**self.newcomer.environment, **more},
            cwd=str(self.newcomer.here),
            keep_alive=False,
            log_file=self.newcomer.here.parent / "stderr",
        )
        return Client(transport, mode="legacy", init_timeout=600)


@pytest.fixture(scope="module")
def installed(wheel: Path, torch_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Installed by its first start, as a client starts it."""
    folder = tmp_path_factory.mktemp("newcomer")
    found = Installed(wheel, torch_wheel.parent, folder)

    async def first_start() -> str:
        async with found.client(found.uvx("mariogpt-mcp")) as client:
            assert client.initialize_result is not None
            return str(client.initialize_result.server_info.version)

    assert asyncio.run(first_start()) == mariogpt_mcp.__version__
    yield found
    shutil.rmtree(folder)  # a gigabyte


def children() -> set[int]:
    """This process's own."""
    lists = Path("/proc/self/task").glob("*/children")
    return {int(child) for found in lists for child in found.read_text(encoding="utf-8").split()}


async def first_level(installed: Installed, cut: Cut) -> None:
    before = children()
    command = [*cut.prefix(), *installed.uvx("mariogpt-mcp", offline=True)]
    async with installed.client(command, **cut.variables()) as client:
        result = await client.call_tool("generate_mario_level", {"prompt": "2 pipes", "level_size": 700, "seed": 1})
        [child] = children() - before or {os.getpid()}
        cut.prove(child)
    assert re.match(r"Super Mario level.*: beaten, as requested\.", result.content[0].text)
    [picture] = [block for block in result.content if block.type == "image"]
    assert base64.b64decode(picture.data).startswith(b"\x89PNG")


async def test_the_first_level_comes_where_there_is_no_network(installed: Installed) -> None:
    await first_level(installed, Namespace())


async def test_nothing_tries_to_reach_another_machine(installed: Installed, tmp_path: Path) -> None:
    python = installed.uvx("python", offline=True)
    await first_level(installed, Watch(tmp_path / "watch", python, installed.newcomer.environment))


def test_the_quick_start_makes_a_level_from_a_checkout(installed: Installed) -> None:
    [line] = re.findall(r"^uvx .* generate .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    words = shlex.split(line)
    # uv would look for torch on PyTorch's own index, which these tests do not need.
    assert words[:4] == ["uvx", "--torch-backend=auto", "--from", "."]
    checkout = installed.newcomer.here.parent / "checkout"
    left_out = shutil.ignore_patterns(".*", "build", "dist", "levels", "*.egg-info", "tests")
    shutil.copytree(ROOT, checkout, ignore=left_out)
    command = [str(BIN / "uvx"), "-c", str(CONSTRAINTS), *words[2:], "--seed", "1"]
    done = subprocess.run(command, cwd=checkout, env=installed.newcomer.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "beaten" in done.stdout
    assert sorted(file.suffix for file in (checkout / "levels").iterdir()) == [".png", ".txt"]


def test_nothing_is_left_where_it_was_started(installed: Installed) -> None:
    assert list(installed.newcomer.here.iterdir()) == []
