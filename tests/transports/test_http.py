from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client, FastMCP
from fastmcp.exceptions import ToolError
from starlette.testclient import TestClient

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.server.middleware.cancellation import SESSION_HEADER
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.transports.http import create_app
from mariogpt_mcp.web.app import create_web
from tests.servers import ERAS, HEADERS, INITIALIZE, LONG, SLOW, free_port, http_server


@pytest.fixture
def client(server: FastMCP, generator: MarioGPT) -> Iterator[TestClient]:
    web = create_web(LevelService(generator, MemoryStore(5, 1)), Links())
    with TestClient(create_app(server, web, guarded=True), "http://127.0.0.1:8000", headers=HEADERS) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_mcp_is_served_with_and_without_a_final_slash(client: TestClient, path: str) -> None:
    answer = client.post(path, json=INITIALIZE, follow_redirects=False)
    assert answer.status_code == 200
    assert '"name":"mariogpt-mcp"' in answer.text
    assert len(answer.headers[SESSION_HEADER]) == 32


def test_a_session_id_is_assigned_once_and_only_for_mcp(client: TestClient) -> None:
    session = client.post("/mcp", json=INITIALIZE).headers[SESSION_HEADER]
    ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    assert SESSION_HEADER not in client.post("/mcp", json=ping, headers={SESSION_HEADER: session}).headers
    assert SESSION_HEADER not in client.post("/mcp", content=b"{").headers
    assert SESSION_HEADER not in client.post("/api/levels", json={"seed": "none"}).headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_mcp_allows_only_post(client: TestClient, path: str, method: str) -> None:
    answer = client.request(method, path, follow_redirects=False)
    assert answer.status_code == 405
    assert answer.headers.get("allow", "POST") == "POST"


