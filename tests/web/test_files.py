"""Levels over HTTP in the formats of other editors and games."""

from __future__ import annotations

import io
import zipfile

import httpx2
import pytest

from mariogpt_mcp.check.check import check_level
from mariogpt_mcp.export.formats import FORMATS, export
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.store.records import CheckedLevel
from mariogpt_mcp.web.app import create_web
from tests.play.ground import pit


@pytest.fixture
def kept() -> CheckedLevel:
    checked = check_level(pit(3).text())
    assert checked.level.path
    return checked


@pytest.fixture
def client(generator: MarioGPT, kept: CheckedLevel) -> httpx2.AsyncClient:
    store = MemoryStore(5, 1)
    store.put(kept)
    web = create_web(LevelService(generator, store), Links("http://mario.test"))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(web), base_url="http://mario.test")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("under", ["", "/api"])
async def test_a_level_is_returned_in_a_format(
    client: httpx2.AsyncClient, kept: CheckedLevel, under: str, name: str
) -> None:
    answer = await client.get(f"{under}/levels/{kept.id}/export/{name}")
    exported = export(kept.level, name, f"mario-{kept.id[:8]}")
    packed = exported.packed()
    assert answer.status_code == 200
    assert answer.content == packed.content
    assert answer.headers["content-type"].split(";")[0] == packed.media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{packed.main}"'
    if packed is not exported:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert {one: archive.read(one) for one in archive.namelist()} == exported.files


async def test_a_missing_file_is_one_sentence(client: httpx2.AsyncClient, kept: CheckedLevel) -> None:
    unknown = await client.get(f"/levels/{kept.id}/export/godot")
    assert unknown.status_code == 404
    assert "the formats are vglc, framework, tiled and ldtk" in unknown.json()["error"]
    gone = await client.get("/api/levels/nope/export/tiled")
    assert gone.status_code == 404
    assert "There is no level" in gone.json()["error"]


async def test_the_page_links_every_format(client: httpx2.AsyncClient, kept: CheckedLevel) -> None:
    page = (await client.get(f"/levels/{kept.id}")).text
    assert f'href="/levels/{kept.id}.txt"' in page
    for name in FORMATS.keys() - {"vglc"}:
        address = f"/levels/{kept.id}/export/{name}"
        assert f'href="{address}"' in page
        assert (await client.get(address)).status_code == 200
