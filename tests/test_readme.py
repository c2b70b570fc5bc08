"""The README: its size, its commands, its examples and its numbers."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image, ImageChops

from mariogpt_mcp.generation.generator import MarioGPT
from mariogpt_mcp.level.features import WINDOW
from mariogpt_mcp.level.grid import HEIGHT, Level
from mariogpt_mcp.level.rendering import render
from mariogpt_mcp.level.tiles import TILES
from mariogpt_mcp.model.loader import ModelLoader
from mariogpt_mcp.prompt_parser.prompt import parse_prompt
from mariogpt_mcp.server.app import INSTRUCTIONS
from mariogpt_mcp.settings import ModelSettings, SearchSettings
from tests.conftest import ROOT
from tests.servers import http_server

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = " ".join(README.split())

NOT_RUNNABLE = "<!-- not runnable"
BLOCKS = re.findall(r"(<!-- not runnable[^\n]*-->\n)?```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line.split("#")[0].strip() for note, block in BLOCKS if not note for line in block.splitlines()]


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def measured(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "resources" / "checkpoint" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_it_is_short_enough_to_be_read() -> None:
    assert 9_000 <= len(README.encode()) <= 11_264


def test_the_quick_start_comes_before_every_table() -> None:
    assert README.index("## Quick start") < README.index("\n|")


def test_examples_are_understood() -> None:
    prompts = re.findall(r'^- "([^"]+)"$', section("What you can ask for"), re.MULTILINE)
    assert len(prompts) == 4
    for prompt in prompts:
        parsed = parse_prompt(prompt)
        assert (parsed.not_understood, parsed.notes) == ((), ()), prompt
        assert parsed.spec.text, prompt


def test_numbers_are_those_of_the_code() -> None:
    assert f"{len(TILES)} tiles and one kind of enemy" in TEXT
    assert f"the column's {HEIGHT} tiles" in TEXT
    assert f"window of {WINDOW} columns" in TEXT
    assert f"-> {SearchSettings().candidates} candidates" in TEXT


def test_numbers_are_those_that_were_measured() -> None:
    evaluation, benchmark = measured("evaluation"), measured("benchmark")
    peers = evaluation["table"]["mariogpt"]["beaten by our solver"]["cases"]
    assert f"{evaluation['settings']['levels']} levels of the bundled model" in TEXT
    assert f"beside {peers} levels that the authors of MarioGPT published" in TEXT
    first = statistics.median(benchmark["server"]["first_level"])
    later = statistics.median(benchmark["levels"]["seconds"])
    assert f"The first level takes about {first:.0f} seconds, later ones about {later:.0f} second" in TEXT


def test_limits_are_those_that_models_hear_of() -> None:
    for missing in ("lifts", "water", "castles", "bosses"):
        assert missing in section("Limits")
        assert missing in INSTRUCTIONS


def test_the_clients_json_is_the_command_of_the_quick_start() -> None:
    [block] = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    server = json.loads(block)["mcpServers"]["mariogpt"]
    line = " ".join([server["command"], *server["args"]]).replace("/path/to/checkout", ".")
    assert any(command.startswith(line) for command in COMMANDS)
    for command in re.findall(r"^claude mcp add mariogpt -- (.*)$", README, re.MULTILINE):
        assert command.replace("/path/to/checkout", ".") == line
    for entry in re.findall(r"^code --add-mcp '(.*)'$", README, re.MULTILINE):
        assert json.loads(entry) == {"name": "mariogpt", **server}


def test_every_command_is_run_below_or_marked() -> None:
    run = {"uvx", "make", "mariogpt-mcp"}
    assert {command.split()[0] for command in COMMANDS} == run
    assert README.count(NOT_RUNNABLE) == 2


@pytest.mark.slow
def test_the_commands_of_the_command_line_run(tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    for command in [line for line in COMMANDS if line.startswith("mariogpt-mcp")]:
        if " http" in command:
            _serves(command, environment, tmp_path)
            continue
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, (command, done.stderr)
    assert len(list((tmp_path / "levels").glob("*.tmj"))) == 4
    assert len(list((tmp_path / "levels").glob("*.txt"))) == 5


def _serves(command: str, environment: dict[str, str], folder: Path) -> None:
    """Start the HTTP server, on a free port instead of the one of the README, and read its first page."""
    options = re.sub(r"--port \d+", "--port 0", command).split()[1:]
    with http_server(environment, folder / "log", module=("mariogpt_mcp", *options)) as address:
        assert "Mario" in httpx2.get(f"{address}/").raise_for_status().text


@pytest.mark.slow
def test_make_run_ends_with_a_level_and_how_to_connect() -> None:
    assert "make run" in COMMANDS
    # The environment of these tests was made by the same makefile, so nothing is installed again.
    command = ["make", "run", f"VENV={sys.prefix}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert "beaten" in done.stdout
    assert "mcpServers" in done.stdout
    assert list((ROOT / "levels").glob("*.png"))


@pytest.mark.slow
def test_the_python_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    assert capsys.readouterr().out.count("- beaten by the built-in player") == 2
    assert isinstance(names["made"].level, Level)
    assert names["longer"].level.columns == names["made"].level.columns + 50
    assert (tmp_path / "level.png").is_file()


@pytest.mark.slow
def test_the_picture_is_what_its_caption_says() -> None:
    [(caption, _)] = re.findall(r"!\[A generated level: ([^;]+); dots[^\]]*\]\((resources/example\.png)\)", README)
    [(prompt, seed)] = re.findall(r'<!-- mariogpt-mcp generate "([^"]+)" --seed (\d+) --show-path -->', README)
    assert prompt == caption
    made = MarioGPT(ModelLoader(ModelSettings(device="cpu"))).generate(prompt, seed=int(seed))
    assert made.report.met
    shown = Image.open(ROOT / "resources" / "example.png").convert("RGB")
    assert ImageChops.difference(shown, render(made.level).convert("RGB")).getbbox() is None
    assert made.level.path
