"""What the map of the rooms says about imports is true, and each room keeps the rules of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import grimp
import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "mariogpt_mcp"
MAP = (PACKAGE / "README.md").read_text(encoding="utf-8")
ROOMS = sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").is_file())
EVERYTHING = "everything below"

MAX_LINES = 50
LONG = {"mariogpt_mcp/play/simulator.py:advance"}
"""The simulator's step is one function: every state of every search calls it."""

MAX_PARAMETERS = 6


def known_rooms() -> dict[str, str]:
    """The rooms of the map from the top down, each with the last cell of its row: what it may import."""
    return dict(re.findall(r"^\| `(\w+)/` \| .* \| (.+) \|$", section("Rooms"), re.MULTILINE))


def section(title: str) -> str:
    return MAP.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("mariogpt_mcp", cache_dir=None)


def test_rooms_import_what_the_map_says_and_nothing_else(graph: grimp.ImportGraph) -> None:
    knows = known_rooms()
    order = list(knows)
    assert sorted(order) == ROOMS
    for room, text in knows.items():
        below = order[order.index(room) + 1 :]
        allowed = set(below) if text == EVERYTHING else set(re.findall(r"\w+", text))
        assert allowed <= set(below), room
        imported = {
            target.split(".")[1]
            for module in graph.find_descendants(f"mariogpt_mcp.{room}") | {f"mariogpt_mcp.{room}"}
            for target in graph.find_modules_directly_imported_by(module)
            if "." in target
        }
        assert imported & set(ROOMS) - {room, "level"} <= allowed, room


def test_where_to_look_names_what_there_is() -> None:
    for place in re.findall(r"`([\w/]+\.\w+)`(?:, `(\w+)`)?", section("Where to look")):
        path, name = place
        file = ROOT / path if path.startswith("resources/") else PACKAGE / path
        assert not name or re.search(rf"\b(?:def|class) {name}\b", file.read_text(encoding="utf-8")), place
        assert file.is_file(), place


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_readme_that_names_its_modules(room: str) -> None:
    text = (PACKAGE / room / "README.md").read_text(encoding="utf-8")
    for part in ("Entry points", "Rules", "Tests"):
        assert f"**{part}**: " in text, part
    assert "<!-- docs: modules -->" in text
    for module, name in re.findall(r"`([\w/]+\.py):(\w+)`", text):
        code = (PACKAGE / room / module).read_text(encoding="utf-8")
        assert re.search(rf"\b(?:def|class) {name}\b", code), f"{module}:{name}"


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_functions_fit_on_a_screen(file: Path) -> None:
    name = file.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or f"{name}:{node.name}" in LONG:
            continue
        assert node.end_lineno is not None
        assert node.end_lineno - node.lineno < MAX_LINES, f"{name}:{node.name} is too long"
        arguments = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        if not is_for_users(file):
            assert len([a for a in arguments if a not in ("self", "cls")]) <= MAX_PARAMETERS, f"{name}:{node.name}"


def is_for_users(file: Path) -> bool:
    """Whether a module holds tools, routes or commands, whose parameters are what users may say."""
    room = file.relative_to(PACKAGE).parts[:2]
    return room[0] == "cli" or room == ("server", "tools") or file in (PACKAGE / "web" / "pages.py",)


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_settings_are_read_only_at_the_edge(file: Path) -> None:
    """Transports, commands, and `MarioGPT()` without arguments; all others receive what they need."""
    if re.search(r"(?<![\w.])settings\(\)", file.read_text(encoding="utf-8")) and file.name != "settings.py":
        place = file.relative_to(PACKAGE).as_posix()
        assert place.split("/")[0] in ("cli", "transports") or place == "generation/generator.py"
