from __future__ import annotations

import inspect
import json

import httpx2
import pytest
from fastapi import FastAPI

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import DEFAULT_TEMPERATURE, WebSettings, settings
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.version import __version__
from mariogpt_mcp.web import api, files, pages, server_card
from mariogpt_mcp.web.app import create_web
from mariogpt_mcp.web.server_card import WELL_KNOWN


def client(web: FastAPI, base_url: str = "http://mario.test") -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(web), base_url=base_url)


async def test_two_applications_in_one_process_share_nothing(generator: MarioGPT) -> None:
    first = create_web(LevelService(generator, MemoryStore(5, 1)), Links("http://first.test"), temperature=0.3)
    second = create_web(
        LevelService(generator, MemoryStore(5, 1)),
        Links(),
        WebSettings("https://second.test/mario", "https://cheerpj.test/loader.js"),
        temperature=1.7,
        mcp_path="/mcp",
    )
    async with client(first) as one, client(second) as two:
        made = [(await web.post("/api/levels", json={"level_size": 100, "seed": 1})).json() for web in (one, two)]
        assert [level["report"]["temperature"] for level in made] == [0.3, 1.7]
        assert [next(iter(level["links"].values())) for level in made] == [
            f"http://first.test/levels/{made[0]['id']}",
            f"mario://levels/{made[1]['id']}/picture",
        ]
        assert [(await web.get(f"/levels/{made[0]['id']}")).status_code for web in (one, two)] == [200, 404]
        page = (await two.get(f"/levels/{made[1]['id']}")).text
        assert f'<meta property="og:url" content="https://second.test/mario/levels/{made[1]["id"]}">' in page
        java = await two.get(f"/levels/{made[1]['id']}/java")
        assert "https://cheerpj.test" in java.headers["content-security-policy"]
        assert [(await web.get(WELL_KNOWN)).status_code for web in (one, two)] == [404, 200]


@pytest.mark.parametrize("temperature", [0.7, DEFAULT_TEMPERATURE])
async def test_the_default_temperature_is_documented_and_in_the_form(generator: MarioGPT, temperature: float) -> None:
    web = create_web(LevelService(generator, MemoryStore(1, 1)), Links(), temperature=temperature)
    async with client(web) as opened:
        document = (await opened.get("/api/openapi.json")).json()
        start_page = (await opened.get("/")).text
    assert document["components"]["schemas"]["NewLevel"]["properties"]["temperature"]["default"] == temperature
    assert f'type="range" min="0.1" max="2.0" step="0.1" value="{temperature}"' in start_page


async def test_the_environment_is_not_read(generator: MarioGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARIOGPT_TEMPERATURE", "this would be refused")
    settings.cache_clear()
    async with client(create_web(LevelService(generator, MemoryStore(1, 1)), Links())) as opened:
        made = (await opened.post("/api/levels", json={"level_size": 100, "seed": 1})).json()
        assert made["report"]["temperature"] == DEFAULT_TEMPERATURE
        for path in ("/", "/play", f"/levels/{made['id']}", f"/levels/{made['id']}/java", "/api/openapi.json"):
            assert (await opened.get(path)).status_code == 200


async def test_health(generator: MarioGPT) -> None:
    async with client(create_web(LevelService(generator, MemoryStore(1, 1)), Links())) as opened:
        health = (await opened.get("/health")).json()
    loader = generator.loader
    assert health == {"status": "ok", "version": __version__, "model": loader.name, "loaded": loader.loaded}


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/nothing", 404, "There is nothing at /nothing; the start page is at /."),
        ("PUT", "/health", 405, "/health does not accept PUT."),
        ("GET", "/levels/stream", 404, "There is no level 'stream' here"),
        ("GET", "/java/img/secret.png", 404, "The Java game has no such file."),
    ],
)
async def test_an_unknown_address_is_one_sentence(
    generator: MarioGPT, method: str, path: str, status: int, error: str
) -> None:
    async with client(create_web(LevelService(generator, MemoryStore(1, 1)), Links())) as opened:
        response = await opened.request(method, path)
    assert response.status_code == status
    assert error in response.text.replace("&#39;", "'")


def test_what_renders_or_reads_files_runs_in_a_thread() -> None:
    """FastAPI runs `def` routes in threads; an `async def` one would stop all others while it draws a picture."""
    in_threads = [
        *(files.level_png, files.level_path_png, files.level_json, files.export_level, files.java_game_file),
        *(pages.start_page, pages.level_page, pages.java_page, api.read_level, server_card.read_server_card),
    ]
    assert [route.__name__ for route in in_threads if inspect.iscoroutinefunction(route)] == []


async def test_pages_hold_json_that_scripts_can_read(generator: MarioGPT) -> None:
    async with client(create_web(LevelService(generator, MemoryStore(1, 1)), Links())) as opened:
        page = (await opened.get("/play")).text
    data = json.loads(page.split('id="mario-data">')[1].split("</script>")[0])
    assert set(data) == {"root", "physics", "art", "tiles", "grid"}