def test_the_pages_are_on_the_same_server(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/nothing-here").status_code == 404
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("path", ["/levels/%0A", "/api/levels/%0A.json", "/api/levels/%0A/export/tiled"])
def test_every_other_path_belongs_to_the_pages(client: TestClient, path: str) -> None:
    """Starlette's mounts match no path with a line break."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no level" in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("era", ERAS)
async def test_levels_links_progress_and_cancel(environment: dict[str, str], tmp_path: Path, era: str) -> None:
    begun = asyncio.Event()

    async def handler(progress: float, total: float | None, message: str | None) -> None:
        if progress >= 1:
            begun.set()

    log = tmp_path / "stderr"
    with http_server({**environment, **SLOW}, log) as address:
        async with Client(f"{address}/mcp", mode=era) as client, Client(f"{address}/mcp", mode=era) as other:
            call = asyncio.create_task(client.call_tool("generate_mario_level", LONG, progress_handler=handler))
            await begun.wait()
            assert (await other.call_tool("get_level_suggestions")).structured_content
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            result = await other.call_tool("generate_mario_level", {"level_size": 100, "prompt": "no pipes"})
        links = result.structured_content["links"]
        text, picture = httpx2.get(links["text"]), httpx2.get(links["picture"])
        assert httpx2.get(links["picture with path"]).content.startswith(b"\x89PNG")
        assert links["picture"].startswith(address)
        assert links["picture"] in result.content[0].text
        assert text.text == result.structured_content["level"] + "\n"
        assert picture.content.startswith(b"\x89PNG")
        assert picture.headers["content-type"] == "image/png"
        health = httpx2.get(f"{address}/health").json()
        assert health["status"] == "ok"
        assert health["loaded"] is True
        for name in (
            "nope.png",
            "nope/path.png",
            "nope.exe",
            "nope",
            f"{result.structured_content['id']}.svg",
            "%2e%2e%2fetc.txt",
        ):
            missing = httpx2.get(f"{address}/levels/{name}")
            assert missing.status_code == 404
            assert "Traceback" not in missing.text
    assert "a level of 200 columns was stopped" in log.read_text()


@pytest.mark.slow
async def test_several_clients_at_once(environment: dict[str, str], tmp_path: Path) -> None:
    async def levels(address: str, number: int) -> list[str]:
        async with Client(f"{address}/mcp", mode=ERAS[number % 2]) as client:
            calls = [
                client.call_tool("generate_mario_level", {"level_size": 150, "seed": seed, "prompt": "2 pipes"})
                for seed in range(3)
            ]
            return [result.structured_content["level"] for result in await asyncio.gather(*calls)]

    with http_server(environment, tmp_path / "stderr") as address:
        results = await asyncio.gather(*(levels(address, number) for number in range(4)))
    assert all(result == results[0] for result in results)


@pytest.mark.slow
def test_other_hosts_and_origins_are_refused(environment: dict[str, str], tmp_path: Path) -> None:
    with http_server(environment, tmp_path / "stderr") as address:
        assert httpx2.get(f"{address}/health", headers={"host": "evil.example"}).status_code == 421
        refused = httpx2.post(f"{address}/mcp", headers={"origin": "https://evil.example"}, json={})
        assert refused.status_code == 403


@pytest.mark.slow
def test_a_public_address_is_accepted_and_linked(environment: dict[str, str], tmp_path: Path) -> None:
    public = {**environment, "MARIOGPT_PUBLIC_URL": "https://mario.example.org"}
    log = tmp_path / "stderr"
    command = [sys.executable, "-m", "mariogpt_mcp", "http", "--port", str(port := free_port())]
    with log.open("w") as errors, subprocess.Popen(command, env=public, stderr=errors) as process:
        try:
            while "serving MCP at https://mario.example.org/mcp" not in log.read_text():
                assert process.poll() is None
                time.sleep(0.05)
            health = f"http://127.0.0.1:{port}/health"
            assert httpx2.get(health, headers={"host": "mario.example.org"}).status_code == 200
            assert httpx2.get(health, headers={"host": "evil.example"}).status_code == 421
        finally:
            process.terminate()


@pytest.mark.slow
def test_settings_allow_more_hosts_and_origins(environment: dict[str, str], tmp_path: Path) -> None:
    allowed = {
        **environment,
        "MARIOGPT_ALLOWED_HOSTS": "mario.internal, *.example.org",
        "MARIOGPT_ALLOWED_ORIGINS": "https://chat.example.org",
    }
    with http_server(allowed, tmp_path / "stderr") as address:
        for host in ("mario.internal", "www.example.org"):
            assert httpx2.get(f"{address}/health", headers={"host": host}).status_code == 200
        assert httpx2.get(f"{address}/health", headers={"host": "evil.example"}).status_code == 421
        called = httpx2.post(f"{address}/mcp", json=INITIALIZE, headers={"origin": "https://chat.example.org"})
        assert called.status_code == 200
        assert called.headers["access-control-allow-origin"] == "https://chat.example.org"


@pytest.mark.slow
def test_a_port_in_use_is_refused_in_one_sentence(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "mariogpt_mcp", "http", "--port", port],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"mariogpt-mcp: 127.0.0.1 port {port} cannot be used (address already in use); "
        "try another address or port, for example --port 8766.\n"
    )


@pytest.mark.slow
async def test_every_line_of_the_log_is_json_on_request(environment: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    with http_server({**environment, "MARIOGPT_LOG_FORMAT": "json"}, log) as address:
        for era in ERAS:
            async with Client(f"{address}/mcp", mode=era) as client:
                made = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
                with pytest.raises(ToolError):
                    await client.call_tool("check_level", {"level": "a\nb"})
                await client.list_resources()
        assert httpx2.post(f"{address}/api/levels", json={"level_size": 100, "seed": 1}).status_code == 200
        broken = httpx2.post(f"{address}/api/levels", content=b"{", headers={"content-type": "application/json"})
        assert broken.status_code == 422
        assert httpx2.get(f"{address}/health").status_code == 200
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    calls = [(line["tool"], line["outcome"], line.get("id")) for line in lines if "tool" in line]
    made_id = made.structured_content["id"]
    assert calls == 2 * [("generate_mario_level", "ok", made_id), ("check_level", "refused", None)]
    posts = [(line["path"], line["status"], line["outcome"]) for line in lines if "path" in line]
    assert posts == [("/api/levels", 200, "ok"), ("/api/levels", 422, "refused")]


@pytest.mark.slow
async def test_settings_reach_the_tools_and_the_pages(environment: dict[str, str], tmp_path: Path) -> None:
    chosen = {**environment, "MARIOGPT_TEMPERATURE": "0.7", "MARIOGPT_GRID": "off"}
    with http_server(chosen, tmp_path / "stderr") as address:
        async with Client(f"{address}/mcp") as client:
            tools = {tool.name: tool for tool in await client.list_tools()}
            result = await client.call_tool("generate_mario_level", {"level_size": 100, "seed": 1})
        posted = httpx2.post(f"{address}/api/levels", json={"level_size": 100, "seed": 2}).json()
    assert tools["generate_mario_level"].input_schema["properties"]["temperature"]["default"] == 0.7
    assert result.structured_content["report"]["temperature"] == posted["report"]["temperature"] == 0.7
    assert "```" not in result.content[0].text
