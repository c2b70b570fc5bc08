"""The bundle for Claude Desktop: its manifest, the official validator's result, and a level from the packed file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, get_args

import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.transports import StdioTransport
from packaging.requirements import Requirement

import mariogpt_mcp
from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.release.mcpb import CONFIGURED, ENTRY, build_bundle, manifest
from mariogpt_mcp.settings import PREFIX, RANGES, Settings, settings
from tests.conftest import ROOT
from tests.node import MODULES, NODE, run_node
from tests.uv import BIN, CONSTRAINTS, Newcomer

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CONFIGURE = Path(__file__).parent / "configure.cjs"


@pytest.fixture
async def written(server: FastMCP) -> dict[str, Any]:
    return await manifest(metadata("mariogpt-mcp"), server)  # type: ignore[arg-type]


async def test_it_has_the_tools_and_prompts_of_the_server(written: dict[str, Any], server: FastMCP) -> None:
    async with Client(server) as client:
        assert [tool["name"] for tool in written["tools"]] == [tool.name for tool in await client.list_tools()]
        prompts = await client.list_prompts()
    assert all(tool["description"] and "\n" not in tool["description"] for tool in written["tools"])
    assert [prompt["name"] for prompt in written["prompts"]] == [prompt.name for prompt in prompts]
    for prompt in written["prompts"]:
        assert all(f"${{arguments.{name}}}" in prompt["text"] for name in prompt["arguments"])


async def test_its_texts_are_those_of_the_project(written: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {name: written[name] for name in ("name", "version", "description", "license", "keywords")} == {
        name: project[name] for name in ("name", "version", "description", "license", "keywords")
    }


async def test_what_the_user_configures_are_settings(written: dict[str, Any]) -> None:
    assert written["server"]["mcp_config"]["env"] == {
        f"{PREFIX}{name.upper()}": f"${{user_config.{name}}}" for name in CONFIGURED
    }
    assert list(written["user_config"]) == list(CONFIGURED)
    for name, option in written["user_config"].items():
        field = Settings.model_fields[name]
        default = {True: "on", False: "off"}.get(option["default"], option["default"]) if name == "preview" else None
        assert (default or option["default"]) == field.default
        assert option["description"].startswith(str(field.description))
        if option["type"] == "number":
            assert (option["min"], option["max"]) == RANGES[name]
        elif option["type"] == "string":
            assert all(word in option["description"] for word in get_args(field.annotation))


@pytest.fixture(scope="module")
def packed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The bundle as the official tool packs it, unpacked again."""
    folder = tmp_path_factory.mktemp("bundle")
    source, file, unpacked = folder / "source", folder / "mariogpt-mcp.mcpb", folder / "extension"
    for command in (
        [sys.executable, "-m", "mariogpt_mcp.release", "bundle", str(wheel), str(CONSTRAINTS), str(source)],
        [str(NODE), str(MODULES / ".bin" / "mcpb"), "validate", str(source / "manifest.json")],
        [str(NODE), str(MODULES / ".bin" / "mcpb"), "pack", str(source), str(file)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert file.stat().st_size < 25_000_000
    with zipfile.ZipFile(file) as archive:
        archive.extractall(unpacked)
    yield unpacked
    shutil.rmtree(folder)


@pytest.mark.slow
def test_it_installs_what_the_wheel_needs_in_the_versions_tested(packed: Path) -> None:
    written = tomllib.loads((packed / "pyproject.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = {str(Requirement(need)) for need in project["dependencies"]}
    assert {str(Requirement(need)) for need in written["project"]["dependencies"]} == needs
    named = {Requirement(need).name for need in written["tool"]["uv"]["constraint-dependencies"]}
    assert {Requirement(need).name for need in needs} <= named
    assert (packed / ".python-version").read_text(encoding="utf-8").strip() in written["project"]["requires-python"]
    assert (packed / ENTRY).is_file()


@pytest.mark.slow
async def test_a_host_runs_it_as_its_user_chose(packed: Path, torch_wheel: Path, tmp_path: Path) -> None:
    newcomer = Newcomer(tmp_path / "newcomer", torch_wheel.parent)
    chosen = json.dumps({"temperature": 0.4, "preview": False})
    configured = run_node(CONFIGURE, str(packed), chosen, environment=os.environ)
    assert configured.returncode == 0, configured.stderr
    config = json.loads(configured.stdout)
    assert (config["command"], config["env"]["MARIOGPT_DEVICE"]) == ("uv", "auto")
    # The host runs its own uv.
    transport = StdioTransport(
        str(BIN / "uv"),
        config["args"],
        env={**newcomer.environment, **config["env"]},
        cwd=str(newcomer.here),
        keep_alive=False,
        log_file=tmp_path / "stderr",
    )
    async with Client(transport, mode="legacy", init_timeout=600) as client:
        assert client.initialize_result is not None
        assert client.initialize_result.server_info.version == mariogpt_mcp.__version__
        result = await client.call_tool("generate_mario_level", {"prompt": "2 pipes", "level_size": 350, "seed": 1})
    assert result.content[0].text.startswith("Super Mario level")
    assert "http://" not in result.content[0].text, "the preview is off"
    shutil.rmtree(newcomer.cache)
    shutil.rmtree(packed / ".venv")


def test_values_that_the_host_sets_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    # The host writes numbers as JavaScript does, and switches as true and false.
    for name, value in {"DEVICE": "auto", "MODEL": "bundled", "TEMPERATURE": "1", "PREVIEW": "true"}.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    assert settings() == Settings.model_construct(**{n: f.default for n, f in Settings.model_fields.items()})


@pytest.mark.slow
async def test_only_a_wheel_of_this_version_goes_into_a_new_folder(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(MarioGPTError, match="exists already; give a new folder"):
        await build_bundle(wheel, CONSTRAINTS, tmp_path)
    other = tmp_path / "other.whl"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("mariogpt_mcp-9.dist-info/METADATA", "Name: mariogpt-mcp\nVersion: 9\n")
    with pytest.raises(MarioGPTError, match="The wheel is of version 9, not"):
        await build_bundle(other, CONSTRAINTS, tmp_path / "new")
