"""The files of a Hugging Face Space: the Dockerfile, the files that it copies, and a README with front matter."""

from __future__ import annotations

import shutil
from pathlib import Path

import frontmatter

from mariogpt_mcp.errors import MarioGPTError
from mariogpt_mcp.service.identity import TITLE

PORT = 7860
"""The port on which Hugging Face expects a Space's server."""

FRONT_MATTER = {
    "title": TITLE,
    "emoji": "\N{MUSHROOM}",
    "colorFrom": "green",
    "colorTo": "blue",
    "sdk": "docker",
    "app_port": PORT,
    "pinned": False,
    "license": "mit",
    "short_description": "Super Mario levels from prompts, beaten and playable",
    "tags": ["mcp-server", "game", "text-generation"],
}


def build_space(checkout: Path, folder: Path) -> None:
    """Write the files of a Space, ready to be uploaded.

    Args:
        checkout: a checkout of this project.
        folder: where to write; must not exist.

    Raises:
        MarioGPTError: the folder exists, or the checkout has no Dockerfile.
    """
    if folder.exists():
        raise MarioGPTError(f"{str(folder)!r} exists already; give a new folder, for example build/space.")
    dockerfile = checkout / "Dockerfile"
    if not dockerfile.is_file():
        raise MarioGPTError(f"{str(checkout)!r} has no Dockerfile; give a checkout of this project, for example .")
    folder.mkdir(parents=True)
    for name in ["Dockerfile", ".dockerignore", *copied_paths(dockerfile.read_text(encoding="utf-8"))]:
        source = checkout / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(source, folder / name)
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    page = frontmatter.Post(readme)
    page.metadata.update(FRONT_MATTER)
    text = frontmatter.dumps(page, allow_unicode=True, sort_keys=False)
    (folder / "README.md").write_text(f"{text}\n", encoding="utf-8")


def copied_paths(dockerfile: str) -> list[str]:
    """The files and folders of the build context that a Dockerfile's text copies."""
    copies = [
        line.split()[1:-1] for line in dockerfile.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]
    return [name.rstrip("/") for names in copies for name in names]
