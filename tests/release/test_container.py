"""The Dockerfile and `smithery.yaml`: linted, compared with the program, and their commands run unchanged."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml  # type: ignore[import-untyped]

from mariogpt_mcp.release.space import PORT, copied_paths
from tests.conftest import ROOT
from tests.servers import free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def test_it_is_clean() -> None:
    linted = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_it_copies_what_is_there_and_what_is_not_ignored() -> None:
    names = copied_paths(DOCKERFILE)
    assert all((ROOT / name).exists() for name in names)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    assert sorted(line[1:].rstrip("/") for line in ignored if line.startswith("!")) == sorted(names)


def test_it_runs_as_a_space_does() -> None:
    assert "useradd --create-home --uid 1000 mario" in DOCKERFILE
    assert "\nUSER 1000\n" in DOCKERFILE
    assert re.findall(r"PORT=(\d+)|EXPOSE (\d+)", DOCKERFILE) == [(str(PORT), ""), ("", str(PORT))]


def test_smithery_builds_it_and_configures_nothing() -> None:
    smithery = yaml.safe_load((ROOT / "smithery.yaml").read_text(encoding="utf-8"))
    assert smithery["runtime"] == "container"
    assert (ROOT / smithery["build"]["dockerBuildPath"] / smithery["build"]["dockerfile"]).read_text() == DOCKERFILE
    start = smithery["startCommand"]
    assert start["type"] == "http"
    jsonschema.Draft202012Validator.check_schema(start["configSchema"])
    # The server reads no setting from a request's address, so none may be offered here.
    assert start["configSchema"]["properties"] == start["exampleConfig"] == {}


@contextmanager
def contained(environment: dict[str, str], log: Path, **more: str) -> Iterator[dict[str, str]]:
    """Run the container's command, yield its environment, and end it as a container is ended."""
    port = str(free_port())
    [command] = [json.loads(found) for found in re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)]
    inside = {**environment, **more, "PATH": f"{BIN}:{os.environ['PATH']}", "PORT": port}
    with log.open("w") as errors, subprocess.Popen(command, env=inside, stderr=errors) as process:
        try:
            while "serving MCP at" not in log.read_text():
                assert process.poll() is None, log.read_text()
                time.sleep(0.05)
            yield inside
        finally:
            process.terminate()
            process.wait(30)


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.mark.slow
def test_it_serves_on_its_port_and_is_healthy(environment: dict[str, str], tmp_path: Path) -> None:
    [check] = [json.loads(found) for found in re.findall(r"HEALTHCHECK.*\\\n +CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)]
    with contained(environment, tmp_path / "log") as inside:
        address = f"http://127.0.0.1:{inside['PORT']}"
        assert subprocess.run(check, env=inside, check=False).returncode == 0
        # What a directory adds to the address is ignored.
        answer = httpx2.post(f"{address}/mcp?config=e30&temperature=9", json=INITIALIZE, headers=ACCEPT)
        assert '"serverInfo"' in answer.text
        card = httpx2.get(f"{address}/.well-known/mcp/server-card.json").json()
        assert card["remotes"][0]["url"] == f"{address}/mcp"
    ended = subprocess.run(check, env=inside, capture_output=True, check=False)
    assert ended.returncode != 0, "the server has ended"


@pytest.mark.slow
def test_in_a_space_it_knows_its_address(environment: dict[str, str], tmp_path: Path) -> None:
    host = "owner-mariogpt.hf.space"
    with contained(environment, tmp_path / "log", SPACE_HOST=host) as inside:
        address = f"http://127.0.0.1:{inside['PORT']}"
        card = httpx2.get(f"{address}/.well-known/mcp/server-card.json", headers={"host": host}).json()
        assert card["remotes"][0]["url"] == f"https://{host}/mcp"
        assert httpx2.get(address, headers={"host": "elsewhere.example"}).status_code == 421
        assert httpx2.get(f"{address}/health").status_code == 200, "the health check uses the loopback address"
