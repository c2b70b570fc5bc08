from __future__ import annotations

from pathlib import Path

import frontmatter
import pytest

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.release.space import PORT, build_space, copied_paths
from tests.conftest import ROOT

COLOURS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
"""The colours that the hub allows for a Space's card."""


@pytest.fixture
def space(tmp_path: Path) -> Path:
    build_space(ROOT, tmp_path / "space")
    return tmp_path / "space"


def test_the_readme_tells_the_hub_how_to_run_it(space: Path) -> None:
    page = frontmatter.load(str(space / "README.md"))
    assert page["sdk"] == "docker"
    assert page["app_port"] == PORT
    assert page["colorFrom"] in COLOURS
    assert page["colorTo"] in COLOURS
    assert len(str(page["short_description"])) <= 60
    assert page["license"] == "mit"
    assert page.content.strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()


def test_it_holds_what_the_dockerfile_copies_and_nothing_else(space: Path) -> None:
    needed = copied_paths((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert {"pyproject.toml", "mariogpt_mcp", "resources", "prompts"} <= set(needed)
    assert sorted(p.name for p in space.iterdir()) == sorted({"Dockerfile", ".dockerignore", *needed})
    assert (space / "resources" / "checkpoint" / "model.safetensors").is_file()
    assert not list(space.rglob("__pycache__"))


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(MarioGPTError, match="give a new folder, for example build/space"):
        build_space(ROOT, tmp_path)
    with pytest.raises(MarioGPTError, match="has no Dockerfile; give a checkout"):
        build_space(tmp_path, tmp_path / "space")
