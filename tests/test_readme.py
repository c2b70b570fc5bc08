"""The README is held to what the program has, both ways."""

from __future__ import annotations

import json
import re
from importlib import import_module

import pytest
from fastapi.routing import APIRoute
from fastmcp import Client, FastMCP

from mariogpt_mcp.cli import COMMANDS
from mariogpt_mcp.export.formats import FORMATS
from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import THRESHOLDS
from mariogpt_mcp.level.grid import Level
from mariogpt_mcp.level.rendering import render
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.prompt_parser.prompt import MAX_LENGTH
from mariogpt_mcp.server.prompts import read_prompts
from mariogpt_mcp.service.level_service import LevelService
from mariogpt_mcp.service.links import Links
from mariogpt_mcp.settings import PREFIX, ModelSettings, Settings
from mariogpt_mcp.store.memory import MemoryStore
from mariogpt_mcp.training.corpus import PACKAGE
from mariogpt_mcp.web.app import create_web
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_addresses_over_http(generator: MarioGPT) -> None:
    web = create_web(LevelService(generator, MemoryStore(1, 1)), Links())
    known = set(web.openapi()["paths"]) | {route.path for route in web.routes if isinstance(route, APIRoute)}
    named = set(re.findall(r"`(?:GET |POST )?(/(?:api|health)[\w/{}.]*)`", README))
    documented = {path for path in known if re.match(r"/(api|health)", path) and "}." not in path}
    assert named == documented - {"/api/levels/stream"} | {"/api/openapi.json"}


async def test_tools_and_their_parameters(server: FastMCP) -> None:
    async with Client(server) as client:
        tools = await client.list_tools()
        resources = [str(r.uri) for r in await client.list_resources()]
        templates = [t.uri_template for t in await client.list_resource_templates()]
    text = section("Tools")
    assert re.findall(r"^\| `(\w+)` \|", text.split("\n\n")[0], re.MULTILINE) == [tool.name for tool in tools]
    for tool in tools:
        properties = tool.input_schema["properties"]
        tables = re.findall(rf"^`{tool.name}` takes\n\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
        rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \|", "".join(tables), re.MULTILINE)
        defaults = {name: schema.get("default", "required") for name, schema in properties.items()}
        assert rows == [(name, "empty" if value == "" else str(value)) for name, value in defaults.items()]
    uris = re.findall(r"(?:mario|ui)://[\w/{}.-]+\b}?", README)
    assert sorted(uris) == sorted([*resources, *templates])
    assert all(f"`{prompt.name}`" in section("Tools") for prompt in read_prompts())


def test_formats_of_other_programs() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \|", section("Other programs"), re.MULTILINE)
    assert rows == [(one.name, one.ending) for one in FORMATS.values()]


def test_settings_and_their_defaults() -> None:
    rows = re.findall(r"^\| `(MARIOGPT_\w+)` \| (\S*) ?\|", section("Settings"), re.MULTILINE)
    assert rows == [(f"{PREFIX}{name.upper()}", str(f.default)) for name, f in Settings.model_fields.items()]
    assert set(re.findall(r"MARIOGPT_[A-Z_]+", README)) <= {name for name, _ in rows}


def test_commands_and_their_options() -> None:
    text = section("Command line")
    rows = re.findall(r"^\| `mariogpt-mcp ?(\w*)[^`]*` \|([^\n]*)", text, re.MULTILINE)
    assert sorted(name for name, _ in rows if name) == sorted(COMMANDS)
    for name, row in rows:
        if name:
            options = getattr(import_module(f"mariogpt_mcp.cli.{name}"), name).params
            real = {o for p in options for o in (*p.opts, *p.secondary_opts) if o.startswith("--")}
            assert set(re.findall(r"--[\w-]+", row)) == real


def test_every_command_shown_is_one() -> None:
    named = re.findall(r"mariogpt-mcp (?!--)([a-z]+)\b", README)
    assert set(named) <= {*COMMANDS, "is"}
    for target in re.findall(r"\bmake (run|test|\w+)\s+#", README):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_classes_are_those_in_force() -> None:
    text = " ".join(section("Tools").split())
    assert THRESHOLDS["pipes"] == (("no", 0), ("little", 2), ("some", 5))
    assert "pipes no 0, little 1-2, some 3-5, many 6 and more" in text
    assert THRESHOLDS["enemies"] == (("no", 1), ("little", 3), ("some", 7))
    assert "enemies no 0-1, little 2-3, some 4-7, many 8 and more" in text
    assert THRESHOLDS["blocks"] == (("little", 75), ("some", 176))
    assert "blocks little up to 75, some up to 176, many above" in text
    assert f"up to {MAX_LENGTH} characters" in text


def test_figures_are_those_the_benchmark_prints() -> None:
    assert "RESULTS" not in README
    assert "`mariogpt-mcp benchmark --levels 96` prints these" in section("Measured")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", section("Measured"), re.MULTILINE)[1:]
    assert len(rows) == 10
    assert all(re.search(r"\d", value) for _, value in rows)


def test_the_results_table_is_what_evaluate_printed_for_these_weights() -> None:
    folder = ROOT / "resources" / "checkpoint"
    printed = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    assert (folder / "evaluation.md").read_text(encoding="utf-8") in section("Beside other systems")
    assert printed["settings"]["model"] == ModelLoader().fingerprint
    assert printed["settings"]["levels"] >= 480


def test_tests_that_are_named_are_there() -> None:
    named = re.findall(r"pytest (tests/[\w/.]+)(?: (tests/[\w/.]+))?", README)
    assert named
    assert [path for pair in named for path in pair if not (ROOT / path).exists()] == []


def test_links_lead_somewhere() -> None:
    headings = {"#" + heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)}
    for target in re.findall(r"\]\((?!http)([^)]+)\)", README):
        assert target in headings or (ROOT / target).exists(), target
    assert PACKAGE in README


@pytest.mark.slow
def test_the_python_example_runs(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.chdir(str(tmp_path))
    shown: list[object] = []
    monkeypatch.setattr(Image.Image, "show", lambda self, title=None: shown.append(self))
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    names: dict[str, object] = {}
    exec(code, names)
    assert len(shown) == 1
    made = names["made"]
    assert isinstance(made.level, Level)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_the_picture_is_what_its_caption_says() -> None:
    from PIL import Image, ImageChops

    prompt, seed = re.findall(r'mariogpt-mcp generate "([^"]+)" --seed (\d+) --show-path` makes', README)[0]
    made = MarioGPT(ModelLoader(ModelSettings(device="cpu"))).generate(prompt, seed=int(seed))
    assert made.report.met
    shown = Image.open(ROOT / "resources" / "example.png").convert("RGB")
    assert ImageChops.difference(shown, render(made.level).convert("RGB")).getbbox() is None
    assert made.level.path


@pytest.mark.slow
@pytest.mark.parametrize("temperature", ["0.1", "1.0", "2.0"])
def test_the_pictures_of_temperatures_are_what_they_say(temperature: str) -> None:
    from PIL import Image, ImageChops

    prompt, seed = re.findall(r'mariogpt-mcp generate "([^"]+)" --seed (\d+)` at temperatures', README)[0]
    made = MarioGPT(ModelLoader(ModelSettings(device="cpu"))).generate(
        prompt, seed=int(seed), temperature=float(temperature)
    )
    shown = Image.open(ROOT / "resources" / f"temperature-{temperature}.png").convert("RGB")
    assert ImageChops.difference(shown, render(made.level, path=False).convert("RGB")).getbbox() is None
