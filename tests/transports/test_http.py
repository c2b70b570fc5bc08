from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client

from tests.servers import ERAS, LONG, SLOW, http_server


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
def test_a_public_address_is_let_in_and_linked(environment: dict[str, str], tmp_path: Path) -> None:
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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@pytest.mark.slow
def test_a_taken_port_is_one_sentence(environment: dict[str, str]) -> None:
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
        "try another, for example --port 8766.\n"
    )
